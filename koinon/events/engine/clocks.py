"""Times as clocks on walls show them: days of an event, and the same hour some days later across a clock change.

The next day at nine is nine, whether 23, 24 or 25 hours later. Where a copy would land on an hour that clocks jump
over, it lands as much later as they jump; of an hour that they show twice it takes the first.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local(at: datetime, zone: str) -> datetime:
    """What a clock in `zone` shows at this moment, without a zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def moment(shown: datetime, zone: str) -> datetime:
    """The moment (UTC) at which clocks in `zone` show this; see the module for hours that are not there or twice."""
    return shown.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def later(at: datetime, by: timedelta, zone: str) -> datetime:
    """So much later by the clocks of `zone`: whole days keep the hour."""
    return moment(local(at, zone) + by, zone)


def between(old: datetime, new: datetime, zone: str) -> timedelta:
    """How much later `new` is than `old` by the clocks of `zone`."""
    return local(new, zone) - local(old, zone)


def days(starts: datetime, ends: datetime, zone: str) -> list[tuple[datetime, datetime]]:
    """The event's days as (first moment, last moment): each from the hour of its beginning to the hour of its end.

    An event over midnight, or one that ends earlier in the day than it begins, is one part from end to end.
    """
    first, last = local(starts, zone), local(ends, zone)
    if first.date() == last.date() or last.time() <= first.time():
        return [(starts.astimezone(UTC), ends.astimezone(UTC))]
    return [
        (moment(datetime.combine(day, first.time()), zone), moment(datetime.combine(day, last.time()), zone))
        for day in dates(first.date(), last.date())
    ]


def dates(first: date, last: date) -> list[date]:
    """All days from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def midnight(day: date, zone: str) -> datetime:
    """The moment at which this day begins in `zone`."""
    return moment(datetime.combine(day, time.min), zone)
