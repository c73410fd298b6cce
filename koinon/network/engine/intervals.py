"""Days as half-open intervals (first day, first day that is not in it any more, or None), for merging histories."""

from collections.abc import Iterable
from datetime import date

Days = tuple[date, date | None]


def minus(whole: Days, others: Iterable[Days]) -> list[Days]:
    """What is left of `whole` without the days of `others`, in order."""
    left = [whole]
    for start, end in others:
        left = [piece for days in left for piece in _without(days, start, end)]
    return left


def _without(days: Days, start: date, end: date | None) -> list[Days]:
    first, last = days
    before: Days = (first, start if last is None else min(start, last))
    pieces = [before] if before[1] is not None and before[0] < before[1] else []
    if end is not None and (last is None or end < last):
        after = (max(first, end), last)
        pieces.append(after)
    return pieces
