"""What a network's own outcomes teach about the weights: a logistic fit that stays near the usual ones.

With few outcomes nothing is learned. With many, each weight moves as far from its usual value as the outcomes show,
pulled back by `PULL`; no weight may change its sign, so that nothing that speaks for a pair ever speaks against it.
"""

from collections.abc import Mapping, Sequence

from koinon.kit.meaning.arrays import Doubles, np
from koinon.matching.engine.signals import USUAL

FEWEST = 200
"""Outcomes (accepted and declined together) below which the usual weights stay."""
FEWEST_EACH = 30
"""Of each sort at least so many."""
PULL = 40.0
"""How strongly each weight is held at its usual value; 40 is about what eighty even outcomes say."""
STEPS = 50
MOST = 2.0
"""No weight grows beyond two usual differences of meaning."""


def learned(outcomes: Sequence[tuple[Mapping[str, float], bool]]) -> dict[str, float] | None:
    """Weights from outcomes, each the signals of a pair (see `signals.parts`) and whether it was accepted.

    None when there are too few of them, or too few of one sort.
    """
    good = sum(was for _signals, was in outcomes)
    if len(outcomes) < FEWEST or min(good, len(outcomes) - good) < FEWEST_EACH:
        return None
    names = list(USUAL)
    usual = np.array([USUAL[name] for name in names])
    rows = np.array([[signals.get(name, 0.0) for name in names] for signals, _was in outcomes])
    was = np.array([float(each) for _signals, each in outcomes])
    found = _fit(rows, was, usual)
    sign = np.sign(usual)
    found = sign * np.clip(sign * found, 0, MOST)
    return {name: round(float(weight), 2) for name, weight in zip(names, found, strict=True)}


def _fit(rows: Doubles, was: Doubles, usual: Doubles) -> Doubles:
    """Newton's steps of a logistic regression with a free level, the weights pulled towards the usual ones."""
    table = np.hstack([rows, np.ones((len(rows), 1))])
    pull = np.append(np.full(len(usual), PULL), 1e-6)
    found = np.append(usual, 0.0)
    middle = found.copy()
    for _step in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(table @ found, -30, 30)))
        slope = table.T @ (was - likely) - pull * (found - middle)
        bend = (table * (likely * (1 - likely))[:, None]).T @ table + np.diag(pull)
        move = np.linalg.solve(bend, slope)
        found = found + move
        if np.abs(move).max() < 1e-6:
            break
    return found[:-1]
