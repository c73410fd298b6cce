"""A file of a conference tool, row by row: who that is on our list, from when to when, and what is wrong with it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.events.actions.scans import MOST_STAYS, Stay
from koinon.events.engine import online as engine
from koinon.events.engine.online import Met
from koinon.events.engine.scans import is_far
from koinon.events.models import COMING, Event, EventSession, Registration
from koinon.kit import calendars, sheets
from koinon.kit.meaning.folding import fold

LIMITS = sheets.Limits(size=10 * 2**20, rows=MOST_STAYS, columns=60)
HOLDS = 24 * 3600
"""Seconds in which what was read can be brought in."""


@dataclass
class Row:
    """`fault`: nothing is brought in while there is one. `doubt`: this row is left out, or looked at."""

    met: Met
    registration: Registration | None = None
    fault: str = ""
    doubt: str = ""


@dataclass
class Preview:
    """What would be brought in; `signed` carries it to the next step."""

    rows: list[Row] = field(default_factory=list)
    signed: str = ""

    @property
    def faults(self) -> int:
        return sum(bool(row.fault) for row in self.rows)

    @property
    def found(self) -> int:
        return sum(row.registration is not None for row in self.rows)

    @property
    def strangers(self) -> int:
        return sum(row.registration is None and not row.fault for row in self.rows)


def read(file: Any, session: EventSession, zone: str) -> Preview:
    """The rows of a file. Raises ValidationError when it cannot be read or has no times."""
    rows, table = _table(file)
    day = session.starts_at.astimezone(ZoneInfo(zone)).date()
    found = engine.met(rows, table, day, lambda shown: _moment(shown, session, zone))
    if not found:
        raise ValidationError(_("There is nobody in this file."))
    looked = _look(session, found)
    return Preview(looked, _signed(session, looked))


def stays_in(signed: str, session: EventSession) -> list[Stay]:
    """What was shown, as it goes into `actions.scans.keep_stays`. Raises ValidationError when it is too old."""
    try:
        said = signing.loads(signed, salt=_salt(session), max_age=HOLDS)
    except signing.BadSignature as problem:
        raise ValidationError(_("Please read the file once more.")) from problem
    people = {str(row.pk): row for row in session.event.registrations.filter(state__in=COMING)}
    return [
        Stay(people[key], datetime.fromisoformat(comes), datetime.fromisoformat(goes) if goes else None)
        for key, comes, goes in said
        if key in people
    ]


class _People:
    """Those who come, by address and by name; the address decides, a name only when one alone is called so."""

    def __init__(self, event: Event) -> None:
        self.emails: dict[str, list[Registration]] = {}
        self.names: dict[str, list[Registration]] = {}
        for row in event.registrations.filter(state__in=COMING).select_related("person"):
            for address in {row.email.lower(), row.person.email.lower() if row.person else ""} - {""}:
                self.emails.setdefault(address, []).append(row)
            self.names.setdefault(_letters(row.name), []).append(row)

    def find(self, met: Met) -> tuple[Registration | None, str]:
        """Who that is, and a doubt in words."""
        by_email = self.emails.get(met.email, []) if met.email else []
        named = [each for name in met.names for each in self.names.get(_letters(name), []) if name]
        both = [each for each in by_email if each in named]
        if len(by_email) == 1 or both:
            return (both or by_email)[0], ""
        several = list(dict.fromkeys(by_email or named))
        if len(several) > 1:
            return None, _("Several people of the list are called so: this row is left out.")
        if several:
            return several[0], "" if not met.email else _("Found by the name; the address is another one.")
        return None, _("Not on the list of those who come: this row is left out.")


def _table(file: Any) -> tuple[list[tuple[int, tuple[sheets.Cell, ...]]], engine.Table]:
    """All rows and the table among them. Reports of several tables mislead the guess of what parts the columns."""
    for delimiter in ("", "\t", ";", ","):
        try:
            with sheets.read(file, delimiter=delimiter, limits=LIMITS) as sheet:
                rows = [(sheet.header_row, tuple(sheet.header)), *((row.number, row.cells) for row in sheet)]
                is_text = bool(sheet.delimiter)
        except sheets.SheetError as problem:
            raise ValidationError(str(problem)) from problem
        table = engine.table_of([cells for _line, cells in rows])
        if table is not None:
            return rows, table
        if not is_text:
            break
    raise ValidationError(
        _("We find no columns with a name or an address and the time of joining. Please look at the headings.")
    )


def _look(session: EventSession, found: list[Met]) -> list[Row]:
    people, rows = _People(session.event), []
    for met in found:
        row = Row(met, fault=_fault(met, session))
        if not row.fault:
            row.registration, row.doubt = people.find(met)
            if met.goes is None and row.registration is not None:
                row.doubt = _("The file does not say until when: somebody has to decide.")
        rows.append(row)
    return rows


def _fault(met: Met, session: EventSession) -> str:
    if met.fault == "order":
        return _("Leaves before joining.")
    if met.fault:
        return _("We cannot read this time: %(said)s") % {"said": " – ".join(part for part in met.said if part) or "?"}
    if met.comes and is_far(met.comes, session.starts_at, session.ends_at):
        return _("This is not on the day of the session.")
    return ""


def _signed(session: EventSession, rows: list[Row]) -> str:
    said = [
        [str(row.registration.pk), row.met.comes.isoformat(), row.met.goes.isoformat() if row.met.goes else ""]
        for row in rows
        if row.registration is not None and row.met.comes is not None
    ]
    return signing.dumps(said, salt=_salt(session), compress=True)


def _salt(session: EventSession) -> str:
    return f"koinon.events.online.{session.pk}"


def _moment(shown: datetime, session: EventSession, zone: str) -> datetime:
    """What clocks in a zone showed; of an hour that comes twice the one that is nearer to the session."""
    try:
        return calendars.moment_of(shown, zone)
    except calendars.TwiceThatTime:
        both = [calendars.moment_of(shown, zone, fold) for fold in (0, 1)]
        return min(both, key=lambda at: abs(at - session.starts_at.astimezone(UTC)))


def _letters(name: str) -> str:
    """A name without accents, marks and order: “Krasniqi, Arben” is “Arben Krasniqi”."""
    return " ".join(sorted("".join(each if each.isalnum() else " " for each in fold(name)).split()))
