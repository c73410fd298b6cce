"""Matches as pages show them: the other side, one sentence why, what one may do. Nothing is computed here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koinon.kit.prepared import Prepared
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

    Three queries, whatever their number: which ones, then their listings, then introductions that are open.
    """
    ours = set(voices(me)) & set(organisations) if organisations is not None else set(voices(me))
    found: list[tuple[int, float, UUID, UUID, UUID]] = []
    for key, score, *sides in _ranks(me=me, network=network):
        for mine, my_organisation, rank, theirs, their_organisation in _ways(sides):
            is_asked = listings is None or mine in listings
            if rank is not None and my_organisation in ours and is_asked and their_organisation not in ours:
                found.append((rank, -score, key, mine, theirs))
    found = sorted(found)[:limit]
    matches = {row.pk: row for row in _shown(keys=sorted({each[2] for each in found}))}
    open_ones = _introductions(ours) if found else {}
    return [_suggestion(matches[key], mine, language, open_ones) for _rank, _score, key, mine, _theirs in found]


def _ways(sides: Sequence[Any]) -> Iterable[tuple[UUID, UUID, int | None, UUID, UUID]]:
    """A match from both ends: (mine, my organisation, rank in my list, theirs, their organisation)."""
    need, of_need, rank_for_need, offer, of_offer, rank_for_offer = sides
    return (need, of_need, rank_for_need, offer, of_offer), (offer, of_offer, rank_for_offer, need, of_need)


def _suggestion(
    match: Match, mine: UUID, language: str, open_ones: Mapping[tuple[UUID, UUID, UUID], Introduction]
) -> Suggestion:
    own, other = (match.need, match.offer) if match.need_id == mine else (match.offer, match.need)
    return Suggestion(
        match=match,
        mine=own,
        theirs=other,
        why=reasons.sentence(match.reasons, language, side=own.side),
        introduction=open_ones.get((match.network_id, own.organisation_id, other.organisation_id)),
    )


def _all_ranks(me: Actor, network: UUID | None) -> Any:
    rows = Match.objects.visible_to(me) if network is None else Match.objects.visible_to(me).filter(network=network)
    need = ("need_id", "need__organisation_id", "rank_for_need")
    return rows.order_by().values_list("pk", "score", *need, "offer_id", "offer__organisation_id", "rank_for_offer")


_LONG = [
    f"{side}__organisation__{field}"
    for side in ("need", "offer")
    for field in ("about", "about_html", "keys", "place__keys", "place__spellings")
]
_ranks: Prepared[tuple[Any, ...]] = Prepared(_all_ranks)
_shown: Prepared[Match] = Prepared(
    lambda keys: (
        Match.objects.filter(pk__in=keys)
        .select_related("need__organisation__place", "offer__organisation__place")
        .defer(*_LONG)
    )
)


def _introductions(ours: Collection[UUID]) -> dict[tuple[UUID, UUID, UUID], Introduction]:
    """Open or connected introductions that we asked for, by (network, we, they)."""
    return {(row.network_id, row.one_id, row.other_id): row for row in _asked(ours=sorted(ours))}


_asked: Prepared[Introduction] = Prepared(
    lambda ours: Introduction.objects.filter(
        one__in=ours, origin="asked", state__in=["asked", "proposed", "connected", "met"]
    ).order_by("pk")
)


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
