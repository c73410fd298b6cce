"""Matches as pages show them: the other side, one sentence why, what one may do. Nothing is computed here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from koinon.kit.verbs import Actor
from koinon.matching.engine import reasons
from koinon.matching.models import Dismissal, Introduction, Listing, Match, voices

SHOWN = 5


@dataclass(frozen=True)
class Suggestion:
    """One match from where one side stands: `mine` and `theirs`, why in the reader's language, an open introduction."""

    match: Match
    mine: Listing
    theirs: Listing
    why: str
    introduction: Introduction | None = None


def suggestions(
    me: Actor, *, language: str, listings: Sequence[UUID] | None = None, limit: int | None = None,
    organisations: Collection[UUID] | None = None, network: UUID | None = None,
) -> list[Suggestion]:  # fmt: skip
    """The matches of my organisations' listings (or only of `listings`, `organisations`, `network`), best first.

    Two queries, whatever their number.
    """
    ours = set(voices(me)) & set(organisations) if organisations is not None else set(voices(me))
    rows = Match.objects.visible_to(me).select_related("need__organisation__place", "offer__organisation__place")
    if network is not None:
        rows = rows.filter(network=network)
    found: list[tuple[int, float, Match, Listing, Listing]] = []
    for match in rows.order_by("-score", "pk"):
        for mine, theirs, rank in (
            (match.need, match.offer, match.rank_for_need),
            (match.offer, match.need, match.rank_for_offer),
        ):
            is_asked = listings is None or mine.pk in listings
            if rank is not None and mine.organisation_id in ours and is_asked and theirs.organisation_id not in ours:
                found.append((rank, -match.score, match, mine, theirs))
    found.sort(key=lambda row: (row[0], row[1], row[2].pk))
    if limit is not None:
        found = found[:limit]
    open_ones = _introductions(ours)
    return [
        Suggestion(
            match=match,
            mine=mine,
            theirs=theirs,
            why=reasons.sentence(match.reasons, language, side=mine.side),
            introduction=open_ones.get((match.network_id, mine.organisation_id, theirs.organisation_id)),
        )
        for _rank, _score, match, mine, theirs in found
    ]


def _introductions(ours: Collection[UUID]) -> dict[tuple[UUID, UUID, UUID], Introduction]:
    """Open or connected introductions that we asked for, by (network, we, they)."""
    rows = Introduction.objects.filter(asked_by__in=list(ours), state__in=["asked", "proposed", "connected"])
    return {(row.network_id, row.asked_by_id, row.other_id): row for row in rows.order_by("pk")}


def by_listing(found: Sequence[Suggestion]) -> list[tuple[Listing, list[Suggestion]]]:
    """The suggestions of each of our listings, needs first, the newest first."""
    groups: dict[UUID, tuple[Listing, list[Suggestion]]] = {}
    for each in found:
        groups.setdefault(each.mine.pk, (each.mine, []))[1].append(each)
    return sorted(groups.values(), key=lambda group: (group[0].side, -group[0].pk.int))


def set_aside(me: Actor, network: UUID, limit: int = 30) -> list[tuple[Dismissal, Listing]]:
    """What my organisations set aside in this network, with the other side's listing; one query."""
    rows = Dismissal.objects.filter(organisation__in=voices(me), need__network=network)
    rows = rows.select_related("need__organisation", "offer__organisation")
    return [(row, row.offer if row.need.organisation_id == row.organisation_id else row.need) for row in rows[:limit]]


def sides_of(match: Match, ours: Collection[UUID]) -> tuple[Listing, Listing]:
    """(mine, theirs) of a match."""
    return (match.need, match.offer) if match.need.organisation_id in ours else (match.offer, match.need)
