"""Drift: what gets worse from generation to generation, by more than chance and by enough to matter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log, sqrt
from statistics import NormalDist
from typing import Any

from koinon.programmes.engine.estimates import FEWEST

RARELY = 0.01
"""Chance may do as much once in a hundred programmes: half the usual bound, as branches are a little alike."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that may drift: its scale, which way is worse (-1 falls, 1 rises), and the change that matters."""

    name: str
    worse: int
    matters: float
    finest: float


MEASURES = (
    Measure("quality", -1, 0.3, 0.05),
    Measure("quiz", -1, 0.05, 0.01),
    Measure("observed", -1, 0.3, 0.05),
    Measure("finished", -1, 0.05, 0.01),
    Measure("behind", 1, 0.5, 0.1),
    Measure("changed", 1, 0.1, 0.02),
)


@dataclass(frozen=True, slots=True)
class Drift:
    """The numbers of one warning: means of the first and last generation told, the change with each, the chance."""

    measure: str
    first: int
    last: int
    start: float
    end: float
    each: float
    chance: float
    units: int

    def facts(self) -> dict[str, Any]:
        """The same for a row of the database, rounded."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def drifts(values: Mapping[str, Iterable[tuple[int, float]]]) -> list[Drift]:
    """Warnings from (generation, value) of facilitators by measure, the most certain first; none is the usual answer.

    For each measure a straight line through the facilitators of all generations that have at least five, with errors
    that need not be the same everywhere (White, 1980, times n over n - 2), asked in the direction that is worse; the
    chances of all measures together are held below RARELY by Holm's steps (1979).
    """
    told = [(each, found) for each in MEASURES if (found := _line(each, list(values.get(each.name, ()))))]
    told.sort(key=lambda pair: pair[1].chance)
    kept = []
    for place, (measure, found) in enumerate(told):
        if found.chance * (len(told) - place) > RARELY:
            break
        if measure.worse * found.each * (found.last - found.first) >= measure.matters:
            kept.append(found)
    return kept


def _line(measure: Measure, rows: Sequence[tuple[int, float]]) -> Drift | None:
    groups: dict[int, list[float]] = {}
    for generation, value in rows:
        groups.setdefault(generation, []).append(value)
    kept = {generation: found for generation, found in sorted(groups.items()) if len(found) >= FEWEST}
    if len(kept) < 2:
        return None
    points = [(generation, value) for generation, found in kept.items() for value in found]
    units = len(points)
    middle = sum(x for x, _y in points) / units
    level = sum(y for _x, y in points) / units
    width = sum((x - middle) ** 2 for x, _y in points)
    each = sum((x - middle) * (y - level) for x, y in points) / width
    errors = sum(((x - middle) * (y - level - each * (x - middle))) ** 2 for x, y in points)
    error = max(sqrt(errors * units / (units - 2)) / width, measure.finest / sqrt(width))
    first, *_between, last = kept
    start, end = sum(kept[first]) / len(kept[first]), sum(kept[last]) / len(kept[last])
    chance = 1 - _beyond(measure.worse * each / error, units - 2)
    return Drift(measure.name, first, last, start, end, each, chance, units)


def _beyond(t: float, freedom: int) -> float:
    """How much of Student's distribution lies below t: Wallace's approximation (1959), right to 0.001."""
    z = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log(1 + t * t / freedom))
    return NormalDist().cdf(z if t >= 0 else -z)
