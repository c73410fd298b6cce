"""Periods of days: from the first day on, up to the first day that is not in it any more."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

DAY = timedelta(days=1)


def days(since: date | None = None, until: date | None = None) -> DateRange:
    """From `since` (default today) to `until`, the last day (None: open). Raises ValidationError if it ends first."""
    first = since or date.today()
    if until is not None and until < first:
        raise ValidationError({"until": [_("The last day comes before the first.")]})
    return DateRange(first, until + DAY if until else None, "[)")


def ended(period: DateRange, on: date | None = None) -> DateRange:
    """The same period, no longer holding on `on` (default today); it keeps at least its first day."""
    end = max(on or date.today(), period.lower + DAY)
    return DateRange(period.lower, min(end, period.upper) if period.upper else end, "[)")


def last_day(period: DateRange) -> date | None:
    """The last day of a period; None while it is open."""
    return period.upper - DAY if period.upper else None
