"""What answers say about questions and what surveys say about a cohort: plain numbers in, plain numbers out.

All is keyed on keys of questions and parts, so that one statistic counts answers in all languages.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FEW = 5
"""Fewer than so many answers of a survey are never shown as a number."""
ENOUGH = 10
"""Fewer answers than that say little about a question; the page says so."""


@dataclass(frozen=True)
class Given:
    """One answer as it was marked: share 0..1 of the points (None while it waits), `rest` 0..1 of all other questions
    of the same attempt (None when there are none), keys of what was chosen, the language it was given in."""

    share: float | None
    rest: float | None
    chosen: tuple[Hashable, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Item:
    """A question over all languages. `difficulty`: mean share of the points. `discrimination`: how far those who do
    well elsewhere do well here, -1..1, None when it cannot be told. `chosen`: how often each part was."""

    number: int
    difficulty: float | None
    discrimination: float | None
    chosen: Mapping[Hashable, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


def item(answers: Iterable[Given]) -> Item:
    """The statistic of one question."""
    given = list(answers)
    marked = [each for each in given if each.share is not None]
    shares = [each.share or 0.0 for each in marked]
    pairs = [(each.share or 0.0, each.rest) for each in marked if each.rest is not None]
    return Item(
        number=len(given),
        difficulty=sum(shares) / len(shares) if shares else None,
        discrimination=_together([one for one, _other in pairs], [other for _one, other in pairs]),
        chosen=Counter(key for each in given for key in each.chosen),
        languages=Counter(each.language for each in given if each.language),
    )


def hidden(counts: Mapping[Hashable, int]) -> dict[Hashable, int | None]:
    """Counts of a survey with those below FEW hidden (None), and as many more as are needed so that what is hidden
    cannot be found by taking the others from the total."""
    shown: dict[Hashable, int | None] = {key: number if number >= FEW else None for key, number in counts.items()}
    covered = sum(number for key, number in counts.items() if shown[key] is None)
    gone = sum(number is None for number in shown.values())
    for key, number in sorted(counts.items(), key=lambda each: each[1]):
        if gone == 0 or (gone > 1 and covered >= FEW):
            break
        if shown[key] is not None:
            shown[key] = None
            covered, gone = covered + number, gone + 1
    return shown


def keys_of(parts: Any) -> tuple[Hashable, ...]:
    """What was chosen, as keys: of a choice its parts, of pairs (left, right), of an order nothing."""
    if not isinstance(parts, list | tuple):
        return ()
    return tuple(tuple(each) if isinstance(each, list) else each for each in parts if isinstance(each, str | list))


def _together(ones: Sequence[float], others: Sequence[float]) -> float | None:
    """Pearson's correlation; None for fewer than three pairs, or when one side is always the same."""
    size = len(ones)
    if size < 3:
        return None
    mean_one, mean_other = sum(ones) / size, sum(others) / size
    spread_one = sum((each - mean_one) ** 2 for each in ones)
    spread_other = sum((each - mean_other) ** 2 for each in others)
    if spread_one < 1e-12 or spread_other < 1e-12:
        return None
    joint = sum((one - mean_one) * (other - mean_other) for one, other in zip(ones, others, strict=True))
    return max(-1.0, min(1.0, joint / math.sqrt(spread_one * spread_other)))
