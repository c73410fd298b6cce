"""An event, or more of its programme, begins with a calendar file of somebody else; all of it, or nothing."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import events, sessions
from koinon.events.engine import calendar_files as engine
from koinon.events.models import Event
from koinon.events.rules import events as rules
from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Network, Organisation

NOT_SPEAKER = gettext_lazy("You do not speak for this organisation.")
NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
FAULTS = {
    "broken": gettext_lazy("This is not a calendar file that we can read (iCalendar, .ics)."),
    "empty": gettext_lazy("There is no entry in this file."),
    "many": gettext_lazy("There are more than 200 entries in this file."),
    "no_time": gettext_lazy("“%(title)s” has no time."),
    "jumped": gettext_lazy("“%(title)s”: clocks jump over its time on that day."),
    "backwards": gettext_lazy("“%(title)s” ends before it begins."),
    "repeats": gettext_lazy("“%(title)s” is repeated by a rule. Please export each of its dates as an entry."),
}


@verb("events.event_begun_from_file", rule=rules.may_hold, refusal=NOT_SPEAKER)
def begin(
    *, by: Actor, organisation: Organisation, kind: str, zone: str, data: bytes, language: str,
    network: Network | None = None,
) -> Event:  # fmt: skip
    """A draft from the first moment of the file to its last; several entries become its sessions."""
    found = _read(data, zone)
    first, last = found.rows[0], max(row.ends_at for row in found.rows)
    if first.starts_at < timezone.now():
        raise ValidationError({"file": [_("It begins in the past.")]})
    title = first.title if len(found.rows) == 1 else found.name or first.title
    made = events.create(
        by=by, organisation=organisation, kind=kind, title=title, starts_at=first.starts_at, ends_at=last, zone=zone,
        network=network, language=language, venue=first.place,
    )  # fmt: skip
    if len(found.rows) > 1:
        made.sessions.all().delete()
        _plan(by, made, found.rows)
    elif first.text:
        made = events.edit(by=by, event=made, about=first.text)
    return made


@verb("events.programme_read_from_file", rule=rules.organises, refusal=NOT_YOURS)
def add(*, by: Actor, event: Event, data: bytes) -> Event:
    """More sessions, one for each entry; `event.read` says how many."""
    found = _read(data, event.zone)
    known = set(event.sessions.values_list("starts_at", "ends_at"))
    rows = [row for row in found.rows if (row.starts_at, row.ends_at) not in known]
    _plan(by, event, rows)
    event.read = len(rows)  # type: ignore[attr-defined]
    return event


def _read(data: bytes, zone: str) -> engine.Found:
    events.zone_of(zone)
    found = engine.read(data, zone)
    if found.faults:
        raise ValidationError({"file": [str(FAULTS[what]) % {"title": title} for what, title in found.faults[:10]]})
    return found


def _plan(by: Actor, event: Event, rows: list[engine.Row]) -> None:
    for row in rows:
        sessions.plan(
            by=by, event=event, title=prose.line(row.title)[: events.TITLE], starts_at=row.starts_at,
            ends_at=row.ends_at, zone=row.zone, about=prose.clean(row.text)[: sessions.ABOUT],
            room=prose.line(row.place)[: sessions.ROOM], link=row.link,
        )  # fmt: skip
