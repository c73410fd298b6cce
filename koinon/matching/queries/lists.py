"""Lists of offers and needs: found by meaning, words and filters; a fixed number of queries whatever their length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit import search
from koinon.kit.languages import texts
from koinon.kit.prepared import Listed
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.models import Listing
from koinon.network.models import Network
from koinon.network.queries.directory import Choice, Facet

SIZE = 20
SHOWN = 220
OF_ONE = 12
THEMES_SHOWN = 4
FACETS = {"country": "country", "kind": "sort", "theme": "theme", "language": "language"}
FIRST, MOST = 8, 60


def reader() -> str:
    return (get_language() or "en")[:2]


def found(me: Actor, network: Network, side: str, asked: Any) -> tuple[search.Page, list[dict[str, Any]]]:
    """One page of running listings of one side, ready to show."""
    page = search.find(
        scope=network.pk,
        kind=side,
        text=asked.text,
        language=reader(),
        filters={facet: values for facet, values in asked.facets.items() if facet in FACETS.values()},
        order=asked.order or ("" if asked.text else "newest"),
        cursor=asked.cursor,
        size=SIZE,
    )
    rows = Listing.objects.visible_to(me).running().filter(pk__in=page.ids, network=network)
    by_key = {row.pk: row for row in rows.select_related("organisation__place")}
    titles, words = (texts.of_many(by_key.values(), field, reader()) for field in ("title", "text"))
    return page, [shown(by_key[key], titles[key], words[key]) for key in page.ids if key in by_key]


def services_for(me: Actor, need: Listing, size: int = 4) -> list[dict[str, Any]]:
    """Paid services that come close to a need in meaning; asked only where the need's writers want them."""
    words = f"{need.title}. {need.text}"[:300]
    page = search.find(scope=need.network_id, kind="service", text=words, language=need.language, size=size)
    rows = Listing.objects.visible_to(me).running().filter(pk__in=page.ids, network=need.network_id)
    by_key = {row.pk: row for row in rows.select_related("organisation__place")}
    return [shown(by_key[key]) for key in page.ids if key in by_key]


def shown(listing: Listing, title: texts.Reading | None = None, words: texts.Reading | None = None) -> dict[str, Any]:
    """What a row of a list says about one listing, in the reader's language where it was translated.

    No query if organisation and place came with it.
    """
    language, organisation = reader(), listing.organisation
    place = organisation.place
    where = (place.native or place.name) if place else countries.country_name(organisation.country, language)
    said = words.text if words else listing.text
    text = said if len(said) <= SHOWN else said[:SHOWN].rsplit(" ", 1)[0] + " …"
    return {
        "listing": listing,
        "who": str(organisation),
        "where": where if organisation.country or place else "",
        "text": text,
        "text_language": words.language if words else listing.language,
        "title": title.text if title else listing.title,
        "title_language": title.language if title else listing.language,
        "themes": _labels(listing.themes, language),
    }


def facets_of(page: search.Page, asked: Any) -> list[Facet]:
    """The filters beside the list, in the reader's language."""
    language = reader()
    kinds = {str(value): str(label) for value, label in Listing.Kind.choices}
    titles = {
        "kind": (_("What it is about"), lambda value: kinds.get(value, value)),
        "country": (_("Country"), lambda value: countries.country_name(value, language)),
        "theme": (_("Theme"), lambda value: eurovoc.label(value, language)),
        "language": (_("Language"), lambda value: countries.language_name(value, language)),
    }
    return [
        _facet(
            name, title, naming, page.facets.get(FACETS[name], []), asked.filters.get(name, []), not page.total.is_more
        )
        for name, (title, naming) in titles.items()
    ]


def _facet(
    name: str, title: str, naming: Any, counted: Sequence[tuple[str, int]], chosen: Sequence[str], is_known: bool
) -> Facet:
    counts = dict(counted)
    values = [*chosen, *(value for value, _count in counted if value not in chosen)][: max(MOST, len(chosen))]
    choices = [
        Choice(value, naming(value), counts.get(value, 0) if is_known else None, value in chosen) for value in values
    ]
    edge = max(FIRST, len(chosen))
    rest = sorted(choices[edge:], key=lambda choice: choice.label.casefold())
    return Facet(name, title, choices[:edge], rest, len(chosen), is_open=bool(chosen) or name == "kind")


@dataclass(frozen=True, slots=True)
class Line:
    """A listing as the page of its organisation names it: no text."""

    key: UUID
    title: str
    language: str
    side: str
    kind: str
    until: date
    themes: list[str]


def lines(rows: Iterable[tuple[Any, ...]]) -> list[Line]:
    """Rows of `of_organisation` in the reader's words."""
    language = reader()
    sides, kinds = dict(Listing.Side.choices), dict(Listing.Kind.choices)
    return [
        Line(key, title, own, str(sides[side]), str(kinds[kind]), until, _labels(themes, language))
        for key, title, own, side, kind, until, themes in rows
    ]


def _labels(themes: Sequence[str], language: str) -> list[str]:
    return [eurovoc.label(theme, language) for theme in themes[:THEMES_SHOWN]]


of_organisation: Listed[tuple[Any, ...]] = Listed(
    lambda me, organisation: (
        Listing.objects.visible_to(me)
        .running()
        .filter(organisation=organisation)
        .order_by("side", "-pk")
        .values_list("pk", "title", "language", "side", "kind", "until", "themes")[:OF_ONE]
    )
)
