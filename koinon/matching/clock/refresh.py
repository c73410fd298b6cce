"""Matching: a whole network at night or when it is small, one listing against the nearest others when it is large."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from koinon.kit import jobs, search
from koinon.kit.meaning.arrays import Floats
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

PAUSE = 5
"""Seconds that further changes are waited for."""

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


def listing_moved(listing: Listing) -> None:
    """Queue the matches that a changed listing touches; many changes of a small network are one job."""
    if Listing.objects.running().filter(network=listing.network_id).count() <= SMALL:
        jobs.later(match_small, once=f"match:{listing.network_id}", delay=PAUSE, network=str(listing.network_id))
    else:
        jobs.later(match_one, once=f"match:{listing.pk}", listing=str(listing.pk))


@jobs.task("matching.match_small")
def match_small(network: str) -> None:
    """Match a small network anew, all of it."""
    if Network.objects.filter(pk=network).exists():
        match_network(UUID(network), by=machine("matcher"), refit=means.is_due(UUID(network)))


@jobs.task("matching.match_one")
def match_one(listing: str) -> None:
    """Bring the matches of one listing of a large network up to date; nothing to do once it is gone."""
    row = Listing.objects.filter(pk=listing).select_related("network").first()
    if row is None:
        return
    found: Found = []
    if Listing.objects.running().filter(pk=row.pk).exists():
        other = "offer" if row.side == "need" else "need"
        own = _side(row.network_id, row.side, only=[row.pk])
        others = _side(row.network_id, other, only=_nearest(row, other))
        found = _found(row.network_id, *((own, others) if row.side == "need" else (others, own)))
    actions.matches.refresh(by=machine("matcher"), network=row.network, found=found, about=[row.pk])


Columns = tuple[list[queries.Listed], Floats]


def _side(network: UUID, side: str, only: Sequence[UUID] | None = None) -> Columns:
    """Running listings of one side that have a meaning and take replies, with their vectors in the same order."""
    known = queries.listed(network, side=side, only=only)
    found = search.vectors(scope=network, kind=side, only=only)
    kept = [place for place, noun in enumerate(found.nouns) if noun in known and not known[noun].is_full]
    return [known[found.nouns[place]] for place in kept], found.meaning[kept]


def _found(network: UUID, needs: Columns, offers: Columns, progress: Any = None) -> Found:
    about = queries.around(network)
    numbers = queries.numbers([*(row.organisation for row in (*needs[0], *offers[0])), *about.partners])
    sides = [pairs.Side(vectors, [row.item(numbers, about) for row in rows]) for rows, vectors in (needs, offers)]
    aside = _aside(network, needs[0], offers[0])
    weights = queries.weights_of(network).in_force
    matched = pairs.match(sides[0], sides[1], without=aside, weights=weights, progress=progress)
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
