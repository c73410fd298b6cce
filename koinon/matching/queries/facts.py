"""What the engine and the index need to know of many listings, in one query."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from koinon.matching.engine.signals import Item
from koinon.matching.models import Dismissal, Listing, Tie
from koinon.matching.queries import calls
from koinon.network.models import Standing


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
    age: int | None
    """Days since it was published or renewed."""

    def item(self, numbers: Mapping[UUID, int], about: "Around") -> Item:
        """The same as the engine reads it; `numbers` stand for organisations."""
        return Item(
            language=self.language,
            organisation=numbers[self.organisation],
            kind=self.kind,
            themes=frozenset(self.themes),
            partner_kinds=frozenset(self.partner_kinds),
            countries=frozenset(self.countries),
            organisation_kind=self.organisation_kind,
            country=self.country,
            speaks=frozenset(self.speaks),
            point=self.point,
            partners=frozenset(numbers[each] for each in about.partners.get(self.organisation, ()) if each in numbers),
            answers_in=about.answers.get(self.organisation),
            age=self.age,
            risk=about.risks.get(self.organisation, 0),
        )


@dataclass(frozen=True, slots=True)
class Around:
    """What organisations of a network did: who works with whom, who answers in how many days, whose membership falters.

    `risks`: 1 at risk, 2 inactive; the others are not named.
    """

    partners: Mapping[UUID, set[UUID]]
    answers: Mapping[UUID, int]
    risks: Mapping[UUID, int]


_RISKS = {"risk": 1, "inactive": 2}
_FIELDS = (
    "pk", "organisation_id", "language", "kind", "themes", "partner_kinds", "countries", "organisation__kind",
    "organisation__country", "languages", "organisation__languages", "organisation__place__latitude",
    "organisation__place__longitude", "replies_taken", "reply_cap", "moved_at",
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
        moved,
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
        age=(timezone.now() - moved).days,
    )


def listed_whatever(network: UUID, keys: Collection[UUID]) -> dict[UUID, Listed]:
    """Listings by id in whatever state; what was true of them then may have changed. One query."""
    rows = Listing.objects.filter(network=network, pk__in=list(keys)).order_by("pk")
    return {found.pk: found for found in map(_listed, rows.values_list(*_FIELDS).iterator(chunk_size=5000))}


def around(network: UUID) -> Around:
    """Confirmed ties that hold today, how soon organisations answer, and whose membership falters; three queries."""
    today = date.today()
    partners: dict[UUID, set[UUID]] = {}
    rows = Tie.objects.filter(network=network, state="confirmed").in_time(today, today).order_by()
    for one, other in rows.values_list("a_id", "b_id"):
        partners.setdefault(one, set()).add(other)
        partners.setdefault(other, set()).add(one)
    faltering = Standing.objects.filter(membership__network=network, state__in=_RISKS).order_by()
    rows_ = faltering.filter(membership__period__contains=today).values_list("membership__organisation", "state")
    return Around(partners, calls.response_days_of(network), {key: _RISKS[state] for key, state in rows_})


def numbers(organisations: Iterable[UUID]) -> dict[UUID, int]:
    """A number for each, from 0, in the order in which they come."""
    return {each: place for place, each in enumerate(dict.fromkeys(organisations))}


def pairs_aside(network: UUID) -> set[tuple[UUID, UUID]]:
    """(need, offer) that one of the two has set aside."""
    return set(Dismissal.objects.filter(need__network=network).values_list("need_id", "offer_id"))
