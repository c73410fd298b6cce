"""Matching: a whole network at night or when it is small, one listing against the nearest others when it is large."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from koinon.kit import jobs, search
from koinon.kit.search import means
from koinon.kit.verbs import Actor, machine
from koinon.matching import actions, queries
from koinon.matching.engine import pairs, reasons
from koinon.matching.models import Listing
from koinon.network.models import Network

SMALL = 1500
"""With fewer listings than this a change matches the whole network anew, in under two seconds; all caps hold."""

AROUND = 200
"""In a larger network a changed listing meets its 200 nearest of the other side; the night sets the rest right."""

Found = list[dict[str, Any]]


@jobs.every("40 2 * * *", "matching.nightly")
def nightly() -> None:
    """Every network with running listings is matched anew, with fresh calibration."""
    for key in Listing.objects.running().order_by().values_list("network", flat=True).distinct():
        jobs.begin(refresh_network, scope=key, network=str(key))


@jobs.work("matching.refresh_network")
def refresh_network(track: jobs.Track, network: str) -> dict[str, Any]:
    """Match all running listings of a network, with progress; gives the numbers."""
    from koinon.matching.clock.index import index_all

    track.begin(5)
    indexed = index_all(UUID(network))
    track.step(1)
    matches = match_network(UUID(network), by=machine("matcher"), progress=lambda part: track.step(part + 1))
    track.step(5)
    return {"listings": indexed, "matches": matches}


def match_network(network: UUID, *, by: Actor, progress: Any = None, refit: bool = True) -> int:
    """Match a network now from what is indexed; gives the number of matches."""
    if refit:
        search.refit(network)
    needs, offers = _side(network, "need"), _side(network, "offer")
    found = _found(network, needs, offers, progress)
    _row, count, _new = actions.matches.refresh(by=by, network=Network.objects.get(pk=network), found=found)
    return count


def match_listing(listing: Listing, *, is_running: bool, by: Actor) -> None:
    """Bring the matches of one listing up to date."""
    network = listing.network
    if Listing.objects.running().filter(network=network).count() <= SMALL:
        match_network(network.pk, by=by, refit=means.is_due(network.pk))
        return
    found: Found = []
    if is_running:
        other = "offer" if listing.side == "need" else "need"
        own = _side(network.pk, listing.side, only=[listing.pk])
        others = _side(network.pk, other, only=_nearest(listing, other))
        found = _found(network.pk, *((own, others) if listing.side == "need" else (others, own)))
    actions.matches.refresh(by=by, network=network, found=found, about=[listing.pk])


Columns = tuple[list[queries.Listed], np.ndarray[Any, np.dtype[np.float32]]]


def _side(network: UUID, side: str, only: Sequence[UUID] | None = None) -> Columns:
    """Running listings of one side that have a meaning and take replies, with their vectors in the same order."""
    known = queries.listed(network, side=side, only=only)
    found = search.vectors(scope=network, kind=side)
    kept = [place for place, noun in enumerate(found.nouns) if noun in known and not known[noun].is_full]
    return [known[found.nouns[place]] for place in kept], found.meaning[kept]


def _found(network: UUID, needs: Columns, offers: Columns, progress: Any = None) -> Found:
    numbers: dict[UUID, int] = {}
    for row in (*needs[0], *offers[0]):
        numbers.setdefault(row.organisation, len(numbers))
    sides = [
        pairs.Side(vectors, [row.item(numbers[row.organisation]) for row in rows]) for rows, vectors in (needs, offers)
    ]
    aside = _aside(network, needs[0], offers[0])
    matched = pairs.match(sides[0], sides[1], without=aside, progress=progress)
    return [
        {
            "need": needs[0][pair.need].pk,
            "offer": offers[0][pair.offer].pk,
            "score": round(pair.score, 4),
            "rank_for_need": pair.rank_for_need,
            "rank_for_offer": pair.rank_for_offer,
            "reasons": reasons.reasons(sides[0].items[pair.need], sides[1].items[pair.offer], pair),
        }
        for pair in matched
    ]


def _aside(network: UUID, needs: Iterable[queries.Listed], offers: Iterable[queries.Listed]) -> set[tuple[int, int]]:
    need_at = {row.pk: place for place, row in enumerate(needs)}
    offer_at = {row.pk: place for place, row in enumerate(offers)}
    pairs_ = queries.pairs_aside(network)
    return {(need_at[need], offer_at[offer]) for need, offer in pairs_ if need in need_at and offer in offer_at}


def _nearest(listing: Listing, other: str) -> list[UUID]:
    """The nearest in meaning of the other side, by the index of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT noun FROM kit_searchrecord WHERE scope = %s AND kind = %s AND meaning IS NOT NULL ORDER BY "
            "meaning <#> (SELECT meaning FROM kit_searchrecord WHERE scope = %s AND kind = %s AND noun = %s) LIMIT %s",
            [listing.network_id, other, listing.network_id, listing.side, listing.pk, AROUND],
        )
        return [row[0] for row in cursor.fetchall()]
