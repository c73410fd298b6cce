"""Calendar files of others (RFC 5545) read as sessions: whose clocks they mean, what is repeated, what cannot be.

A floating time has no zone: it takes the event's. A time in UTC or with a zone is the moment it says. What clocks jump
over is refused; of what they show twice the first is taken, and said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module, util
from typing import Any
from zoneinfo import ZoneInfo

from koinon.kit import calendars

LARGEST, MOST, AHEAD = 1_000_000, 200, timedelta(days=366 * 2)
DAY = (time(9), time(17))
"""What is given in days without hours counts from nine to five."""


@dataclass(frozen=True)
class Row:
    """One entry: moments in UTC, the zone by whose clocks it was meant."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    text: str = ""
    place: str = ""
    link: str = ""


@dataclass
class Found:
    """What a file holds. `faults` and `notes` are (what, title of the entry); with a fault nothing is to be taken.

    faults: broken | empty | many | no_time | jumped | backwards | repeats. notes: twice | days | cancelled.
    """

    name: str = ""
    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, zone: str) -> Found:
    """The entries of a file by time; floating ones by the clocks of `zone`. Never raises for what a file says."""
    from icalendar import Calendar

    found = Found()
    try:
        if len(data) > LARGEST:
            raise ValueError("too large")
        calendar: Any = Calendar.from_ical(data)
        found.name = str(calendar.get("X-WR-CALNAME") or calendar.get("NAME") or "")[:200]
        entries = list(_entries(calendar, found))
        for entry in entries[:MOST]:
            _take(entry, zone, found)
    except Exception:  # a file of strangers: whatever is wrong with it, it cannot be read
        return Found(faults=[("broken", "")])
    if len(entries) > MOST:
        found.faults.append(("many", ""))
    if not found.rows and not found.faults:
        found.faults.append(("empty", ""))
    found.rows.sort(key=lambda row: (row.starts_at, row.title))
    return found


def _entries(calendar: Any, found: Found) -> Iterator[Any]:
    """Entries as they stand; what is repeated by rule, date by date where a library can do it."""
    entries = calendar.walk("VEVENT")
    repeated = [each for each in entries if each.get("RRULE") or each.get("RDATE")]
    if not repeated:
        yield from entries
        return
    if util.find_spec("recurring_ical_events") is None:
        found.faults += [("repeats", _title(each)) for each in repeated]
        return
    first = min(_naive(each["DTSTART"].dt) for each in entries)
    query = import_module("recurring_ical_events").of(calendar)
    for number, each in enumerate(query.between(first - timedelta(days=1), first + AHEAD)):
        if number > MOST:
            return
        yield each


def _take(entry: Any, zone: str, found: Found) -> None:
    title = _title(entry)
    if str(entry.get("STATUS", "")).upper() == "CANCELLED":
        found.notes.append(("cancelled", title))
        return
    if entry.get("DTSTART") is None:
        found.faults.append(("no_time", title))
        return
    starts, ends = entry["DTSTART"].dt, _end(entry)
    own = _zone_of(starts, zone)
    try:
        first, last = _moment(starts, DAY[0], zone, title, found), _moment(ends, DAY[1], zone, title, found)
    except calendars.NoSuchTime:
        found.faults.append(("jumped", title))
        return
    if last <= first:
        found.faults.append(("backwards", title))
        return
    link = str(entry.get("URL", ""))
    found.rows.append(
        Row(
            title, first, last, own, str(entry.get("DESCRIPTION", ""))[:4000], str(entry.get("LOCATION", ""))[:120],
            link if link.startswith(("https://", "http://")) and len(link) <= 400 else "",
        )
    )  # fmt: skip


def _end(entry: Any) -> date | datetime:
    """DTEND, or the start and DURATION, or an hour; the day after the last one is the last one itself."""
    starts = entry["DTSTART"].dt
    if entry.get("DTEND") is not None:
        ends: date | datetime = entry["DTEND"].dt
    elif entry.get("DURATION") is not None:
        ends = starts + entry["DURATION"].dt
    else:
        return starts + timedelta(hours=1) if isinstance(starts, datetime) else starts
    if isinstance(ends, datetime) or not isinstance(starts, date):
        return ends
    return max(ends - timedelta(days=1), starts)


def _moment(said: date | datetime, hour: time, zone: str, title: str, found: Found) -> datetime:
    if not isinstance(said, datetime):
        found.notes.append(("days", title))
        said = datetime.combine(said, hour)
    if said.tzinfo is not None:
        back = said.astimezone(UTC).astimezone(said.tzinfo)
        if back.replace(tzinfo=None, fold=0) != said.replace(tzinfo=None, fold=0):
            raise calendars.NoSuchTime
        return said.astimezone(UTC)
    try:
        return calendars.moment_of(said.replace(fold=0), zone)
    except calendars.TwiceThatTime:
        found.notes.append(("twice", title))
        return calendars.moment_of(said.replace(fold=0), zone, 0)


def _zone_of(said: date | datetime, zone: str) -> str:
    """The zone of the file where it names one of this world; a moment in UTC is shown by the event's clocks."""
    if isinstance(said, datetime) and isinstance(said.tzinfo, ZoneInfo) and said.tzinfo.key not in calendars.UTCS:
        return said.tzinfo.key
    return zone


def _naive(said: date | datetime) -> datetime:
    if not isinstance(said, datetime):
        return datetime.combine(said, time.min)
    return said.astimezone(UTC).replace(tzinfo=None) if said.tzinfo else said


def _title(entry: Any) -> str:
    return " ".join(str(entry.get("SUMMARY", "")).split())[:200] or "?"
