"""A file of a conference tool, row by row: who that is on our list, from when to when, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.events.actions.scans import MOST_STAYS, Stay
from koinon.events.engine import online as engine
from koinon.events.engine.online import Met
from koinon.events.engine.scans import is_far
from koinon.events.models import COMING, CallName, Event, EventSession, Registration
from koinon.kit import calendars, sheets
from koinon.kit.meaning.folding import fold

LIMITS = sheets.Limits(size=10 * 2**20, rows=MOST_STAYS, columns=60)
NOBODY = "nobody"
"""Said of a row: it is of none of ours."""
MOST_ASKED, MOST_CHOICES, ALIKE = 500, 20_000, 40
"""Strangers who are asked about on a page, and choices; beyond that so many for each stranger."""
Choice = tuple[str, str]
HOLDS = 24 * 3600
"""Seconds in which what was read can be brought in."""


@dataclass
class Row:
    """`fault`: nothing is brought in while there is one. `doubt`: this row is left out, or looked at.

    `name`: of the field that says whose it is, where our list does not; it stands in the first row of a stranger, with
    `people` to choose from. `chosen`: what was said before.
    """

    met: Met
    registration: Registration | None = None
    fault: str = ""
    doubt: str = ""
    name: str = ""
    chosen: str = ""
    people: list[Choice] = field(default_factory=list)

    @property
    def is_found(self) -> bool:
        return self.registration is not None or self.chosen not in ("", NOBODY)


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
        return sum(row.is_found for row in self.rows)

    @property
    def strangers(self) -> int:
        return sum(not row.is_found and not row.fault for row in self.rows)


def read(file: Any, session: EventSession, zone: str) -> Preview:
    """The rows of a file. Raises ValidationError when it cannot be read or has no times."""
    rows, table = _table(file)
    day = session.starts_at.astimezone(ZoneInfo(zone)).date()
    found = engine.met(rows, table, day, lambda shown: _moment(shown, session, zone))
    if not found:
        raise ValidationError(_("There is nobody in this file."))
    looked = _look(session, found)
    return Preview(looked, _signed(session, looked))


@dataclass(frozen=True)
class Listed:
    """What was shown, and what was said of those rows that our list does not know: name or address -> whose."""

    stays: list[Stay]
    names: dict[str, Registration | None]


def listed(signed: str, session: EventSession, choices: Mapping[str, str]) -> Listed:
    """As it goes into `actions.scans.keep_stays`; `choices`: field -> a registration's id, NOBODY or "".

    Raises ValidationError when it is too old, or somebody is chosen who does not come.
    """
    try:
        said = signing.loads(signed, salt=_salt(session), max_age=HOLDS)
    except signing.BadSignature as problem:
        raise ValidationError(_("Please read the file once more.")) from problem
    people = {str(row.pk): row for row in session.event.registrations.filter(state__in=COMING)}
    found = Listed([], {})
    for key, comes, goes, name, stranger in said:
        chosen = choices.get(name, "") if name else key
        if name and chosen not in ("", NOBODY) and chosen not in people:
            raise ValidationError(_("Please choose one of the list."))
        if name and chosen:
            found.names[stranger] = people.get(chosen)
        if chosen in people:
            stay = Stay(people[chosen], datetime.fromisoformat(comes), datetime.fromisoformat(goes) if goes else None)
            found.stays.append(stay)
    return found


class _People:
    """Those who come, by address and by name; the address decides, a name only when one alone is called so."""

    def __init__(self, event: Event) -> None:
        self.emails: dict[str, list[Registration]] = {}
        self.names: dict[str, list[Registration]] = {}
        self.coming: set[UUID] = set()
        self.said = dict(CallName.objects.filter(event=event).values_list("said", "registration"))
        for row in event.registrations.filter(state__in=COMING).select_related("person"):
            for address in {row.email.lower(), row.person.email.lower() if row.person else ""} - {""}:
                self.emails.setdefault(address, []).append(row)
            self.names.setdefault(_letters(row.name), []).append(row)
            self.coming.add(row.pk)

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

    def named(self) -> list[Choice]:
        """All of them to choose from."""
        rows = {row.pk: row for rows in self.names.values() for row in rows}
        return [(str(row.pk), row.name) for row in sorted(rows.values(), key=lambda row: (fold(row.name), row.pk))]

    def chosen(self, stranger: str) -> str:
        """What was said of this name or address before: somebody who comes, NOBODY, or ""."""
        if stranger not in self.said:
            return ""
        whose = self.said[stranger]
        return NOBODY if whose is None else str(whose) if whose in self.coming else ""


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
            if row.registration is None and (said := people.chosen(stranger_of(met))):
                row.chosen, row.doubt = said, ""
            if met.goes is None and row.is_found:
                row.doubt = _("The file does not say until when: somebody has to decide.")
        rows.append(row)
    _ask(rows, people.named())
    return rows


def _ask(rows: list[Row], everybody: list[Choice]) -> None:
    """One question for each name or address that is a stranger's; in long lists among the names that are most alike."""
    strangers: dict[str, Row] = {}
    for row in rows:
        said = "" if row.registration or row.fault else stranger_of(row.met)
        if said and (said in strangers or len(strangers) < MOST_ASKED):
            first = strangers.setdefault(said, row)
            row.name = first.name or f"who-{len(strangers)}"
    is_short = len(strangers) * len(everybody) <= MOST_CHOICES
    for row in strangers.values():
        row.people = everybody if is_short else _alike(row, everybody)


def _alike(row: Row, everybody: list[Choice]) -> list[Choice]:
    found = engine.alike([fold(row.met.name), row.met.email], [fold(name) for _key, name in everybody], ALIKE)
    return [each for at, each in enumerate(everybody) if at in found or each[0] == row.chosen]


def stranger_of(met: Met) -> str:
    """By what a row is known again in the next file: its address, else the letters of its name."""
    return met.email or _letters(met.name)[:254]


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
        [
            str(row.registration.pk) if row.registration else "", row.met.comes.isoformat(),
            row.met.goes.isoformat() if row.met.goes else "", row.name, stranger_of(row.met) if row.name else "",
        ]
        for row in rows
        if row.met.comes is not None and (row.registration is not None or row.name)
    ]  # fmt: skip
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
