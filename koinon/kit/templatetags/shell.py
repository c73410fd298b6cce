"""What stands around every page: languages, colours, navigation, the account. In one piece each, for every page pays
for them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, get_language_info, gettext, override

from koinon.kit.addresses import to
from koinon.kit.middleware import theme_of
from koinon.kit.templatetags.kit import accent, escaped

register = template.Library()
_HERE = "\0"
"""Where the address of the page goes, so that a click leads back to it."""


@register.simple_tag(takes_context=True)
def page_root(context: template.Context) -> SafeString:
    """What <html> says of a page: its language and its colours."""
    request, network = context.get("request"), context.get("network")
    theme, colour = theme_of(request) if request is not None else "system", getattr(network, "accent", "")
    return _root(get_language() or "en", theme, accent(colour) if colour else "")


@register.simple_tag(takes_context=True)
def page_links(context: template.Context) -> SafeString:
    """Style, script, icons, and what other sites show when somebody shares the address."""
    request = context.get("request")
    head = _icons(settings.DEBUG)
    if request is None:
        return SafeString(f"{head}{_SHARED % (get_language() or 'en')}{_script(settings.DEBUG)}")
    origin = f"{request.scheme}://{request.get_host()}"
    own, words = context.get("shared_picture", ""), context.get("shared_alt", "")
    picture = _own_picture(own, str(words or "")) if own else _picture(origin, settings.DEBUG)
    shared = f'<meta property="og:url" content="{escape(origin + request.path)}">\n{picture}'
    return SafeString(f"{head}{_SHARED % (get_language() or 'en')}{shared}{_script(settings.DEBUG)}")


@register.simple_tag
def page_mark() -> SafeString:
    """Our mark."""
    return _mark()


@register.simple_tag
def page_messages(messages: Iterable[Any]) -> SafeString:
    """What was done just now, for those who see and those who listen."""
    rows = "".join(
        f'<p class="k-message k-message--{escaped(each.level_tag)}">{escaped(str(each))}</p>' for each in messages or ()
    )
    return SafeString(f"{_messages_head(get_language() or 'en')}{rows}</div>")


@register.simple_tag(takes_context=True)
def page_foot(context: template.Context) -> SafeString:
    """Who we are, and the colours."""
    return SafeString(_foot(get_language() or "en") + colours(context))


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> SafeString:
    """A button for each language. Without a token: the view only sets a cookie (see kit.views.language)."""
    return _placed(_languages(get_language() or "en"), context)


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
    user, language = context.get("user"), get_language() or "en"
    if user is None or not user.is_authenticated:
        return _way_in(language)
    acting, token = context.get("acting"), escaped(context.get("csrf_token", ""))
    name, person = escaped(acting or user), escaped(user)
    proof = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    links = tuple((each["url"], each["label"]) for each in context.get("account_links") or ())
    head, words, out = _account(language, links)
    told = f"<p>{words % {'person': person, 'organisation': name}}</p>" if acting else ""
    choices = _choices(context, acting, proof, language)
    return SafeString(
        f'{head}{name}</span></summary>\n<div class="k-drop__body">{told}{out[0]}{choices}{out[1]}{proof}{out[2]}'
    )


@lru_cache(maxsize=64)
def _way_in(language: str) -> SafeString:
    with override(language):
        link = f'<a class="btn btn-plain" href="{to("account_login")}">{escape(gettext("Sign in"))}</a>'
    return SafeString(f'<div class="k-account">{link}</div>')


@lru_cache(maxsize=64)
def _account(language: str, links: tuple[tuple[str, str], ...]) -> tuple[str, str, tuple[str, str, str]]:
    """What no person changes: the opening, the words about whom one acts for, and what stands around the choices."""
    with override(language):
        words = gettext("%(person)s, acting for <strong>%(organisation)s</strong>")
        head = f'<span class="visually-hidden">{escape(gettext("Your account"))}: </span><span class="k-drop__name">'
        leave = f"<button>{escape(gettext('Sign out'))}</button></form></div></details></div>"
    items = "".join(f'<li><a href="{escape(url)}">{escape(label)}</a></li>' for url, label in links)
    form = f'<form method="post" action="{to("account_logout")}">'
    return f'<div class="k-account"><details class="k-drop"><summary>{head}', words, (f"<ul>{items}</ul>", form, leave)


def _choices(context: template.Context, acting: Any, proof: str, language: str) -> str:
    buttons = []
    for choice in context.get("acting_choices") or ():
        chosen = ' aria-current="true"' if choice == acting else ""
        buttons.append(f'<button name="organisation" value="{escaped(choice.pk)}"{chosen}>{escaped(choice)}</button>')
    if not buttons:
        return ""
    head = f'<form method="post" action="{escaped(context["acting_url"])}">{proof}<p class="k-drop__title">'
    return f"{head}{_act_for(language)}</p>{''.join(buttons)}</form>"


@lru_cache(maxsize=64)
def _act_for(language: str) -> str:
    with override(language):
        return escape(gettext("Act for"))


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


_SHARED = """<meta property="og:type" content="website">
<meta property="og:site_name" content="Koinon">
<meta property="og:locale" content="%s">
"""


@lru_cache(maxsize=192)
def _root(language: str, theme: str, colour: str) -> SafeString:
    direction = "rtl" if get_language_bidi() else "ltr"
    shade = f' data-theme="{theme}"' if theme in ("light", "dark") else ""
    tint = f' data-accent="{colour}"' if colour else ""
    return SafeString(f'lang="{language}" dir="{direction}"{shade}{tint}')


@lru_cache(maxsize=2)
def _icons(_is_debugging: bool) -> str:
    return (
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">\n'
        '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101a20">\n'
        f'<link rel="stylesheet" href="{static("kit/koinon.css")}">\n'
        f'<link rel="icon" href="{static("kit/favicon.ico")}" sizes="32x32">\n'
        f'<link rel="icon" href="{static("kit/mark.svg")}" type="image/svg+xml">\n'
        f'<link rel="apple-touch-icon" href="{static("kit/touch.png")}">\n'
    )


@lru_cache(maxsize=16)
def _picture(origin: str, _is_debugging: bool) -> str:
    address = escape(origin + static("kit/social.png"))
    size = '<meta name="twitter:card" content="summary_large_image">'
    return f'<meta property="og:image" content="{address}">\n{size}\n'


def _own_picture(address: str, words: str) -> str:
    """The picture of this page itself, with what it shows in words."""
    return (
        f'<meta property="og:image" content="{escape(address)}">\n'
        f'<meta property="og:image:alt" content="{escape(words)}">\n'
        '<meta name="twitter:card" content="summary_large_image">\n'
    )


@lru_cache(maxsize=2)
def _script(_is_debugging: bool) -> str:
    rules = (
        '{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"historyCacheSize":0,'
        '"attributesToSettle":["class"]}'
    )
    source = static("kit/koinon.js")
    return f'<script src="{source}" defer></script>\n<meta name="htmx-config" content=\'{rules}\'>'


@lru_cache(maxsize=1)
def _mark() -> SafeString:
    return SafeString(get_template("kit/components/mark.html").render())


@lru_cache(maxsize=64)
def _messages_head(language: str) -> str:
    with override(language):
        lost = escape(gettext("The connection was lost. Try again."))
    return f'<div class="k-messages" id="messages" role="status" data-lost="{lost}">'


@lru_cache(maxsize=64)
def _foot(language: str) -> str:
    with override(language):
        words = escape(gettext("A home for a network of places that learn."))
    return f'<p class="k-foot__words"><strong>Koinon</strong> {words}</p>\n'
