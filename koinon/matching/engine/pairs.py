"""Which offers serve which needs: calibrated meaning first, a few documented signals beside it, nobody flooded.

Meaning is compared with CSLS in both directions: what needs are near to an offer in each language, and what offers
are near to a need, so that neither a language nor a text that is near to everybody wins. The score is then divided by
the spread of the best candidates, so that the weights below read as "so many times the usual difference between
two good candidates". Bounded memory: similarities come in blocks, only candidates are kept.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from koinon.kit.meaning import nearest
from koinon.kit.meaning.arrays import Floats, Wholes, np
from koinon.matching.engine import division, signals
from koinon.matching.engine.signals import USUAL, Item

Vectors = Floats
Codes = Wholes

TOP = 5
"""Matches shown for a need, and for an offer."""

EXPOSURE = 12
"""The most need lists one offer stands in (and offer lists one need): nobody is flooded."""

CANDIDATES = 12
"""Nearest in meaning that are looked at for each; the signals only reorder these."""

EXACT = 50_000
"""Up to so many on one side everybody is compared with everybody; above, a pool is matched part by part."""

SURE = 3
"""A meaning this high in the list of either side is worth naming as a reason."""

WITH_THEME, MUTUAL = 8, 5
"""How high in meaning a pair must stand: with a theme in common on one side, else on both (and SURE on one).

In a small pool less is high: a half, a fifth and (for SURE) an eighth of it. Chosen on the demo's 50 needs, of which a
reader judged what serves them: all of that stays in the first three places, and nearly half of the other pairs go.
"""

FITS = 8
"""Without themes in one of the two texts this high on the other side is enough, where both are about the same kind."""


@dataclass(frozen=True, slots=True)
class Side:
    """All needs or all offers: one calibrated unit vector and one item each."""

    vectors: Vectors = field(repr=False)
    items: Sequence[Item] = field(repr=False)

    @property
    def languages(self) -> list[str]:
        return [item.language for item in self.items]

    def some(self, rows: Codes) -> "Side":
        """Only these rows, in their order."""
        return Side(self.vectors[rows], [self.items[row] for row in rows.tolist()])

    @property
    def groups(self) -> Codes:
        return np.fromiter((item.organisation for item in self.items), np.int64, len(self.items))


@dataclass(slots=True)
class Pair:
    """Offer `offer` for need `need` (positions). A rank is its place in that list from 1, None where it is not shown.

    `near_need` and `near_offer`: place in meaning alone, from 1; 0 when not among the candidates of that side.
    """

    need: int
    offer: int
    score: float
    near_need: int = 0
    near_offer: int = 0
    rank_for_need: int | None = None
    rank_for_offer: int | None = None


def match(
    needs: Side,
    offers: Side,
    *,
    top: int = TOP,
    exposure: int = EXPOSURE,
    without: Collection[tuple[int, int]] = (),
    weights: Mapping[str, float] = USUAL,
    progress: Callable[[int], None] | None = None,
) -> list[Pair]:
    """The pairs worth showing, best first. `without`: pairs (need, offer) that were set aside; `weights`: of signals.

    Never two of the same organisation; at most `top` in each list; no offer in more than `exposure` lists of needs and
    no need in more than `exposure` lists of offers. The last place of each need goes to an offer that stands in no list
    yet, if one of its candidates does: small places are seen. `progress` hears 1, 2, 3 of three parts.
    """
    if not len(needs.items) or not len(offers.items):
        return []
    if max(len(needs.items), len(offers.items)) > EXACT:
        found, spread = _in_parts(needs, offers, without)
    else:
        found = _candidates(needs, offers, without, progress)
        spread = _spread(found)
    for pair in found:
        found_in_both = signals.parts(needs.items[pair.need], offers.items[pair.offer])
        pair.score = pair.score / spread + signals.weighed(found_in_both, weights)
    found = [pair for pair in found if _is_worth(pair, needs, offers)]
    found.sort(key=lambda pair: (-pair.score, pair.need, pair.offer))
    _list_for_needs(found, top, exposure)
    _list_for_offers(found, top, exposure)
    if progress:
        progress(3)
    return [pair for pair in found if pair.rank_for_need or pair.rank_for_offer]


def _in_parts(needs: Side, offers: Side, without: Collection[tuple[int, int]]) -> tuple[list[Pair], float]:
    """The same for a very large pool, part by part; only what can be worth showing is kept of each."""
    kept: dict[tuple[int, int], Pair] = {}
    spreads: list[tuple[float, int]] = []
    for asking, offering in division.parts(needs.vectors, offers.vectors):
        place_of_need, place_of_offer = (
            {int(row): place for place, row in enumerate(rows)} for rows in (asking, offering)
        )
        aside = {
            (place_of_need[need], place_of_offer[offer])
            for need, offer in without
            if need in place_of_need and offer in place_of_offer
        }
        part = _candidates(needs.some(asking), offers.some(offering), aside, None)
        spreads.append((_spread(part), len(part)))
        for pair in part:
            pair.need, pair.offer = int(asking[pair.need]), int(offering[pair.offer])
            if min(place or CANDIDATES for place in (pair.near_need, pair.near_offer)) <= WITH_THEME:
                known = kept.setdefault((pair.need, pair.offer), pair)
                known.near_need = min(filter(None, (known.near_need, pair.near_need)), default=0)
                known.score = max(known.score, pair.score)
    _number_by_meaning(kept.values())
    total = sum(count for _spread_, count in spreads) or 1
    return list(kept.values()), sum(spread * count for spread, count in spreads) / total


def _number_by_meaning(found: Iterable[Pair]) -> None:
    """A need that stood in two parts has two lists: they become one, best first."""
    lists: dict[int, list[Pair]] = {}
    for pair in found:
        if pair.near_need:
            lists.setdefault(pair.need, []).append(pair)
    for line in lists.values():
        for place, pair in enumerate(sorted(line, key=lambda pair: (-pair.score, pair.offer)), start=1):
            pair.near_need = place if place <= CANDIDATES else 0


def _candidates(
    needs: Side, offers: Side, without: Collection[tuple[int, int]], progress: Callable[[int], None] | None
) -> list[Pair]:
    """The nearest in meaning of each need and of each offer, each pair once."""
    need_pool = nearest.Pool.of(needs.vectors, needs.languages)
    offer_pool = nearest.Pool.of(offers.vectors, offers.languages)
    need_r = nearest.hubness(needs.vectors, offer_pool)
    offer_r = nearest.hubness(offers.vectors, need_pool)
    if progress:
        progress(1)
    pairs: dict[tuple[int, int], Pair] = {}
    aside_of_need, aside_of_offer = (
        _aside(without, len(needs.items)),
        _aside(((offer, need) for need, offer in without), len(offers.items)),
    )
    for need, offer, score, place in _ranked(
        needs, offers, offer_pool, need_r, _columns(offer_r, need_pool, offer_pool), aside_of_need
    ):
        pairs[need, offer] = Pair(need, offer, score, near_need=place)
    for offer, need, score, place in _ranked(
        offers, needs, need_pool, offer_r, _columns(need_r, offer_pool, need_pool), aside_of_offer
    ):
        pairs.setdefault((need, offer), Pair(need, offer, score)).near_offer = place
    if progress:
        progress(2)
    return list(pairs.values())


def _ranked(
    askers: Side, others: Side, pool: nearest.Pool, own: Vectors, towards: Vectors, aside: list[list[int]] | None
) -> Iterable[tuple[int, int, float, int]]:
    places, scores = nearest.rank(
        askers.vectors,
        askers.languages,
        pool,
        k=CANDIDATES,
        query_groups=askers.groups,
        pool_groups=others.groups,
        without=aside,
        query_hubness=own,
        pool_hubness=towards,
    )
    for asker, (line, line_scores) in enumerate(zip(places.tolist(), scores.tolist(), strict=True)):
        for place, (other, score) in enumerate(zip(line, line_scores, strict=True), start=1):
            if other >= 0:
                yield asker, other, score, place


def _columns(found: Vectors, measured: nearest.Pool, wanted: nearest.Pool) -> Vectors:
    """r towards the languages of `measured`, in the columns of `wanted` (its last: any other language)."""
    return np.stack([found[:, measured.column(tongue)] for tongue in (*wanted.tongues, "")], axis=1)


def _aside(pairs: Iterable[tuple[int, int]], count: int) -> list[list[int]] | None:
    """For each asker the positions that are not to be found; None when there are none at all."""
    found: list[list[int]] = [[] for _ in range(count)]
    is_any = False
    for asker, other in pairs:
        found[asker].append(other)
        is_any = True
    return found if is_any else None


def _spread(found: list[Pair]) -> float:
    """The usual difference between good candidates: the standard deviation of the scores of the ten best of each."""
    scores = [pair.score for pair in found if 0 < pair.near_need <= 10 or 0 < pair.near_offer <= 10]
    return max(float(np.std(scores)) if len(scores) > 1 else 1.0, 0.02)


def _is_worth(pair: Pair, needs: Side, offers: Side) -> bool:
    """High in meaning on one side with a theme in common; without one, high on both: everything else is noise."""
    need, offer = needs.items[pair.need], offers.items[pair.offer]
    count = max(len(needs.items), len(offers.items))
    best, second = sorted(place or CANDIDATES + 1 for place in (pair.near_need, pair.near_offer))
    if need.themes & offer.themes:
        return best <= min(WITH_THEME, max(3, ceil(count / 2)))
    if best > min(SURE, ceil(count / 8)):
        return False
    is_untold = not (need.themes and offer.themes)
    if is_untold and need.kind and need.kind == offer.kind:
        return second <= min(FITS, max(2, ceil(count / 2)))
    return second <= min(MUTUAL, max(2, ceil(count / 5)))


def _list_for_needs(found: list[Pair], top: int, exposure: int) -> None:
    """Best pairs first; the last place of each list waits for an offer that nobody has seen yet."""
    lists: dict[int, int] = {}
    shown: dict[int, int] = {}
    for is_last in (False, True):
        places = top if is_last else max(1, top - 1)
        unseen_first = sorted(found, key=lambda pair: (shown.get(pair.offer, 0) > 0, -pair.score)) if is_last else found
        for pair in unseen_first:
            is_free = lists.get(pair.need, 0) < places and shown.get(pair.offer, 0) < exposure
            if is_free and pair.rank_for_need is None:
                lists[pair.need] = lists.get(pair.need, 0) + 1
                shown[pair.offer] = shown.get(pair.offer, 0) + 1
                pair.rank_for_need = 1
    _number(found, "need")


def _list_for_offers(found: list[Pair], top: int, exposure: int) -> None:
    lists: dict[int, int] = {}
    shown: dict[int, int] = {}
    for pair in found:
        if lists.get(pair.offer, 0) < top and shown.get(pair.need, 0) < exposure:
            lists[pair.offer] = lists.get(pair.offer, 0) + 1
            shown[pair.need] = shown.get(pair.need, 0) + 1
            pair.rank_for_offer = 1
    _number(found, "offer")


def _number(found: list[Pair], side: str) -> None:
    """Give the chosen ones of each list their places, best first."""
    seen: dict[int, int] = {}
    for pair in found:
        if getattr(pair, f"rank_for_{side}") is not None:
            key = getattr(pair, side)
            seen[key] = seen.get(key, 0) + 1
            setattr(pair, f"rank_for_{side}", seen[key])
