"""The facts beside an organisation in one piece: place, web site, people, memberships."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override

from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import chips, day, escaped, panel
from koinon.kit.vocabularies.countries import language_name
from koinon.kit.words import choice
from koinon.network.models import Membership
from koinon.network.queries.organisations import Page

register = template.Library()


@register.simple_tag
def organisation_about(page: Page) -> SafeString:
    """What it says about itself, in which language and by whom it was translated, and its themes."""
    words = _words(get_language() or "en")
    shown = _told(page, words) if page.about.text else f'<p class="k-help">{words["nothing"]}{_ask(page, words)}</p>'
    if page.themes:
        shown += chips(page.themes, words["themes"])
    return panel(SafeString(shown), words["about"], ident="about")


def _told(page: Page, words: dict[str, Any]) -> str:
    about, one, here = page.about, page.organisation, get_language() or "en"
    spoken = f' lang="{escaped(about.language)}"' if about.language != here else ""
    body = one.about_html if about.is_original else linebreaks(about.text, autoescape=True)
    return f'<div class="k-prose"{spoken}>{body}</div>\n{_origin(page, words, here)}'


def _origin(page: Page, words: dict[str, Any], here: str) -> str:
    """Whose words these are: nothing to say of an original in the language of the reader."""
    about, one = page.about, page.organisation
    language = {"language": language_name(one.language, here)}
    if about.is_original:
        if one.language == here:
            return ""
        edit = f' <a href="{to("network:organisation_translate", one.slug)}">{words["translate"]}</a>'
        return f'<p class="k-origin">{escaped(words["original"] % language)}{edit if page.may.get("edit") else ""}</p>'
    by = escaped(words["engine"] % {"engine": about.engine}) if about.origin == "machine" else words["person"]
    look, stale = (" k-origin--stale", f" {words['stale']}") if about.is_stale else ("", "")
    back = f'<a href="?original">{escaped(words["first"] % language)}</a>'
    return f'<p class="k-origin{look}">{by}{stale} {back}</p>'


def _ask(page: Page, words: dict[str, Any]) -> str:
    address = to("network:organisation_edit", page.organisation.slug)
    return f' <a href="{address}">{words["say"]}</a>' if page.may.get("edit") else ""


@register.simple_tag
def organisation_facts(page: Page) -> SafeString:
    """Place, web site, size, languages: those that are known."""
    words, one = _words(get_language() or "en"), page.organisation
    rel = "noopener" if page.is_open_to_robots else "nofollow noopener ugc"
    site = f'<a href="{escaped(one.website)}" rel="{rel}">{escaped(one.domain or one.website)}</a>'
    rows = (
        ("place", escaped(page.place)),
        ("site", site if one.website else ""),
        ("size", escaped(choice(one, "size")) if one.size else ""),
        ("languages", escaped(", ".join(page.languages))),
    )
    shown = "\n".join(f"<div><dt>{words[name]}</dt><dd>{value}</dd></div>" for name, value in rows if value)
    return panel(SafeString(f'<dl class="k-facts">\n{shown}\n</dl>'), words["facts"], ident="facts")


@register.simple_tag
def organisation_people(rows: Iterable[dict[str, Any]]) -> SafeString:
    """Who speaks for it: the role, the name if it is shown, for what."""
    words, items = _words(get_language() or "en"), []
    for row in rows:
        name = f"<strong>{escaped(row['name'])}</strong><br>" if row["name"] else ""
        topic = f" ({escaped(row['mandate'].topic)})" if row["mandate"].topic else ""
        items.append(f'<li>{name}<span class="k-item__meta">{escaped(row["role"])}{topic}</span></li>')
    nobody = f'<p class="k-help">{words["nobody"]}</p>'
    shown = f'<ul class="k-list k-list--plain">{"".join(items)}</ul>' if items else nobody
    return panel(SafeString(shown), words["people"], ident="people")


@register.simple_tag(takes_context=True)
def organisation_memberships(context: template.Context, page: Page) -> SafeString:
    """Where it belongs and belonged, since when, and how it may leave."""
    if not (page.memberships or page.past):
        return SafeString("")
    words, me = _words(get_language() or "en"), context.get("me")
    items = [_current(row, page, words, me is not None and row.network_id in me.roles) for row in page.memberships]
    for row in page.past:
        span = f"{escaped(day(row.period.lower))} – {escaped(day(row.period.upper))}"
        was = f"{escaped(choice(row, 'kind'))} · {span}"
        items.append(f"<li>{escaped(row.network)}<br>{_meta(was)}</li>")
    shown = f'<ul class="k-list k-list--plain">\n{"".join(items)}\n</ul>'
    return panel(SafeString(shown), words["memberships"], ident="memberships")


def _current(row: Membership, page: Page, words: dict[str, Any], is_mine: bool) -> str:
    since = escaped(words["since"] % {"day": day(row.period.lower)})
    name = f'<a href="{to("network:network", row.network.slug)}">{escaped(row.network)}</a><br>'
    out = "leave" if page.may.get("leave") else "end" if page.may.get("run") and is_mine else ""
    link = f' <a class="k-item__meta" href="{to("network:membership_end", row.pk)}">{words[out]}</a>' if out else ""
    if out == "end":
        twice = f"{to('network:merge_new', row.network.slug)}?kept={page.organisation.slug}"
        link += f' · <a class="k-item__meta" href="{twice}">{words["twice"]}</a>'
    if page.may.get("people"):
        link += f' · <a class="k-item__meta" href="{to("network:standing", row.pk)}">{words["standing"]}</a>'
    kinds = " · ".join(escaped(each) for each in (choice(row, "kind"), row.in_class) if each)
    return f"<li>{name}{_meta(f'{kinds} · {since}')}{link}</li>"


def _meta(shown: str) -> str:
    return f'<span class="k-item__meta">{shown}</span>'


@lru_cache(maxsize=64)
def _words(language: str) -> dict[str, Any]:
    with override(language):
        words = {
            "facts": gettext("Facts"), "place": gettext("Place"), "site": gettext("Web site"),
            "size": gettext("Size"), "languages": gettext("Languages"), "people": gettext("People"),
            "nobody": gettext("Nobody speaks for this organisation here yet."),
            "memberships": gettext("Memberships"), "leave": gettext("Leave"),
            "end": gettext("End the membership"), "twice": gettext("Is it here twice?"),
            "standing": gettext("Standing and reports"),
            "about": gettext("About"), "themes": gettext("Themes"), "nothing": gettext("Nothing is written here yet."),
            "say": gettext("Say what you do and for whom"), "translate": gettext("Write a translation"),
            "person": gettext("Translated by a person."), "stale": gettext("The original has changed since."),
        }  # fmt: skip
        found: dict[str, Any] = {name: SafeString(escaped(text)) for name, text in words.items()}
        return {
            **found,
            "since": gettext("since %(day)s"),
            "original": gettext("This is the original, in %(language)s."),
            "first": gettext("Original: %(language)s"),
            "engine": gettext("Translated by machine (%(engine)s)."),
        }
