"""The weights of a network, and the outcomes that they are learned from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from koinon.matching.engine import lessons, signals
from koinon.matching.engine.pairs import EXPOSURE
from koinon.matching.engine.reasons import SIGNALS
from koinon.matching.models import CONNECTED, Dismissal, Introduction, MatchWeights, Reply
from koinon.matching.queries import facts
from koinon.network.models import Organisation

AT_MOST = 20_000
"""The newest outcomes of each sort."""
ABOUT_THE_MATCH = ("theme", "place", "kind")
"""Reasons to set a match aside that say something about the match; "not now" and "we know each other" do not."""
ABOUT_THE_REPLY = ("fit", "place", "chosen")

Outcome = tuple[Mapping[str, float], bool]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A signal in the reader's words, with its weights; `learned` is None where nothing was learned."""

    words: str
    usual: float
    learned: float | None
    force: float


def weights_of(network: UUID) -> MatchWeights:
    """What the network has learned, or an empty row with the usual weights."""
    return MatchWeights.objects.filter(network=network).first() or MatchWeights(network_id=network)


def outcomes(network: UUID) -> list[Outcome]:
    """The signals of each pair of which something became known, and whether it was taken up.

    Accepted replies and connected introductions are taken up; replies that were declined and matches that were set
    aside for what they are, are not. What the sides of an introduction answer in private is not read.
    """
    pairs = [*_introduced(network), *_set_aside(network)]
    replied = list(_replied(network))
    known = facts.listed_whatever(network, {key for pair in pairs for key in pair[:2]} | {row[0] for row in replied})
    about = facts.around(network)
    houses = _houses({row[1] for row in replied}, network)
    numbers = facts.numbers([*(row.organisation for row in known.values()), *houses, *about.partners])
    found: list[Outcome] = []
    for need, offer, was in pairs:
        if need in known and offer in known:
            sides = [known[key].item(numbers, about) for key in (need, offer)]
            found.append((signals.parts(*sides), was))
    for listing, organisation, was in replied:
        if listing in known and organisation in houses:
            own = known[listing].item(numbers, about)
            found.append((signals.parts(own, houses[organisation].item(numbers, about)), was))
    return found


def explained(network: UUID) -> dict[str, object]:
    """What the coordinator's page shows: each signal with its usual weight and the one in force, and the outcomes."""
    row = weights_of(network)
    force = row.in_force
    return {
        "row": row,
        "rows": [
            Weighed(_(SIGNALS[name]), usual, row.weights.get(name), force[name])
            for name, usual in signals.USUAL.items()
        ],
        "accepted": row.accepted,
        "declined": row.declined,
        "exposure": EXPOSURE,
        "outcomes": row.accepted + row.declined,
        "fewest": lessons.FEWEST,
        "is_learned": bool(row.weights),
    }


def _introduced(network: UUID) -> Iterable[tuple[UUID, UUID, bool]]:
    rows = Introduction.objects.filter(network=network, state__in=CONNECTED, need__isnull=False, offer__isnull=False)
    return [(need, offer, True) for need, offer in rows.order_by("-pk").values_list("need_id", "offer_id")[:AT_MOST]]


def _set_aside(network: UUID) -> Iterable[tuple[UUID, UUID, bool]]:
    rows = Dismissal.objects.filter(need__network=network, why__in=ABOUT_THE_MATCH).order_by("-pk")
    return [(need, offer, False) for need, offer in rows.values_list("need_id", "offer_id")[:AT_MOST]]


def _replied(network: UUID) -> Iterable[tuple[UUID, UUID, bool]]:
    rows = Reply.objects.filter(listing__network=network).order_by("-pk")
    for chosen, was in (
        (rows.filter(state="accepted"), True),
        (rows.filter(state="declined", reason_kind__in=ABOUT_THE_REPLY), False),
    ):
        for listing, organisation in chosen.values_list("listing_id", "organisation_id")[:AT_MOST]:
            yield listing, organisation, was


def _houses(keys: Iterable[UUID], network: UUID) -> dict[UUID, facts.Listed]:
    """Organisations that replied, as the engine would see them without a text of theirs."""
    rows = Organisation.objects.filter(pk__in=list(keys))
    fields = ("pk", "kind", "country", "languages", "place__latitude", "place__longitude")
    return {
        pk: facts.Listed(
            pk=pk, organisation=pk, language="", kind="", themes=(), partner_kinds=(), countries=(),
            organisation_kind=kind, country=country, speaks=tuple(spoken),
            point=(north, east) if north is not None else None, is_full=False, age=None,
        )
        for pk, kind, country, spoken, north, east in rows.values_list(*fields)
    }  # fmt: skip
