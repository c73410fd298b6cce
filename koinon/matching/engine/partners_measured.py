"""The partner benchmark: rank new partners from what was known before a year, count who really became one later.

The protocol: ties are made by projects of 2 to 60 organisations; known are the projects that began before the year;
those who ask are 2,000 organisations (seed 1) with a new partner later; candidates are all organisations with a tie
before, less the asker's partners. A hit is an organisation that shared a later project.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from koinon.kit import memory
from koinon.matching.engine import partners
from koinon.matching.engine.partners_graph import Graph, Numbers, Rows, graph, new_partners, ties_of
from koinon.matching.engine.partners_learning import learn, sample
from koinon.matching.engine.partners_record import Codes, Record, RecordError
from koinon.matching.engine.partners_signals import NEWCOMER, Signals, in_common

ASKERS, SEED = 2000, 1
Progress = Callable[[int], None]


def measure(record: Record, year: int, *, progress: Progress | None = None) -> dict[str, Any]:
    """Five methods by the same protocol: what `koinon quality --partners` prints. `progress` hears 1 to 3."""
    begun, busy = time.perf_counter(), time.process_time()
    known, later = _parts(record, year)
    askers = sample(np.flatnonzero(later.lengths), ASKERS, seed=SEED)
    if not askers:
        raise RecordError(f"Nobody with ties before {year} has a new partner later: there is nothing to measure.")
    measured = {
        name: measures(known, later, askers, lists) | {"seconds": seconds}
        for name, (lists, seconds) in _baselines(known, askers).items()
    }
    _tell(progress, 1)
    past = record.only(record.before(year))
    own = time.perf_counter()
    signals = Signals(known)
    weights = learn(past)
    _tell(progress, 2)
    lists = partners.given_out(partners.ranked(signals, weights, askers), known.count)
    measured["koinon"] = measures(known, later, askers, lists) | {"seconds": round(time.perf_counter() - own, 1)}
    _tell(progress, 3)
    return {
        "split": year,
        "known": {
            "projects": len(known.year),
            "organisations": known.count,
            "ties": int(known.degree.sum()) // 2,
        },
        "with_new_partner_later": int((later.lengths > 0).sum()),
        "asked": len(askers),
        "asked_newcomers": int((known.project_count[askers] <= NEWCOMER).sum()),
        "methods": measured,
        "weights": {name: round(float(weight), 3) for name, weight in zip(signals.names, weights, strict=True)},
        "seconds": round(time.perf_counter() - begun, 1),
        "cpu_seconds": round(time.process_time() - busy, 1),
        "peak_memory_mb": memory.peak(),
    }


def recommended(record: Record, year: int, askers: Sequence[str], *, top: int = partners.TOP) -> list[list[str]]:
    """For each asker (by name) the names of possible new partners, from what was known before the year alone."""
    past = record.only(record.before(year))
    known = graph(past, ties_of(past))
    place = {past.organisations[code]: number for number, code in enumerate(known.codes)}
    lists = partners.ranked(Signals(known), learn(past), [place[name] for name in askers])
    found = partners.given_out(lists, known.count, top=top)
    return [[past.organisations[known.codes[each]] for each in line if each >= 0] for line in found]


def measures(known: Graph, later: Rows, askers: Sequence[int], lists: Codes) -> dict[str, float]:
    """Shares: lists with a hit; hits among the named, and among the later partners; how many are named, how evenly."""
    hits = np.array(
        [np.isin(line[line >= 0], later.of_row(asker)).sum() for asker, line in zip(askers, lists, strict=True)]
    )
    size = later.lengths[askers]
    is_new = known.project_count[askers] <= NEWCOMER
    named = lists[lists >= 0]
    times = np.sort(np.bincount(named, minlength=known.count))[::-1]
    return {
        "hit@10": _mean(hits > 0),
        "P@10": _mean(hits / lists.shape[1]),
        "R@10": _mean(hits / size),
        "newcomers hit@10": _mean((hits > 0)[is_new]),
        "newcomers P@10": _mean((hits / lists.shape[1])[is_new]),
        "newcomers R@10": _mean((hits / size)[is_new]),
        "coverage": round(len(np.unique(named)) / known.count, 4),
        "share_of_top_1_percent": round(float(times[: max(1, round(known.count / 100))].sum() / max(len(named), 1)), 4),
    }


def _parts(record: Record, year: int) -> tuple[Graph, Rows]:
    """What was known before the year, and the new partners from it on, in the numbers of the known."""
    ties = ties_of(record)
    past = record.only(record.before(year))
    if not ties_of(past).any():
        raise RecordError(f"No project of 2 to 60 organisations began before {year}.")
    known = graph(past, ties_of(past))
    place = {name: code for code, name in enumerate(record.organisations)}
    names = Graph(**{**_fields(known), "codes": np.array([place[past.organisations[code]] for code in known.codes])})
    return known, new_partners(record, names, ties & ~record.before(year))


def _fields(known: Graph) -> dict[str, Any]:
    return {name: getattr(known, name) for name in Graph.__slots__}


def _baselines(known: Graph, askers: Sequence[int]) -> dict[str, tuple[Codes, float]]:
    """The lists of four simple methods, with the seconds each took."""
    draw = np.random.default_rng(SEED)
    adamic = 1 / np.log(np.maximum(known.degree, 2))
    popular = known.project_count.astype(float)
    first = popular / (popular.max() + 1)
    scores: dict[str, Callable[[int], Numbers]] = {
        "random": lambda _asker: draw.random(known.count),
        "popularity": lambda _asker: popular,
        "common neighbours": lambda asker: in_common(known, asker),
        "common neighbours, then popularity": lambda asker: in_common(known, asker) + first,
        "Adamic-Adar": lambda asker: in_common(known, asker, adamic),
    }
    found = {}
    for name, score in scores.items():
        begun = time.perf_counter()
        depth = min(partners.TOP, known.count)
        lists = np.stack([_highest(known, asker, score(asker), depth) for asker in askers])
        found[name] = (lists, round(time.perf_counter() - begun, 1))
    return found


def _highest(known: Graph, asker: int, score: Numbers, depth: int) -> Codes:
    """The highest by score; of equals (common neighbours have many) those that the partition happens to leave."""
    score = score.copy()
    score[[*known.partners_of.of_row(asker), asker]] = -1
    found = np.argpartition(-score, depth - 1)[:depth] if depth < len(score) else np.arange(len(score))
    return np.where(score[found] >= 0, found, -1)


def _mean(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


def _tell(progress: Progress | None, part: int) -> None:
    if progress:
        progress(part)
