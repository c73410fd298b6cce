"""What the engine and the index need to know of many listings, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koinon.matching.engine.pairs import Item
from koinon.matching.models import Dismissal, Listing


@dataclass(frozen=True, slots=True)
class Listed:
    """A running listing with what is known of its organisation."""

    pk: UUID
    organisation: UUID
    language: str
    kind: str
    themes: tuple[str, ...]
    partner_kinds: tuple[str, ...]
    countries: tuple[str, ...]
    organisation_kind: str
    country: str
    speaks: tuple[str, ...]
    point: tuple[float, float] | None
    is_full: bool

    def item(self, number: int) -> Item:
        """The same as the engine reads it; `number` stands for the organisation."""
        return Item(
            language=self.language,
            organisation=number,
            kind=self.kind,
            themes=frozenset(self.themes),
            partner_kinds=frozenset(self.partner_kinds),
            countries=frozenset(self.countries),
            organisation_kind=self.organisation_kind,
            country=self.country,
            speaks=frozenset(self.speaks),
            point=self.point,
        )


_FIELDS = (
    "pk", "organisation_id", "language", "kind", "themes", "partner_kinds", "countries", "organisation__kind",
    "organisation__country", "languages", "organisation__languages", "organisation__place__latitude",
    "organisation__place__longitude", "replies_taken", "reply_cap",
)  # fmt: skip


def listed(network: UUID, *, side: str, only: Sequence[UUID] | None = None) -> dict[UUID, Listed]:
    """Running listings of one side of a network by id, in the order of ids. One query."""
    rows = Listing.objects.running().on_shelf(side).filter(network=network).order_by("pk")
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    return {found.pk: found for found in map(_listed, rows.values_list(*_FIELDS).iterator(chunk_size=5000))}


def _listed(row: tuple[Any, ...]) -> Listed:
    (
        pk,
        organisation,
        language,
        kind,
        themes,
        partners,
        countries,
        what,
        country,
        own,
        spoken,
        north,
        east,
        taken,
        cap,
    ) = row
    return Listed(
        pk=pk,
        organisation=organisation,
        language=language,
        kind=kind,
        themes=tuple(themes),
        partner_kinds=tuple(partners),
        countries=tuple(countries),
        organisation_kind=what,
        country=country,
        speaks=tuple(dict.fromkeys([*own, *spoken])),
        point=(north, east) if north is not None else None,
        is_full=taken >= cap,
    )


def pairs_aside(network: UUID) -> set[tuple[UUID, UUID]]:
    """(need, offer) that one of the two has set aside."""
    return set(Dismissal.objects.filter(need__network=network).values_list("need_id", "offer_id"))
