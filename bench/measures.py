"""The arithmetic of figures: percentiles, medians, ratios, and whether a goal is met. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One promise: what is measured, the limit (at most), and the unit in which both are given."""

    name: str
    limit: float
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    """A goal and what was measured; `value` None when it was not."""

    goal: Goal
    value: float | None

    @property
    def is_met(self) -> bool | None:
        return None if self.value is None else self.value <= self.goal.limit


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie, in proportion between neighbours; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


def times(more: float, less: float) -> float:
    """How many times `more` is of `less`; 0 when nothing can be said."""
    return more / less if less else 0.0


def slower(rounds: Sequence[tuple[float, float]]) -> float:
    """How many times slower a page is than the bare view: the median over rounds of (bare, page) requests/s.

    Each round measures both, one right after the other, so that a machine that grows slower meanwhile changes
    neither side alone.
    """
    return median([times(bare, page) for bare, page in rounds if page])


def rounded(value: float, digits: int = 2) -> float:
    return round(float(value), digits)
