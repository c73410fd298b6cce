"""Calendar files that people's own calendars read (RFC 5545), invitations they answer to (RFC 5546), local times.

A UID names a thing for ever; a higher SEQUENCE replaces what a calendar has, so moving and calling off reach everybody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone, vCalAddress

MAKER = "-//Koinon//Koinon//EN"
REFRESH = timedelta(hours=6)
UTCS = ("", "UTC", "Etc/UTC")


class NoSuchTime(ValueError):  # noqa: N818  (it reads as a sentence)
    """Clocks jump over this local time on that day."""


class TwiceThatTime(ValueError):  # noqa: N818
    """Clocks show this local time twice on that day: somebody must say which of the two."""


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar; a date stands for the whole day. `ends` None: a moment, or that one day.

    `zone`: by whose clocks it takes place; calendars get them too, so that it stays right when their rules change.
    Without one it is written in UTC. `sequence` grows with each change.
    """

    uid: str
    title: str
    starts: datetime | date
    ends: datetime | date | None = None
    text: str = ""
    url: str = ""
    place: str = ""
    is_cancelled: bool = False
    zone: str = ""
    sequence: int = 0


@dataclass(frozen=True)
class Invitation:
    """An entry that is sent by mail: `organiser` and `guest` are (name, e-mail); `sequence` grows with each change."""

    entry: Entry
    organiser: tuple[str, str]
    guest: tuple[str, str]
    sequence: int = 0


def write(title: str, entries: Iterable[Entry], *, method: str = "PUBLISH") -> bytes:
    """A calendar called `title`, as a feed or a download. Raises ValueError when an entry ends before it starts."""
    calendar = _calendar(method)
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    rows = list(entries)
    _add_zones(calendar, rows)
    for entry in rows:
        event = _event(entry)
        if entry.sequence:
            event.add("sequence", entry.sequence)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def invitation(invited: Invitation) -> bytes:
    """The part text/calendar of a letter to one guest: METHOD:REQUEST, or CANCEL when the entry is called off."""
    calendar = _calendar("CANCEL" if invited.entry.is_cancelled else "REQUEST")
    _add_zones(calendar, [invited.entry])
    event = _event(invited.entry)
    event.add("sequence", invited.sequence or invited.entry.sequence)
    event.add("organizer", _person(invited.organiser))
    event.add("attendee", _person(invited.guest, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="FALSE"))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def moment_of(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """The moment (in UTC) at which clocks in `zone` show the naive `local`; `fold` 0 or 1: the first or second time.

    Raises NoSuchTime when clocks jump over it, TwiceThatTime when they show it twice and nobody has said which.
    """
    here = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    again = here.replace(fold=1)
    if here.astimezone(UTC).astimezone(here.tzinfo).replace(tzinfo=None) != local:
        raise NoSuchTime
    if here.utcoffset() == again.utcoffset():
        return here.astimezone(UTC)
    if fold is None:
        raise TwiceThatTime
    return (again if fold else here).astimezone(UTC)


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar  # here and below: six megabytes that only those who write a calendar need

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry) -> "Event":
    from icalendar import Event, vUri

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", timezone.now().astimezone(UTC).replace(microsecond=0))
    event.add("summary", entry.title)
    _add_times(event, entry)
    for name, said in (("description", entry.text), ("location", entry.place)):
        if said:
            event.add(name, said)
    if entry.url:
        event["url"] = vUri(entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if isinstance(entry.starts, datetime) and entry.ends else "TRANSPARENT")
    return event


def _add_times(event: "Event", entry: Entry) -> None:
    is_moment = isinstance(entry.starts, datetime)
    if entry.ends is not None and isinstance(entry.ends, datetime) != is_moment:
        raise ValueError("an entry starts and ends with moments, or with days")
    if entry.ends is not None and entry.ends < entry.starts:
        raise ValueError("an entry ends before it starts")
    clocks = _clocks(entry)
    event.add("dtstart", entry.starts.astimezone(clocks) if isinstance(entry.starts, datetime) else entry.starts)
    if isinstance(entry.ends, datetime):
        event.add("dtend", entry.ends.astimezone(clocks))
    elif not is_moment:
        event.add("dtend", (entry.ends or entry.starts) + timedelta(days=1))  # the day after the last one


def _clocks(entry: Entry) -> tzinfo:
    """The zone of the entry; UTC without one, and where clocks show a time twice: readers take either of the two."""
    if entry.zone in UTCS:
        return UTC
    here = ZoneInfo(entry.zone)
    shown = [each.astimezone(here) for each in (entry.starts, entry.ends) if isinstance(each, datetime)]
    comes_twice = any(each.replace(fold=0).utcoffset() != each.replace(fold=1).utcoffset() for each in shown)
    return UTC if comes_twice else here


def _add_zones(calendar: "Calendar", entries: Iterable[Entry]) -> None:
    """The rules of all clocks that the entries name, for the years in which they are needed."""
    years: dict[str, set[int]] = {}
    for entry in entries:
        if _clocks(entry) is not UTC and isinstance(entry.starts, datetime):
            last = entry.ends if isinstance(entry.ends, datetime) else entry.starts
            years.setdefault(entry.zone, set()).update((entry.starts.year, last.year))
    for zone, needed in sorted(years.items()):
        calendar.add_component(_zone(zone, min(needed), max(needed)))


@lru_cache(maxsize=256)
def _zone(name: str, first: int, last: int) -> "Timezone":
    """The rules of one zone, from the year before `first` to the year after `last`.

    By our own hand: icalendar 7.3 gives the onset of summer time by the new clock and not by the old one (RFC 5545,
    3.6.5), and readers that take it at its word are wrong for an hour in spring.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    made, here = Timezone(), ZoneInfo(name)
    made.add("tzid", name)
    at, end = datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 2, 1, 1, tzinfo=UTC)
    onsets: dict[tuple[timedelta, timedelta, str, bool], list[datetime]] = {}
    for moment in [at, *_transitions(here, at, end)]:
        before = (moment - timedelta(seconds=moment != at)).astimezone(here).utcoffset() or timedelta()
        now = moment.astimezone(here)
        what = (before, now.utcoffset() or timedelta(), now.tzname() or name, bool(now.dst()))
        onsets.setdefault(what, []).append((moment + before).replace(tzinfo=None))
    for (before, after, called, is_summer), moments in onsets.items():
        part = TimezoneDaylight() if is_summer else TimezoneStandard()
        part.add("dtstart", moments[0])
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", called)
        for each in moments[1:]:
            part.add("rdate", each)
        made.add_component(part)
    return made


def _transitions(here: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which clocks change between two others, to the second; at most one in a day."""
    day = start
    while day < end:
        low, high = day, day + timedelta(days=1)
        if low.astimezone(here).utcoffset() != high.astimezone(here).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                same = middle.astimezone(here).utcoffset() == low.astimezone(here).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high
        day += timedelta(days=1)


def _person(who: tuple[str, str], **facts: str) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    name, email = who
    person = vCalAddress(f"mailto:{email}")
    person.params["CN"] = vText(" ".join(name.replace('"', "'").split()))
    for key, value in facts.items():
        person.params[key.upper()] = vText(value)
    return person
