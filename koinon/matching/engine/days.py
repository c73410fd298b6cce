"""Days of promises: working days, and when a reminder is due. Pure; public holidays are given."""

from collections.abc import Container
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5
AGAIN = 2
"""Days between further reminders about a promise that was not kept."""


def after_working_days(start: date, number: int, free: Container[date] = ()) -> date:
    """The day that lies `number` working days (Monday to Friday, and not one of `free`) after `start`."""
    day = start
    while number > 0:
        day += DAY
        number -= day.weekday() < SATURDAY and day not in free
    return day


def is_nudge_due(*, due_on: date, nudges: int, today: date) -> bool:
    """On the day of the promise; on the day after; then every other day until somebody moves. `nudges`: so far."""
    if nudges == 0:
        return today >= due_on
    return today >= due_on + DAY + (nudges - 1) * AGAIN * DAY


def monday_of(day: date) -> date:
    return day - day.weekday() * DAY
