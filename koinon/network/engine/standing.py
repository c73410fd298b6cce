"""When a membership moves on because a report is missing: plain days, no database."""

from dataclasses import dataclass
from datetime import date, timedelta

LEAST = timedelta(days=7)
"""Between two steps there is always time to read a letter, also when the clock was asleep for long."""
NEXT = {"due": "late", "late": "risk", "risk": "inactive", "inactive": "lapsed"}


@dataclass(frozen=True)
class Pace:
    """Days after the deadline on which a member is at risk, inactive, and no member any more."""

    risk: int
    inactive: int
    lapse: int


def moves_on(state: str, deadline: date, since: date, pace: Pace) -> date | None:
    """The day on which `state`, held since `since`, becomes the next one; None if time does not move it."""
    days = {"due": 0, "late": pace.risk, "risk": pace.inactive, "inactive": pace.lapse}.get(state)
    if days is None:
        return None
    return max(deadline + timedelta(days=days + 1), since + LEAST if state != "due" else deadline + timedelta(days=1))


def round_of(first: date, months: int, today: date) -> date | None:
    """The last day on which reports were asked for, up to today; None before the first."""
    if today < first:
        return None
    passed = (today.year - first.year) * 12 + today.month - first.month
    count = passed // months
    found = months_after(first, count * months)
    return found if found <= today else months_after(first, (count - 1) * months)


def months_after(day: date, months: int) -> date:
    """The same day some months later or earlier; the 31st becomes the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
