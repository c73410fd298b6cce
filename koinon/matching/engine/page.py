"""The report as one page that opens from the disk: everything is inside, nothing is fetched, it prints well."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.engine import drawing, reasons, said

if TYPE_CHECKING:
    from koinon.matching.engine.pairs import Pair
    from koinon.matching.engine.report import Findings
    from koinon.matching.engine.rows import Row, Text

_DATA = Path(__file__).parents[1] / "data"
CLUSTERS_NAMED = 12
unusable, unwritable = said.unusable, said.unwritable


def html(found: "Findings", *, source: str, language: str) -> str:
    """The whole page; every text of the spreadsheet is escaped."""
    clusters = _cluster_names(found, language)
    parts = [_head(found, source), _filters(found, clusters, language), _map(found), _clusters(found, clusters)]
    parts += [_needs(found, language), _offers(found, language), _problems(found)]
    body = format_html_join("", "{}", ((part,) for part in parts))
    return _FRAME.format(
        language=language,
        title=format_html("{}", _("Matches of %(file)s") % {"file": source}),
        style=(_DATA / "report.css").read_text("utf-8"),
        script=(_DATA / "report.js").read_text("utf-8"),
        body=body,
    )


_FRAME = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>{title}</title>
<style>{style}</style></head><body><main>{body}</main><script>{script}</script></body></html>
"""


def _head(found: "Findings", source: str) -> SafeString:
    figures: list[tuple[int | str, str]] = [
        (len(found.book.rows), _("Organisations")),
        (len(found.needs), _("Needs")),
        (len(found.offers), _("Offers")),
        (sum(1 for pair in found.pairs if pair.rank_for_need), _("Suggestions")),
    ]
    if found.book.sheet:
        figures.insert(0, (found.book.sheet, _("Sheet of the file")))
    return format_html(
        '<header><p class="kicker">Koinon · {}</p><h1>{}</h1><p class="note">{}</p>'
        '<dl class="figures">{}</dl></header>',
        date.today().isoformat(),
        _("Who fits whom"),
        _(
            "Made by a machine from the texts of %(file)s: it compares what they mean, across languages, and says why. "
            "It can be wrong; people decide. Nothing left your computer."
        )
        % {"file": source},
        format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", ((label, number) for number, label in figures)),
    )


def _filters(found: "Findings", clusters: list[str], language: str) -> SafeString:
    codes = sorted({row.country for row in found.book.rows if row.country})
    named = sorted(((code, countries.country_name(code, language)) for code in codes), key=lambda pair: pair[1])
    return format_html(
        '<form id="filters" hidden><label>{} <input type="search" id="words"></label> <label>{} <select id="country">'
        '<option value="">{}</option>{}</select></label> <label>{} <select id="cluster"><option value="">{}</option>{}'
        '</select></label> <output id="count" data-words="{}"></output></form>',
        _("Words"),
        _("Country"),
        _("All"),
        format_html_join("", '<option value="{}">{}</option>', named),
        _("Cluster"),
        _("All"),
        format_html_join("", '<option value="{}">{}</option>', enumerate(clusters)),
        _("shown"),
    )


def _map(found: "Findings") -> SafeString:
    where = found.cluster_of()
    points = [
        (row.point, f"{row.name}, {row.city}", f"c{where[place] % CLUSTERS_NAMED}" if place in where else "none")
        for place, row in enumerate(found.book.rows)
        if row.point is not None
    ]
    picture = drawing.draw(points, label=_("Map of the organisations"))
    if not picture:
        return mark_safe("")
    credit = _("Places: GeoNames, CC BY 4.0. Shapes: Natural Earth.")
    return format_html(
        '<section><h2>{}</h2><figure class="map">{}<figcaption>{}</figcaption></figure></section>',
        _("Where they are"),
        mark_safe(picture),  # noqa: S308  (drawn by us; titles are escaped there)
        credit,
    )


def _cluster_names(found: "Findings", language: str) -> list[str]:
    return [
        " · ".join(eurovoc.label(theme, language) for theme in each.themes) or _("Not close to others")
        for each in found.clusters
    ]


def _clusters(found: "Findings", names: list[str]) -> SafeString:
    rows = (
        (
            number % CLUSTERS_NAMED,
            names[number],
            ngettext("%(count)s organisation", "%(count)s organisations", len(each.rows)) % {"count": len(each.rows)},
            format_html_join("", "<li>{}</li>", ((found.book.rows[row].name,) for row in each.rows)),
        )
        for number, each in enumerate(found.clusters)
    )
    return format_html(
        '<section><h2>{}</h2><p>{}</p><div class="clusters">{}</div></section>',
        _("Groups of like interest"),
        _("Found from what the texts mean; named by the themes that set them apart."),
        format_html_join(
            "", '<details><summary><i class="k c{}"></i> {} <span>{}</span></summary><ul>{}</ul></details>', rows
        ),
    )


def _needs(found: "Findings", language: str) -> SafeString:
    return _list(found, language, "need", _("Needs and the offers that fit best"))


def _offers(found: "Findings", language: str) -> SafeString:
    return _list(found, language, "offer", _("Offers and the needs they serve"))


def _list(found: "Findings", language: str, side: str, title: str) -> SafeString:
    by_place: dict[int, list[Pair]] = {}
    for pair in found.pairs:
        if getattr(pair, f"rank_for_{side}"):
            by_place.setdefault(getattr(pair, side), []).append(pair)
    rank = f"rank_for_{side}"
    places = found.needs if side == "need" else found.offers
    entries = (
        _entry(found, place, sorted(by_place.get(at, []), key=lambda pair: getattr(pair, rank)), side, language)
        for at, place in enumerate(places)
    )
    return format_html(
        '<section><h2>{}</h2><div class="tablewrap"><table><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th></tr>'
        "</thead><tbody>{}</tbody></table></div></section>",
        title,
        _("Need") if side == "need" else _("Offer"),
        _("Best offers, and why") if side == "need" else _("Needs it serves, and why"),
        format_html_join("", "{}", ((entry,) for entry in entries)),
    )


def _entry(found: "Findings", place: int, chosen: Iterable["Pair"], side: str, language: str) -> SafeString:
    text = found.book.texts[place]
    row = found.book.rows[text.row]
    cluster = found.cluster_of_row(text.row)
    answers = format_html_join(
        "", "<li>{}<p class=\"why\">{}</p></li>", (_answer(found, pair, side, language) for pair in chosen)
    )  # fmt: skip
    return format_html(
        '<tr class="entry" data-country="{}" data-cluster="{}"><th scope="row">{}</th><td>{}</td></tr>',
        row.country,
        cluster,
        _text(text, row, found.themes[place], language),
        format_html("<ol>{}</ol>", answers) if answers else format_html('<p class="why">{}</p>', _("Nobody fits.")),
    )


def _answer(found: "Findings", pair: "Pair", side: str, language: str) -> tuple[SafeString, str]:
    need, offer = found.needs[pair.need], found.offers[pair.offer]
    other = found.book.texts[offer if side == "need" else need]
    row = found.book.rows[other.row]
    why = reasons.sentence(reasons.reasons(found.items[need], found.items[offer], pair), language)
    return (
        format_html(
            '<strong lang="{}">{}</strong><br><small>{}</small>', other.language, other.title, _where(row, language)
        ),
        why,
    )


def _text(text: "Text", row: "Row", named: Iterable[str], language: str) -> SafeString:
    more = "" if text.text == text.title else text.text
    return format_html(
        '<strong lang="{}">{}</strong><br><small>{}</small><p lang="{}">{}</p><p class="themes">{}</p>',
        text.language,
        text.title,
        _where(row, language),
        text.language,
        more,
        format_html_join(" ", "<span>{}</span>", ((eurovoc.label(theme, language),) for theme in named)),
    )


def _where(row: "Row", language: str) -> str:
    country = countries.country_name(row.country, language) if row.country else ""
    number = _("row %(number)s") % {"number": row.number}
    return " · ".join(part for part in (row.name, row.city, country, number) if part)


def _problems(found: "Findings") -> SafeString:
    if not found.book.problems:
        return mark_safe("")
    headings = found.book.columns
    rows = (
        (number, headings.get(name, name), said.problem(code, text)) for number, name, code, text in found.book.problems
    )
    return format_html(
        '<section><h2>{}</h2><p>{}</p><table><thead><tr><th scope="col">{}</th><th scope="col">{}</th>'
        '<th scope="col">{}</th></tr></thead><tbody>{}</tbody></table></section>',
        _("What could not be read"),
        _("These cells or rows were left out; everything else was used."),
        _("Row"),
        _("Column"),
        _("Problem"),
        format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
    )
