"""The calendar's part of letters about events: asked for, changed, called off, by one name for ever."""

from koinon.events.models import Registration
from koinon.events.queries.calendars import invited
from koinon.kit import calendars


def part_of(row: Registration) -> bytes:
    """REQUEST while somebody comes, CANCEL when they left or it is called off, b"" when calendars need learn nothing.

    `row.event` and `row.person` are read. Give it as `invitation` of the letter that tells the same.
    """
    found = invited(row)
    return calendars.invitation(found) if found else b""
