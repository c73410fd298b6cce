"""The directory of a network: a page of organisations with the counts beside it, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit import search
from koinon.kit.prepared import Prepared
from koinon.kit.vocabularies import countries, eurovoc
from koinon.network.models import Kind, Mandate, Network, Organisation, name_in

SIZE = 25
KIND = "organisation"
ABOUT_SHOWN = 180
THEMES_SHOWN = 4
FIRST = 8
MOST = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how it is called, how many have it, and whether it is chosen."""

    value: str
    label: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: its name in the address, its title, the likely values first and the rest folded away."""

    name: str
    title: str
    first: list[Choice]
    rest: list[Choice]
    chosen: int
    is_open: bool = False


class Facets(list[Facet]):
    """The filters beside a list; `shown` keeps what was written of them, for a network's own filters rarely change."""

    shown: str = ""


def members_of(network: Network | UUID) -> "QuerySet[Organisation]":
    """Organisations that belong to the network today."""
    return Organisation.objects.filter(memberships__network=network, memberships__period__contains=date.today())


def found(
    *, network: Network, text: str, filters: dict[str, list[str]], order: str, cursor: str, size: int = SIZE
) -> tuple[search.Page, list[dict[str, Any]]]:
    """One page of the directory and its rows, ready to show; three queries (and those of a search transaction)."""
    language = (get_language() or "en")[:2]
    page = search.find(
        scope=network.pk,
        kind=KIND,
        text=text,
        language=language,
        spoken=network.languages,
        filters=filters,
        order=order,
        cursor=cursor,
        size=size,
    )
    return page, rows_of(network, page.ids, language, page.near)


def rows_of(
    network: Network, ids: Sequence[UUID], language: str, near: frozenset[UUID] = frozenset()
) -> list[dict[str, Any]]:
    """What a list shows of these organisations, in their order; one query, plain values, themes in `language`."""
    by_key = {row[0]: row for row in _listed(network=network.pk, ids=ids)}
    return [_shown(by_key[key], language, key in near) for key in ids if key in by_key]


_KINDS: dict[str, Any] = dict(Kind.choices)
_COLUMNS = (
    "pk",
    "slug",
    "names",
    "language",
    "kind",
    "country",
    "themes",
    "start",
    "place__name",
    "place__native",
    "shadow",
)
_listed: Prepared[tuple[Any, ...]] = Prepared(
    lambda network, ids: (
        members_of(network)
        .filter(pk__in=ids)
        .order_by()
        .annotate(
            start=Left("about", ABOUT_SHOWN + 40),
            shadow=~Exists(Mandate.objects.filter(organisation=OuterRef("pk"))),
        )
        .values_list(*_COLUMNS)
    )
)


def facets_of(page: search.Page, asked: Any, *, counts_are_known: bool) -> Facets:
    """The filters beside a list, in the reader's language. Nothing is chosen on most pages: then they are kept."""
    language = (get_language() or "en")[:2]
    if asked.filters or asked.text or not counts_are_known:
        return _facets(language, page.facets, asked.filters, counts_are_known)
    return _unchosen(language, tuple((name, tuple(counted)) for name, counted in page.facets.items()))


@lru_cache(maxsize=100)
def _unchosen(language: str, counted: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]) -> Facets:
    return _facets(language, dict(counted), {}, True)


def _facets(
    language: str, counted: Mapping[str, Sequence[tuple[str, int]]], chosen: Mapping[str, list[str]], is_known: bool
) -> Facets:
    kinds = {str(value): str(label) for value, label in Kind.choices}
    naming = {
        "country": lambda value: countries.country_name(value, language),
        "kind": lambda value: kinds.get(value, value),
        "theme": lambda value: eurovoc.label(value, language),
        "language": lambda value: countries.language_name(value, language),
        "has": lambda value: {"offers": _("Has offers"), "needs": _("Has needs")}.get(value, value),
    }
    titles = {
        "country": _("Country"), "kind": _("Kind"), "has": _("Offers and needs"),
        "theme": _("Theme"), "language": _("Language"),
    }  # fmt: skip
    index_names = {"country": "country", "kind": "sort", "has": "mark", "theme": "theme", "language": "language"}
    return Facets(
        _facet(name, title, naming[name], counted.get(index_names[name], []), chosen.get(name, []), is_known)
        for name, title in titles.items()
    )


def chips_of(facets: Sequence[Facet], asked: Any) -> list[tuple[str, str]]:
    """What is chosen, each with the address of the same question without it."""
    chips = []
    if asked.text:
        chips.append((f"“{asked.text}”", asked.address(text="")))
    for facet in facets:
        for choice in facet.first + facet.rest if facet.chosen else ():
            if choice.is_chosen:
                left = [value for value in asked.filters[facet.name] if value != choice.value]
                chips.append((choice.label, asked.address(**{facet.name: left})))
    return chips


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
    return Facet(name, title, choices[:edge], rest, len(chosen), is_open=bool(chosen) or name in ("country", "kind"))


def _shown(row: tuple[Any, ...], language: str, is_near: bool) -> dict[str, Any]:
    key, slug, names, own, kind, country, themes, about, place, native, shadow = row
    name = name_in(names, own, language)
    spoken = language if names.get(language) else own
    town = (native if language == own else place) or place or ""
    where = ", ".join(part for part in (town, countries.country_name(country, language) if country else "") if part)
    return {
        "key": key,
        "slug": slug,
        "name": name,
        "name_language": "" if spoken == language else spoken,
        "kind": _KINDS.get(kind, kind),
        "where": where,
        "about": _shortened(about),
        "about_language": "" if own == language else own,
        "themes": [eurovoc.label(theme, language) for theme in themes[:THEMES_SHOWN]],
        "is_near": is_near,
        "is_shadow": shadow,
    }


def _shortened(text: str) -> str:
    """The beginning of a text up to a word's end."""
    if len(text) <= ABOUT_SHOWN:
        return text
    return text[:ABOUT_SHOWN].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"
