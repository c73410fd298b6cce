"""What a jury's points amount to: a score in per cent for each plan, and its place, with ties said."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Weighed:
    """A criterion: 0 to `most` points, which count `weight` times."""

    key: str
    most: int
    weight: int


@dataclass(frozen=True)
class Ranked(Generic[K]):
    """A plan with its score (0 to 100, two digits; None without points), its place from 1, and whether it shares it."""

    key: K
    score: Decimal | None
    rank: int | None
    is_tied: bool


def share(points: Mapping[str, int], criteria: Sequence[Weighed]) -> Fraction:
    """What one juror gave, from 0 to 1: points that are missing count as 0, those for other criteria do not count."""
    best = sum(each.most * each.weight for each in criteria)
    got = sum(min(max(points.get(each.key, 0), 0), each.most) * each.weight for each in criteria)
    return Fraction(got, best) if best else Fraction(0)


def mean(shares: Iterable[Fraction]) -> Decimal | None:
    """The mean of several jurors in per cent, rounded half up; None when nobody gave points."""
    given = list(shares)
    if not given:
        return None
    exact = sum(given, Fraction(0)) / len(given) * 100
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, ROUND_HALF_UP)


def ranked(scores: Mapping[K, Decimal | None]) -> list[Ranked[K]]:
    """Best first; equal scores share a place and the places after it are left out (1, 2, 2, 4). Unscored ones last."""
    known = sorted((score for score in scores.values() if score is not None), reverse=True)
    rows = [
        Ranked(key, score, None, False)
        if score is None
        else Ranked(key, score, known.index(score) + 1, known.count(score) > 1)
        for key, score in scores.items()
    ]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))
