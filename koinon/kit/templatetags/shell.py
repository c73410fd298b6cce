"""What stands around every page: the languages and the colours. Written once per language, kept in the process."""

from functools import lru_cache
from html import escape

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext, override

from koinon.kit.middleware import theme_of

register = template.Library()
_HERE = "\0"
"""Where the address of the page goes, so that a click leads back to it."""


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> SafeString:
    """A button for each language. Without a token: the view only sets a cookie (see kit.views.language)."""
    return _placed(_languages(get_language() or "en"), context)


@register.simple_tag(takes_context=True)
def colours(context: template.Context) -> SafeString:
    """Light, dark, or as the device says."""
    request = context.get("request")
    return _placed(_colours(get_language() or "en", theme_of(request) if request is not None else "system"), context)


def _placed(form: str, context: template.Context) -> SafeString:
    request = context.get("request")
    return SafeString(form.replace(_HERE, escape(request.get_full_path()) if request is not None else "/"))


@lru_cache(maxsize=64)
def _languages(current: str) -> str:
    items = []
    with override(current):
        for code, _name in settings.LANGUAGES:
            name = str(get_language_info(code)["name_local"])
            chosen = ' aria-current="true"' if code == current else ""
            items.append(
                f'<li><button name="language" value="{code}" lang="{code}"{chosen}>'
                f'<span class="k-languages__short" aria-hidden="true">{code.upper()}</span>'
                f'<span class="k-languages__long">{escape(name[:1].upper() + name[1:])}</span></button></li>'
            )
        head = f'action="{reverse("kit:language")}" aria-label="{escape(gettext("Language"))}"'
    return (
        f'<form class="k-languages k-wide" method="post" {head}><input type="hidden" name="next" value="{_HERE}">\n'
        f"<ul>{''.join(items)}</ul></form>"
    )


@lru_cache(maxsize=192)
def _colours(language: str, current: str) -> str:
    with override(language):
        words = {"light": gettext("Light"), "dark": gettext("Dark"), "system": gettext("As my device")}
        head = f'action="{reverse("kit:theme")}" aria-label="{escape(gettext("Colours"))}"'
    buttons = []
    for name, label in words.items():
        pressed = ' aria-pressed="true"' if name == current else ""
        buttons.append(f'<button name="theme" value="{name}"{pressed}>{escape(label)}</button>')
    back = f'<input type="hidden" name="next" value="{_HERE}">'
    return f'<form class="k-theme" method="post" {head}>{back}{"".join(buttons)}</form>'
