"""The pieces of a page as tags: mark-up written once, accessible, escaped, without a template include per row."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, TypedDict

from babel.dates import format_timedelta
from django import template
from django.template.defaultfilters import stringfilter
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, override

from koinon.kit import moments
from koinon.kit.vocabularies.countries import country_name, language_name

register = template.Library()

ACCENTS = ("aegean", "lagoon", "pine", "olive", "terracotta", "ruby", "murex", "iris")
"""The closed list of accents a network may choose from; the stylesheet knows each in light and dark."""

TONES = ("plain", "good", "waiting", "bad", "accent")
"""How a state chip looks; the word in it always says the same thing."""


BARE = str.maketrans("ΆΈΉΊΌΎΏ", "ΑΕΗΙΟΥΩ")
"""Greek capitals standing alone carry no accent."""


class Tab(TypedDict):
    """One entry of a navigation row."""

    url: str
    label: str
    current: bool


def escaped(value: object) -> str:
    """Escaped, unless it is marked as safe already; for pieces that stand a hundred times on a page."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


# --- language and time -------------------------------------------------------------------------


def _aware(at: dt.datetime) -> dt.datetime:
    return timezone.localtime(at) if timezone.is_aware(at) else at


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date as the reader's language writes it ("12 May 2026"), in the reader's zone; "" for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        value = _aware(value).date()
    return moments.long_day(value, get_language() or "en")


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Date, time and the name of the zone, because a time without a zone is a missed meeting; "" for None."""
    return _exact(_aware(value), get_language() or "en") if value else ""


def _exact(at: dt.datetime, language: str) -> str:
    zone = at.tzname() or ""
    zone = f"UTC{zone[:3]}:{zone[3:5] or '00'}" if zone[:1] in "+-" else zone
    day, clock = moments.long_day(at.date(), language), moments.clock(at.time(), language)
    return f"{day}, {clock} ({zone})"


@register.filter
def when(value: dt.date | dt.datetime | None) -> SafeString:
    """A <time> such as "3 days ago" or "in 2 weeks", the exact moment in its title; "" for None."""
    if not value:
        return mark_safe("")
    language = get_language() or "en"
    if isinstance(value, dt.datetime):
        at = _aware(value)
        exact, delta = _exact(at, language), at - (timezone.now() if at.tzinfo else dt.datetime.now())
        words = gettext("just now") if abs(delta) < dt.timedelta(minutes=1) else moments.ago(delta, language)
    else:
        exact, delta = moments.long_day(value, language), value - timezone.localdate()
        words = moments.ago(delta, language) if delta else gettext("today")
    return SafeString(f'<time datetime="{value.isoformat()}" title="{escaped(exact)}">{escaped(words)}</time>')


@register.filter
def part(text: object, language: str | None) -> SafeString:
    """Mark the language of a part that differs from the page's, so that it is read aloud and hyphenated right.

    Without a language, or in the page's own, the text comes back escaped and bare.
    """
    if not language or language == get_language():
        return SafeString(escaped(text))
    return SafeString(f'<span lang="{escaped(language)}">{escaped(text)}</span>')


@register.filter
@stringfilter
def country(code: str) -> str:
    """A country ("MK") in the reader's language."""
    return country_name(code, get_language() or "en") if code else ""


@register.filter
@stringfilter
def language(code: str) -> str:
    """A language ("lt") in the reader's language."""
    return language_name(code, get_language() or "en") if code else ""


# --- forms -------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: Any) -> SafeString:
    """One form field with label, help and error beside it (templates kit/forms/field.html)."""
    return SafeString(bound.as_field_group())


@register.inclusion_tag("kit/forms/summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What to put right, on top of the page, with a link to each field; takes focus. Empty for a clean form.

    A form says it once: where a page has said it above, the form itself, further down, does not repeat it.
    """
    links: list[tuple[str, str, str]] = []
    if form is not None and form.is_bound and not getattr(form, "is_summed", False):
        form.is_summed = True
        links += [("", "", message) for message in form.non_field_errors()]
        links += [(b.auto_id, b.label, message) for b in form for message in b.errors]
    return {"links": links, "count": len(links)}


# --- turns, states, progress -------------------------------------------------------------------


@register.simple_tag
def turn(
    who: object = "",
    since: dt.datetime | dt.date | None = None,
    until: dt.datetime | dt.date | None = None,
    mine: bool = False,
) -> SafeString:
    """Whose turn is it, since when, until when. `mine` is the only thing on a page that shows the sun colour."""
    language = get_language() or "en"
    words = _turn_words(language)
    late = until is not None and until < (timezone.now() if isinstance(until, dt.datetime) else timezone.localdate())
    name = words["mine"] if mine else (escaped(who) if who else words["nobody"])
    bits = [f'<strong class="k-turn__who">{name}</strong>']
    if since:
        bits.append(_dated(words["since"], since, language))
    if until:
        bits.append(_dated(words["late"] if late else words["due"], until, language))
    kind = " k-turn--mine" if mine else ("" if who else " k-turn--nobody")
    return SafeString(f'<p class="k-turn{kind}{" k-turn--late" if late else ""}">{" ".join(bits)}</p>')


@lru_cache(maxsize=64)
def _turn_words(language: str) -> dict[str, str]:
    with override(language):
        words = {
            "mine": gettext("Your turn"), "nobody": gettext("Nobody's turn"), "since": gettext("waiting since"),
            "due": gettext("due"), "late": gettext("was due"),
        }  # fmt: skip
    return {name: escape(text) for name, text in words.items()}


def _dated(words: str, value: dt.date | dt.datetime, language: str) -> str:
    on = _aware(value).date() if isinstance(value, dt.datetime) else value
    return f'<span>{words} <time datetime="{value.isoformat()}">{moments.long_day(on, language)}</time></span>'


@register.simple_tag
def state(label: object, tone: str = "plain") -> SafeString:
    """A state as a word with a point in front; `tone` from TONES (unknown: plain)."""
    look = tone if tone in TONES else "plain"
    return SafeString(f'<span class="k-state k-state--{look}">{escaped(label)}</span>')


@register.simple_tag
def progress(done: int, total: int, label: object, left: dt.timedelta | None = None) -> SafeString:
    """A long work with its counts and the time left (rounded); an unknown total (0) shows as under way."""
    counts = gettext("%(done)s of %(total)s") % {"done": done, "total": total} if total else gettext("under way")
    more = format_timedelta(left, locale=moments.locale_of(get_language() or "en"), threshold=1.4) if left else ""
    tail = gettext("about %(time)s left") % {"time": more} if more else ""
    value = format_html(' value="{}" max="{}"', min(done, total), total) if total else ""
    return format_html(
        '<div class="k-progress"><p class="k-progress__words"><strong>{}</strong> <span>{}</span>{}</p>'
        '<progress aria-label="{}"{}>{}</progress></div>',
        label,
        counts,
        format_html(" <span>{}</span>", tail) if tail else "",
        label,
        value,
        counts,
    )


@register.simple_tag
def steps_line(steps: Iterable[object], current: int = 0) -> SafeString:
    """The way of a process as joined points; `current` counts from 0, earlier ones are done. len(steps): all done."""
    rows = []
    for index, label in enumerate(steps):
        kind = "done" if index < current else "now" if index == current else "next"
        words = {"done": gettext("finished"), "now": gettext("now"), "next": gettext("to come")}[kind]
        rows.append((kind, mark_safe(' aria-current="step"') if kind == "now" else "", label, words))
    return format_html(
        '<ol class="k-steps">{}</ol>',
        format_html_join("", '<li class="k-steps__{}"{}>{} <span class="visually-hidden">({})</span></li>', rows),
    )


# --- chips, people, navigation -----------------------------------------------------------------


@register.simple_tag
def chip(label: object, url: str = "", kind: str = "", lang: str = "") -> SafeString:
    """A theme, place or language as a small label, a link if `url` is given."""
    words = part(label, lang) if lang else escaped(label)
    extra = f" k-chip--{kind}" if kind.isalpha() else ""
    if url:
        return SafeString(f'<a class="k-chip{extra}" href="{escaped(url)}">{words}</a>')
    return SafeString(f'<span class="k-chip{extra}">{words}</span>')


@register.simple_tag
def chips(rows: Iterable[object], label: object = "") -> SafeString:
    """A list of chips; rows are words or (word, url) pairs; `label` names the list for those who listen."""
    pairs = [row if isinstance(row, tuple) else (row, "") for row in rows]
    named = f' aria-label="{escaped(label)}"' if label else ""
    items = "".join([f"<li>{chip(word, url)}</li>" for word, url in pairs])
    return SafeString(f'<ul class="k-chips"{named}>{items}</ul>')


@register.simple_tag
def avatar(name: str, picture: str = "", kind: str = "organisation", size: str = "") -> SafeString:
    """A picture or the initials; a square is an organisation, a circle a person (`kind="person"`). Decorative: alt="".

    `size` "large" for the head of a page.
    """
    look = f"k-avatar k-avatar--{'person' if kind == 'person' else 'organisation'}" + (
        " k-avatar--large" if size == "large" else ""
    )
    if picture:
        return format_html('<img class="{}" src="{}" alt="" width="48" height="48" loading="lazy">', look, picture)
    words = [word for word in str(name).split() if word[:1].isalnum()]
    letters = (
        "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper().translate(BARE)
    )
    tint = sum(map(ord, str(name))) % len(ACCENTS)
    return SafeString(
        f'<span class="{look}" data-accent="{ACCENTS[tint]}" aria-hidden="true">{escaped(letters)}</span>'
    )


@register.simple_tag
def tabs(rows: Sequence[Tab | Mapping[str, Any]], label: object) -> SafeString:
    """Pages of one thing as a row of links; rows: {"url", "label", "current", optional "count"}."""
    items = []
    for row in rows:
        current = mark_safe(' aria-current="page"') if row.get("current") else ""
        count = row.get("count")
        number = format_html(' <span class="k-count">{}</span>', count) if count is not None else ""
        items.append((row["url"], current, row["label"], number))
    return format_html(
        '<nav class="k-tabs" aria-label="{}"><ul>{}</ul></nav>',
        label,
        format_html_join("", '<li><a href="{}"{}>{}{}</a></li>', items),
    )


@register.simple_tag(takes_context=True)
def pager(context: template.Context, after: str = "", before: str = "", total: int | None = None) -> SafeString:
    """Previous and next of a cursor-paged list: `?before=` and `?after=`, every other parameter kept."""
    request = context.get("request")

    def link(name: str, cursor: str, rel: str, words: str) -> SafeString:
        query = request.GET.copy() if request is not None else None
        if query is None:
            href = f"?{name}={cursor}"
        else:
            query.pop("after", None)
            query.pop("before", None)
            query[name] = cursor
            href = "?" + query.urlencode()
        return format_html('<a class="btn btn-plain" rel="{}" href="{}">{}</a>', rel, href, words)

    if not (after or before):
        return mark_safe("")
    number = ngettext("%(count)s in all", "%(count)s in all", total) % {"count": total} if total is not None else ""
    return format_html(
        '<nav class="k-pager" aria-label="{}">{}<span>{}</span>{}</nav>',
        gettext("Pages"),
        link("before", before, "prev", gettext("Previous")) if before else mark_safe("<span></span>"),
        number,
        link("after", after, "next", gettext("Next")) if after else mark_safe("<span></span>"),
    )


@register.filter
@stringfilter
def accent(value: str) -> str:
    """An accent's name from the closed list; anything else is the house colour, never text in an attribute."""
    return value if value in ACCENTS else ACCENTS[0]


# --- things with a body ------------------------------------------------------------------------


@register.simple_block_tag
def empty(content: str, title: object, url: str = "", action: object = "") -> SafeString:
    """An empty state that teaches: what will be here, why it is worth having, and the one thing to do first."""
    button = format_html('<p><a class="btn btn-primary" href="{}">{}</a></p>', url, action) if url else ""
    return format_html('<div class="k-empty"><h2 class="k-empty__title">{}</h2>{}{}</div>', title, content, button)


@register.simple_block_tag
def facet(content: str, title: object, chosen: int = 0, start_open: bool = False) -> SafeString:
    """One filter that folds; how many are chosen is said in its title, and a filter in use starts open."""
    number = format_html(' <span class="k-count">{}</span>', chosen) if chosen else ""
    return format_html(
        '<details class="k-facet"{}><summary>{}{}</summary><div class="k-facet__body">{}</div></details>',
        mark_safe(" open") if chosen or start_open else "",
        title,
        number,
        content,
    )


@register.simple_tag
def ticks(name: str, choices: Iterable[Any], form: str = "") -> SafeString:
    """Boxes to tick, one for each choice (value, label, is_chosen, count or None); `form` is the id of theirs."""
    belongs, items = f' form="{escaped(form)}"' if form else "", []
    for choice in choices:
        ident, value = escaped(f"{name}-{choice.value}"), escaped(choice.value)
        chosen = " checked" if choice.is_chosen else ""
        count = f' <span class="k-count">{escaped(choice.count)}</span>' if choice.count is not None else ""
        items.append(
            f'<li class="k-check"><input type="checkbox"{belongs} id="{ident}" name="{escaped(name)}" value="{value}"'
            f'{chosen}> <label for="{ident}">{escaped(choice.label)}{count}</label></li>'
        )
    return SafeString(f'<ul class="list-unstyled">{"".join(items)}</ul>')


@register.simple_block_tag
def panel(
    content: str, title: object, ident: str = "", level: int = 2, more: str = "", more_label: object = ""
) -> SafeString:
    """A titled part of a page; `more` links to the whole list. `ident` gives it an anchor."""
    link = f'<a href="{escaped(more)}">{escaped(more_label or gettext("See all"))}</a>' if more else ""
    anchor = f' id="{escaped(ident)}"' if ident else ""
    tag = f"h{min(max(int(level), 2), 4)}"
    head = f'<header class="k-panel__head"><{tag} class="k-panel__title">{escaped(title)}</{tag}>{link}</header>'
    return SafeString(f'<section class="k-panel"{anchor}>{head}{escaped(content)}</section>')


@register.simple_block_tag
def note(content: str, tone: str = "plain", title: object = "") -> SafeString:
    """Something to know before going on; `tone` from TONES."""
    head = format_html('<strong class="k-note__title">{}</strong>', title) if title else ""
    return format_html('<div class="k-note k-note--{}">{}{}</div>', tone if tone in TONES else "plain", head, content)


@register.simple_tag(takes_context=True)
def lent(context: template.Context, part: Any) -> SafeString:
    """What an app above lends to a page: renders `part.template` with the page's context and `part.context` on top."""
    with context.push(**part.context):
        return SafeString(get_template(part.template).template.render(context))  # type: ignore[attr-defined]
