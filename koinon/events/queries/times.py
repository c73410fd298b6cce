"""Times of events in words: by the clocks of the event, and by the reader's own where those show something else."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language

from koinon.kit import moments


def span(starts: datetime, ends: datetime, zone: str) -> str:
    """12 May 2026, 09:00–17:00 (Podgorica, CEST); over several days with both days. The zone is always there."""
    first, last = starts.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
    language = get_language() or "en"
    day, clock = moments.long_day(first.date(), language), moments.clock(first.time(), language)
    till = moments.clock(last.time(), language)
    if first.date() != last.date():
        return f"{day}, {clock} – {moments.long_day(last.date(), language)}, {till} ({zone_name(last, zone)})"
    return f"{day}, {clock}–{till} ({zone_name(first, zone)})"


def hours(starts: datetime, ends: datetime, zone: str) -> str:
    """09:00–10:30, for a programme whose day and zone stand above it; the day is said when it ends on another one."""
    first, last = starts.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
    language = get_language() or "en"
    till = moments.clock(last.time(), language)
    if first.date() != last.date():
        till = f"{till}, {moments.long_day(last.date(), language)}"
    return f"{moments.clock(first.time(), language)}–{till}"


def own(starts: datetime, ends: datetime, zone: str, mine: str) -> str:
    """The same by the reader's clocks; "" where they show what the event's show, or nobody knows them."""
    if not mine or (_shows(starts, zone) == _shows(starts, mine) and _shows(ends, zone) == _shows(ends, mine)):
        return ""
    return span(starts, ends, mine)


def reader() -> str:
    """The zone of the reader's clocks; "" for a visitor, whose clocks we do not know."""
    here = timezone.get_current_timezone()
    return "" if here == timezone.get_default_timezone() else str(here)


def zone_name(at: datetime, zone: str) -> str:
    """Podgorica, CEST: the town of the zone, and what its clocks are called that day."""
    short = at.astimezone(ZoneInfo(zone)).tzname() or ""
    if short[:1] in "+-":
        short = f"UTC{short[:3]}:{short[3:5] or '00'}"
    town = zone.rpartition("/")[2].replace("_", " ")
    return short if town == short else f"{town}, {short}"


def _shows(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
