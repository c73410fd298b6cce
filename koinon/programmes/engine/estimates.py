"""Figures with their 95 % intervals, from sums alone: how often, which share, which mean. Few give no figure.

The unit is the facilitator: what several deliveries of one person have in common is not counted as if it were chance.
Facilitators are taken as independent of each other; those of one branch are a little alike, so true intervals are a
little wider. Nothing is drawn at random: the same rows give the same figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

FEWEST = 5
"""Units below which there is no figure: it would say much about few, and little about the programme."""
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, the interval that holds it in 95 of 100 programmes like this one, and from how many units it comes."""

    value: float
    low: float
    high: float
    units: int


def student(share: float, freedom: int) -> float:
    """Quantile of Student's t, by Cornish and Fisher's expansion: right to 1 % from four degrees of freedom on."""
    z = NormalDist().inv_cdf(share)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def rate(counts: Iterable[int]) -> Estimate | None:
    """How many each brings on average: new facilitators for each one who delivered, or people reached.

    Byar's approximation to the exact Poisson limits (Breslow and Day, Statistical Methods in Cancer Research II, 1987,
    p. 69), with total and number divided by the dispersion (variance over mean, at least 1: McCullagh and Nelder,
    Generalized Linear Models, 1989, 6.2), because some bring many and many bring none; Student's t for the normal.
    """
    all_counts = list(counts)
    units, total = len(all_counts), sum(all_counts)
    if units < FEWEST:
        return None
    mean = total / units
    spread = (sum(each * each for each in all_counts) - units * mean * mean) / (units - 1)
    dispersion = max(1.0, spread / mean) if total else 1.0
    seen, span = total / dispersion, units / dispersion
    z = student((1 + SURE) / 2, units - 1)
    low = max(0.0, 1 - 1 / (9 * seen) - z / (3 * sqrt(seen))) ** 3 * seen / span if seen else 0.0
    more = seen + 1
    high = (1 - 1 / (9 * more) + z / (3 * sqrt(more))) ** 3 * more / span
    return Estimate(mean, min(low, mean), max(high, mean), units)


def share(parts: Iterable[tuple[int, int]]) -> Estimate | None:
    """Which share of all: (how many of, how many) for each unit, for instance (finished, reached).

    Wilson's interval (1927) of the number of people that remains when what units differ by is taken off: people over
    the design effect (variance between units by linearisation over that of single draws; Kish, 1965), at least 1.
    """
    rows = [(part, whole) for part, whole in parts if whole]
    people, units = sum(whole for _part, whole in rows), len(rows)
    if units < FEWEST:
        return None
    value = sum(part for part, _whole in rows) / people
    between = units / (units - 1) * sum((part - value * whole) ** 2 for part, whole in rows) / people**2
    single = value * (1 - value) / people
    remaining = people / max(1.0, between / single if single > 0 else 1.0)
    z = student((1 + SURE) / 2, units - 1)
    middle = (value + z**2 / (2 * remaining)) / (1 + z**2 / remaining)
    around = z / (1 + z**2 / remaining) * sqrt(max(0.0, value * (1 - value) / remaining + (z / (2 * remaining)) ** 2))
    return Estimate(value, max(0.0, min(middle - around, value)), min(1.0, max(middle + around, value)), units)


def mean(values: Iterable[float], *, least: float, most: float) -> Estimate | None:
    """The mean of units on a scale from `least` to `most`, with Student's interval, cut where the scale ends."""
    known = list(values)
    units = len(known)
    if units < FEWEST:
        return None
    value = sum(known) / units
    spread = sum((each - value) ** 2 for each in known) / (units - 1)
    around = student((1 + SURE) / 2, units - 1) * sqrt(spread / units)
    return Estimate(value, max(least, value - around), min(most, value + around), units)
