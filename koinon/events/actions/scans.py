"""Scans: taken from doors, marked by hand on a list, read from files of conference tools; written once, never changed.

Each has the id that the device made: what is sent twice is found, and answered as if it had come just now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.engine import scans as engine
from koinon.events.engine.scans import Item, Letter
from koinon.events.models import COMING, ENDED, CallName, Event, EventSession, Registration, Scan
from koinon.events.rules import attending as rules
from koinon.kit import jobs
from koinon.kit.ids import uuid7
from koinon.kit.verbs import Actor, verb

NOT_AT_DOOR = gettext_lazy("Only those who look after the door of this event may do this.")
NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
MOST_STAYS = 20_000


@dataclass(frozen=True)
class Answer:
    """What became of one scan: taken or refused, with a sentence, and whose it was."""

    key: str
    state: str
    said: str = ""
    name: str = ""


@verb(
    "events.scans_taken", rule=rules.may_scan, refusal=NOT_AT_DOOR,
    counts=lambda result: {"scans": float(sum(each.state == "taken" for each in result[1]))},
)  # fmt: skip
def receive(*, by: Actor, event: Event, letter: Letter) -> tuple[Event, list[Answer]]:
    """All scans of a letter, each answered apart: wrong ones are refused, the others are kept together."""
    now = timezone.now()
    look = _Look(event, letter.items)
    rows: dict[UUID, Scan] = {}
    answers = [Answer(key, "refused", _("This could not be read.")) for key in letter.wrong]
    for item in letter.items:
        at = letter.corrected(item, now)
        problem = look.problem(item, at)
        whose = look.people.get(item.code)
        if problem:
            answers.append(Answer(str(item.key), "refused", problem, whose.name if whose else ""))
            continue
        if item.key not in look.there and item.key not in rows:
            rows[item.key] = Scan(
                id=item.key, session_id=item.session, registration=look.people[item.code], way=item.way, at=at,
                device=letter.device, by_id=by.person,
            )  # fmt: skip
        answers.append(Answer(str(item.key), "taken", "", look.people[item.code].name))
    _keep(rows)
    if rows:
        recount_later(event)
    return event, answers


@verb("events.scan_marked", rule=rules.may_scan, refusal=NOT_AT_DOOR)
def mark(*, by: Actor, event: Event, session: EventSession, registration: Registration, way: str) -> Scan:
    """Somebody comes in or goes out, as whoever keeps the door says with a button beside the name."""
    now = timezone.now()
    item = Item(uuid7(), session.pk, registration.code, way, now)
    problem = _Look(event, [item]).problem(item, now)
    if problem or way not in Scan.Way.values:
        raise ValidationError(problem or _("Please choose one of the list."))
    row = Scan.objects.create(
        id=item.key, session=session, registration=registration, way=way, at=now, source="hand", by_id=by.person
    )
    recount_later(event)
    return row


@dataclass(frozen=True)
class Stay:
    """Somebody was in a call: `goes` is None where the tool does not say."""

    registration: Registration
    comes: datetime
    goes: datetime | None


@verb(
    "events.online_imported", rule=rules.may_import, refusal=NOT_YOURS,
    counts=lambda result: {"scans": float(result[1])},
)  # fmt: skip
def keep_stays(
    *, by: Actor, session: EventSession, stays: Sequence[Stay],
    names: Mapping[str, Registration | None] = MappingProxyType({}),
) -> tuple[EventSession, int]:  # fmt: skip
    """What a conference tool saw, all or nothing; how many scans are new. The same file twice adds none.

    `names`: whose a name or address is, as somebody said (None: of nobody here); the next file finds it so.
    """
    if len(stays) > MOST_STAYS:
        raise ValidationError(_("At most %(most)s rows in one file.") % {"most": MOST_STAYS})
    if session.is_cancelled:
        raise ValidationError(_("This session was called off."))
    named = [row for row in names.values() if row is not None]
    if any(row.event_id != session.event_id for row in (*named, *(each.registration for each in stays))):
        raise ValidationError(_("This person is not registered for this event."))
    rows = {row.pk: row for each in stays for row in _scans_of(by, session, each)}
    there = Scan.objects.filter(pk__in=list(rows)).count()
    _keep(rows)
    _remember(by, session.event, names)
    recount_later(session.event)
    return session, len(rows) - there


def recount_later(event: Event) -> None:
    """Presence follows by a job: one waits at most, however many scans come in."""
    from koinon.events.clock.attending import recount_event

    jobs.later(recount_event, once=f"events.recount:{event.pk}", event=str(event.pk))


def _remember(by: Actor, event: Event, names: Mapping[str, Registration | None]) -> None:
    CallName.objects.bulk_create(
        [CallName(event=event, said=said, registration=row, by_id=by.person) for said, row in sorted(names.items())],
        update_conflicts=True, unique_fields=["event", "said"], update_fields=["registration", "by", "at"],
    )  # fmt: skip


def _keep(rows: Mapping[UUID, Scan]) -> None:
    """In the order of their ids: two letters with the same scans wait for each other in one direction only."""
    Scan.objects.bulk_create([rows[key] for key in sorted(rows)], ignore_conflicts=True)


class _Look:
    """What is known about the scans of one letter: four queries, however many there are."""

    def __init__(self, event: Event, items: Iterable[Item]) -> None:
        items = list(items)
        self.event = event
        self.sessions: Mapping[UUID, EventSession] = {row.pk: row for row in event.sessions.all()}
        codes = {item.code for item in items if item.code}
        found = Registration.objects.order_by()
        self.people = {row.code: row for row in found.filter(code__in=codes, event=event)}
        unknown = codes - set(self.people)
        self.elsewhere = set(found.filter(code__in=unknown).values_list("code", flat=True))
        rows = Scan.objects.filter(pk__in=[item.key for item in items])
        self.there: dict[UUID, tuple[Any, ...]] = {
            row[0]: row[1:] for row in rows.values_list("pk", "session", "registration", "way")
        }

    def problem(self, item: Item, at: datetime) -> str:
        """Why this scan cannot be kept, in words for whoever keeps the door; "" when it can."""
        session, whose = self.sessions.get(item.session), self.people.get(item.code)
        if whose is None:
            return self._unknown(item)
        if session is None:
            return _("This session is not in this event, or not any more.")
        if item.key in self.there:
            same = self.there[item.key] == (session.pk, whose.pk, item.way)
            return "" if same else _("This could not be read.")
        if self.event.state in ("draft", "cancelled") or session.is_cancelled:
            return _("This session was called off.")
        if whose.state in ENDED:
            return _("This registration does not hold any more: %(state)s") % {"state": whose.get_state_display()}
        if whose.state not in COMING:
            return _("There is no place for this person yet: %(state)s") % {"state": whose.get_state_display()}
        if engine.is_far(at, session.starts_at, session.ends_at):
            return _("This session is on another day, or the clock of this device is wrong.")
        return ""

    def _unknown(self, item: Item) -> str:
        if not item.code:
            return _("This is not a code of ours.")
        if item.code in self.elsewhere:
            return _("This code is of another event.")
        return _("Nobody is registered with this code.")


def _scans_of(by: Actor, session: EventSession, stay: Stay) -> list[Scan]:
    """Two scans that belong together by their `device`; their ids are made of what the file says."""
    said = f"{stay.registration.pk} {stay.comes.isoformat()} {stay.goes.isoformat() if stay.goes else ''}"
    line = uuid5(session.pk, said)
    ends = [("in", stay.comes), *([("out", stay.goes)] if stay.goes else [])]
    return [
        Scan(
            id=uuid5(line, way), session=session, registration=stay.registration, way=way, at=at, source="online",
            device=line.hex, by_id=by.person,
        )
        for way, at in ends
    ]  # fmt: skip
