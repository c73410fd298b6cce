"""How much each signal counts: learned inside the record, from projects that were put aside on purpose.

Three times, three of ten projects are hidden; the weights are those by which the partners found in the hidden projects
would have stood highest for those who asked. Nothing after the record's last project is needed, so a network can learn
from its own past. The loss asks that at least one real partner stands high (what a list is for), not all of them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from koinon.matching.engine.partners_graph import Graph, Numbers, Rows, graph, new_partners, ties_of
from koinon.matching.engine.partners_record import Codes, Record
from koinon.matching.engine.partners_signals import SIGNALS, Signals, Single

HIDINGS, HIDDEN = 3, 0.3
ASKERS = 1200
"""At most so many organisations ask in each hiding."""
FEWEST_ASKERS = 50
NEAREST, OTHERS = 250, 80
"""Of each list: so many that are likely, so many drawn from all others (weighed up for those they stand for)."""
PULL = 60.0
"""How strongly weights are pulled towards nothing, so that few askers do not make bold weights."""
ROUNDS = 5
BLOCK = 200

USUAL = {"partners": 0.5, "partners in common": 0.2, "share in common": 5.0, "three steps": 0.3, "four steps": 0.3,
         "countries that work together": 0.7, "kinds that work together": 0.6}  # fmt: skip
"""Weights where a record is too small to learn from."""


@dataclass(frozen=True, slots=True)
class Cases:
    """What was asked: one line for each asker and candidate. `start`: where each asker's lines begin."""

    signals: Single
    is_partner: Numbers
    offset: Numbers
    start: Codes


def learn(record: Record) -> Numbers:
    """One weight for each signal of the record's graph, from its own projects alone."""
    cases = [case for number in range(HIDINGS) if (case := _hiding(record, number)) is not None]
    names = Signals(graph(record, ties_of(record))).names
    if sum(len(case.start) - 1 for case in cases) < FEWEST_ASKERS:
        return np.array([USUAL.get(name, 0.0) for name in names])
    return weights(_together(cases))


def weights(cases: Cases) -> Numbers:
    """The weights under which at least one partner of each asker stands high."""
    middle, spread = cases.signals.mean(0), cases.signals.std(0) + 1e-6
    cases = replace(cases, signals=(cases.signals - middle) / spread)
    found = np.zeros(cases.signals.shape[1])
    wanted = _shared(cases, cases.is_partner)
    for _round in range(ROUNDS + 1):
        found = _climb(cases, wanted, found)
        score = cases.signals @ found
        highest = _spreads(cases, np.maximum.reduceat(score, cases.start[:-1]))
        wanted = _shared(cases, np.exp(np.maximum(score - highest, -50)) * cases.is_partner)
    learnt: Numbers = found / spread
    return learnt


def _hiding(record: Record, number: int) -> Cases | None:
    """The record without some of its projects, asked for the partners in those; None when nobody can be asked."""
    ties = ties_of(record)
    draw = np.random.default_rng(number).random(len(record.year)) < HIDDEN
    if not (ties & ~draw).any():
        return None
    known = graph(record, ties & ~draw)
    found = new_partners(record, known, ties & draw)
    askers = sample(np.flatnonzero(found.lengths), ASKERS, seed=number)
    return _asked(known, found, askers, number) if askers else None


def sample(among: Codes, count: int, *, seed: int) -> list[int]:
    """So many of them by chance, ascending; the same for the same seed."""
    return sorted(random.Random(seed).sample(among.tolist(), min(count, len(among))))  # noqa: S311


def _asked(known: Graph, found: Rows, askers: list[int], seed: int) -> Cases:
    """The signals of likely candidates, real partners and a few others, for each asker."""
    draw = np.random.default_rng(1000 + seed)
    signals = Signals(known)
    lines: list[tuple[Single, Numbers, Numbers]] = []
    for asker in askers:
        of_all = signals.of(asker)
        partners = found.of_row(asker)
        rough = of_all[0] + of_all[SIGNALS.index("three steps")]
        rough[[*known.partners_of.of_row(asker), asker]] = -np.inf
        likely = np.union1d(np.argsort(-rough, kind="stable")[:NEAREST], partners)
        is_left = np.isfinite(rough)
        is_left[likely] = False
        rest = np.flatnonzero(is_left)
        others = draw.choice(rest, min(OTHERS, len(rest)), replace=False)
        chosen = np.concatenate([likely, others])
        offset = np.zeros(len(chosen))
        offset[len(likely) :] = np.log(max(len(rest), 1) / max(len(others), 1))
        lines.append((of_all[:, chosen].T, np.isin(chosen, partners).astype(float), offset))
    return Cases(
        np.concatenate([line[0] for line in lines]),
        np.concatenate([line[1] for line in lines]),
        np.concatenate([line[2] for line in lines]),
        np.concatenate([[0], np.cumsum([len(line[1]) for line in lines])]),
    )


def _together(cases: list[Cases]) -> Cases:
    starts, base = [np.zeros(1, np.int64)], 0
    for case in cases:
        starts.append(case.start[1:] + base)
        base += int(case.start[-1])
    return Cases(
        np.concatenate([case.signals for case in cases]),
        np.concatenate([case.is_partner for case in cases]),
        np.concatenate([case.offset for case in cases]),
        np.concatenate(starts),
    )


def _spreads(cases: Cases, values: Numbers) -> Numbers:
    """One value of each asker, at each of its lines."""
    return np.repeat(values, np.diff(cases.start))


def _shared(cases: Cases, values: Numbers) -> Numbers:
    """Values that sum to one for each asker."""
    return values / _spreads(cases, np.add.reduceat(values, cases.start[:-1]))


def _climb(cases: Cases, wanted: Numbers, found: Numbers) -> Numbers:
    """Newton's steps of a choice model (softmax over each asker's candidates), each halved until it is a gain."""
    value, likely = _value(cases, wanted, found)
    for _step in range(25):
        slope = cases.signals.T @ (wanted - likely) - PULL * found
        move = np.linalg.solve(_bend(cases, likely), slope)
        size = 1.0
        while True:
            new_value, new_likely = _value(cases, wanted, found + size * move)
            if new_value >= value - 1e-9 or size < 1e-4:
                break
            size /= 2
        found, gain, value, likely = found + size * move, new_value - value, new_value, new_likely
        if gain < 1e-3:
            break
    return found


def _value(cases: Cases, wanted: Numbers, found: Numbers) -> tuple[float, Numbers]:
    """The logarithm of the likelihood less the pull, and how likely each line is the one chosen."""
    score = cases.signals @ found + cases.offset
    highest = np.maximum.reduceat(score, cases.start[:-1])
    grown = np.exp(score - _spreads(cases, highest))
    total = np.add.reduceat(grown, cases.start[:-1])
    gain = wanted @ (score - _spreads(cases, highest + np.log(total)))
    return float(gain - PULL / 2 * found @ found), grown / _spreads(cases, total)


def _bend(cases: Cases, likely: Numbers) -> Numbers:
    """The second derivative, in blocks of askers so that no second table of all lines is made."""
    size = cases.signals.shape[1]
    found = PULL * np.eye(size)
    for first, last in _blocks(len(cases.start) - 1):
        start, end = cases.start[first], cases.start[last]
        block = cases.signals[start:end].astype(float)
        weighed = block * likely[start:end, None]
        means = np.add.reduceat(weighed, cases.start[first:last] - start, axis=0)
        found += block.T @ weighed - means.T @ means
    return found


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, BLOCK):
        yield first, min(first + BLOCK, count)
