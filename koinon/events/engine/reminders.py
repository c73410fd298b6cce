"""When somebody is reminded of an event: a week before and a day before, by its own clocks, each once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from koinon.events.engine import clocks

MARKS: dict[str, timedelta] = {"week": timedelta(days=7), "day": timedelta(days=1)}
"""mark -> how long before, on the clocks of the event: a day before nine o'clock is nine o'clock."""


def due(now: datetime, starts_at: datetime, zone: str, since: datetime, told: Collection[str]) -> str:
    """The mark of the reminder that is due now, or "".

    Whoever has had a place only since after that moment has just read it all; one that was missed is not made up for
    once the next is due.
    """
    if now >= starts_at:
        return ""
    found = ""
    for mark, before in MARKS.items():
        at = clocks.later(starts_at, -before, zone)
        if at <= now:
            found = mark if since < at and mark not in told else ""
    return found
