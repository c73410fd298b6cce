"""In which order applications compete for places: by score, the tie-break stated; those without a score come last."""

from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")
UNKNOWN = 2**40


def ranked(rows: Iterable[T], tie_break: str = "earlier") -> list[T]:
    """Rows with `score` (number or None), `sent_at` (moment or None), `organisation.place.population`; best first.

    `tie_break`: "earlier" (who handed in first) or "smaller" (the smaller place); what is left goes by id.
    """
    return sorted(rows, key=lambda row: key_of(row, tie_break))


def key_of(row: Any, tie_break: str) -> tuple[Any, ...]:
    """What a row is sorted by."""
    score = float(row.score) if row.score is not None else -1.0
    sent = row.sent_at.timestamp() if row.sent_at else float(UNKNOWN)
    if tie_break != "smaller":
        return (-score, sent, str(row.pk))
    place = row.organisation.place
    return (-score, (place.population or UNKNOWN) if place else UNKNOWN, sent, str(row.pk))
