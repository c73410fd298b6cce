"""Who could be a good new partner? Lists for those who ask, from a record of who took part with whom.

Each list is ranked by a few weighed signals (`partners_signals`, learned by `partners_learning`); then places are
given out so that nobody is flooded and those whom no list would name are seen: an organisation stands in at most
`FLOOD` of all lists, and the strongest lists give their last places to others who stand in none, until `REACH` of all
are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koinon.matching.engine.partners_graph import Graph, Numbers
from koinon.matching.engine.partners_record import Codes
from koinon.matching.engine.partners_signals import Signals, Single

TOP = 10
DEPTH = 300
"""So many candidates of each list are kept until places are given out."""
FLOOD = 2 / 3
"""Share of all lists. A half cost 0.005 of hit@10 in 2016 and held back four organisations (see docs/matching.md)."""
REACH = 0.16
GIVEN = 2
"""At most so many of the last places of a list are given to those who stand in none."""


@dataclass(frozen=True, slots=True)
class Lists:
    """For each asker the candidates, best first, with their scores; -1 fills a list that is short."""

    who: Codes
    score: Single


def ranked(signals: Signals, weights: Numbers, askers: Sequence[int], depth: int = DEPTH) -> Lists:
    """The best of all organisations that are no partners yet, for each asker."""
    graph = signals.graph
    depth = min(depth, graph.count)
    who = np.full((len(askers), depth), -1, np.int64)
    score = np.full((len(askers), depth), -np.inf, np.float32)
    for line, asker in enumerate(askers):
        who[line], score[line] = best(graph, asker, weights.astype(np.float32) @ signals.of(asker), depth)
    return Lists(who, score)


def best(graph: Graph, asker: int, score: Numbers | Single, depth: int) -> tuple[Codes, Single]:
    """The highest by score, the asker and its partners left out; of equals the one that comes first."""
    score = score.astype(np.float32)
    score[graph.partners_of.of_row(asker)] = -np.inf
    score[asker] = -np.inf
    among = np.arange(len(score))
    if depth < len(score):
        among = np.flatnonzero(score >= np.partition(score, -depth)[-depth])
    found = among[np.argsort(-score[among], kind="stable")][:depth]
    return np.where(np.isfinite(score[found]), found, -1), score[found]


def given_out(lists: Lists, count: int, *, top: int = TOP, flood: float = FLOOD, reach: float = REACH) -> Codes:
    """Askers x top: whom each list names, best first, when nobody is flooded and `reach` of all `count` are seen."""
    places = _unflooded(lists, count, top, max(1, round(flood * len(lists.who))))
    _reaching(lists, places, count, reach)
    places.sort(axis=1)
    return np.where(places >= 0, np.take_along_axis(lists.who, np.maximum(places, 0), 1), -1)


def _unflooded(lists: Lists, count: int, top: int, most: int) -> Codes:
    """Places in the lists: the first `top` of each, but nobody in more than `most` lists.

    Who is in too many keeps those in which it is most ahead of the first that is left out.
    """
    width = lists.who.shape[1]
    edge = lists.score[:, [min(top, width - 1)]]
    ahead = np.where(lists.who >= 0, lists.score - np.where(np.isfinite(edge), edge, 0), -np.inf)
    order = np.argsort(-ahead, axis=None, kind="stable")
    seen = np.zeros(count, np.int64)
    filled = np.zeros(len(lists.who), np.int64)
    places = np.full((len(lists.who), top), -1, np.int64)
    for spot in order.tolist():
        line, place = divmod(spot, width)
        who = lists.who[line, place]
        if who >= 0 and filled[line] < top and seen[who] < most:
            places[line, filled[line]] = place
            filled[line] += 1
            seen[who] += 1
    return places


def _reaching(lists: Lists, places: Codes, count: int, reach: float) -> None:
    """Give last places, those of the strongest lists first, to organisations that stand in no list yet."""
    named = lists.who[np.arange(len(places))[:, None], np.maximum(places, 0)]
    seen = np.bincount(named[places >= 0], minlength=count)
    missing = int(np.ceil(reach * count)) - int((seen > 0).sum())
    strongest = np.argsort(-lists.score[:, 0], kind="stable").tolist()
    for turn in range(1, min(GIVEN, places.shape[1] - 1) + 1):
        for line in strongest:
            if missing <= 0:
                return
            unseen = np.flatnonzero((lists.who[line] >= 0) & (seen[lists.who[line]] == 0))
            old = places[line, -turn]
            if len(unseen) and old >= 0 and seen[lists.who[line, old]] > 1:
                seen[lists.who[line, old]] -= 1
                seen[lists.who[line, unseen[0]]] += 1
                places[line, -turn] = unseen[0]
                missing -= 1
