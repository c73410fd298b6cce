"""What stands around every page: languages, colours, navigation, the account. In one piece each, for every page pays
for them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext, override

from koinon.kit.addresses import to
from koinon.kit.middleware import theme_of
from koinon.kit.templatetags.kit import escaped

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


@register.simple_tag
def navigation(entries: Iterable[Mapping[str, Any]]) -> SafeString:
    """The main navigation: rows of {"url", "label", "current", optional "count"}; nothing when there are none."""
    items = []
    for entry in entries or ():
        current = ' aria-current="page"' if entry.get("current") else ""
        count = f' <span class="k-count">{escaped(entry["count"])}</span>' if entry.get("count") else ""
        items.append(f'<li><a href="{escaped(entry["url"])}"{current}>{escaped(entry["label"])}{count}</a></li>')
    if not items:
        return SafeString("")
    return SafeString(
        f'<button class="k-menu" type="button" popovertarget="k-nav">{escaped(gettext("Menu"))}</button>\n'
        f'<nav class="k-nav" id="k-nav" popover aria-label="{escaped(gettext("Main"))}"><ul>{"".join(items)}</ul></nav>'
    )


@register.simple_tag(takes_context=True)
def account(context: template.Context) -> SafeString:
    """Who is signed in and for whom they act, with the way to their pages and out; for visitors the way in."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        link = f'<a class="btn btn-plain" href="{to("account_login")}">{escaped(gettext("Sign in"))}</a>'
        return SafeString(f'<div class="k-account">{link}</div>')
    acting, token = context.get("acting"), escaped(context.get("csrf_token", ""))
    proof = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    links = "".join(
        f'<li><a href="{escaped(each["url"])}">{escaped(each["label"])}</a></li>'
        for each in context.get("account_links") or ()
    )
    title = f'<span class="visually-hidden">{escaped(gettext("Your account"))}: </span>'
    leave = f"{proof}<button>{escaped(gettext('Sign out'))}</button>"
    out = f'<form method="post" action="{to("account_logout")}">{leave}</form>'
    return SafeString(
        f'<div class="k-account"><details class="k-drop"><summary>{title}<span class="k-drop__name">'
        f"{escaped(acting or user)}</span></summary>\n"
        f'<div class="k-drop__body">{_acting(user, acting)}<ul>{links}</ul>{_choices(context, acting, proof)}{out}'
        "</div></details></div>"
    )


def _acting(user: Any, acting: Any) -> str:
    if not acting:
        return ""
    words = gettext("%(person)s, acting for <strong>%(organisation)s</strong>")
    return f"<p>{words % {'person': escaped(user), 'organisation': escaped(acting)}}</p>"


def _choices(context: template.Context, acting: Any, proof: str) -> str:
    buttons = []
    for choice in context.get("acting_choices") or ():
        chosen = ' aria-current="true"' if choice == acting else ""
        buttons.append(f'<button name="organisation" value="{escaped(choice.pk)}"{chosen}>{escaped(choice)}</button>')
    if not buttons:
        return ""
    title = f'<p class="k-drop__title">{escaped(gettext("Act for"))}</p>'
    return f'<form method="post" action="{escaped(context["acting_url"])}">{proof}{title}{"".join(buttons)}</form>'


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
