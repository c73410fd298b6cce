"""Dates on which a cohort meets: planned, changed, called off; who was there, also written without a connection."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import progress
from koinon.learning.models import Attendance, Enrolment, Run, Session
from koinon.learning.notices import teaching as notices
from koinon.learning.queries.trees import tree_of
from koinon.learning.rules import runs as rules
from koinon.learning.rules import teaching

NOT_YOURS = gettext_lazy("Only those who teach here may do this.")
TITLE, PLACE, LINK = 160, 200, 400

conflict("session_ends_later", "ends_at", gettext_lazy("It would end before it begins."))


@verb("learning.session_planned", rule=rules.may_teach, refusal=NOT_YOURS, then=notices.session_planned)
def plan(
    *, by: Actor, run: Run, node: UUID | str, title: str, starts_at: datetime, ends_at: datetime, zone: str,
    place: str = "", link: str = "",
) -> Session:  # fmt: skip
    """A date for a session of the course; `zone`: the clocks it was thought of by. The cohort is told."""
    found = tree_of(run.version).node(node)
    if found is None or found.kind != "session":
        raise ValidationError({"node": [_("Please choose a session of the course.")]})
    return Session.objects.create(run=run, node=UUID(found.key), **_facts(title, starts_at, ends_at, zone, place, link))


@verb("learning.session_changed", rule=teaching.may_change, refusal=NOT_YOURS, then=notices.session_changed)
def change(
    *, by: Actor, session: Session, title: str, starts_at: datetime, ends_at: datetime, zone: str, place: str = "",
    link: str = "",
) -> Session:  # fmt: skip
    """Another time or place; calendars hear of it by the higher number, people by a notice."""
    held = Session.objects.select_for_update(of=("self",)).select_related("run").get(pk=session.pk)
    if held.is_cancelled:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    for name, value in _facts(title, starts_at, ends_at, zone, place, link).items():
        setattr(held, name, value)
    held.sequence += 1
    held.reminded_at = None
    held.save()
    return held


@verb("learning.session_called_off", rule=teaching.may_change, refusal=NOT_YOURS, then=notices.session_called_off)
def call_off(*, by: Actor, session: Session, why: str = "") -> Session:
    """It does not take place; who was noted as there stays noted."""
    held = Session.objects.select_for_update(of=("self",)).select_related("run").get(pk=session.pk)
    if held.is_cancelled:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    held.is_cancelled, held.sequence = True, held.sequence + 1
    held.save(update_fields=["is_cancelled", "sequence"])
    held.why = prose.line(why)[:300]  # type: ignore[attr-defined]
    return held


@verb("learning.roll_called", rule=teaching.may_change, refusal=NOT_YOURS)
def roll(
    *, by: Actor, session: Session, there: Mapping[UUID, bool], keys: Mapping[UUID, UUID] | None = None,
    client_at: datetime | None = None,
) -> Session:  # fmt: skip
    """Who was there (enrolment id -> yes or no); who is not named stays as they were.

    `keys`: the client's ids for rows written without a connection, `client_at`: when that was. The later word holds,
    whenever it arrived: a word said here after that, or on another device, stays. The same twice changes nothing.
    """
    if session.is_cancelled:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    known = {row.enrolment_id: row for row in session.attendance.select_for_update()}
    learning = Enrolment.objects.filter(run=session.run, pk__in=list(there)).learning().select_related("run__version")
    for enrolment in learning.order_by("pk"):
        is_there, row = there[enrolment.pk], known.get(enrolment.pk)
        if row is not None and client_at is not None and (row.client_at or row.at) > client_at:
            continue
        facts: dict[str, Any] = {"is_there": is_there, "by_id": by.person, "client_at": client_at}
        if row is not None and row.is_there == is_there:
            Attendance.objects.filter(pk=row.pk).update(client_at=client_at, at=timezone.now())
            continue
        if row is None:
            made = {"id": keys[enrolment.pk]} if keys and enrolment.pk in keys else {}
            Attendance.objects.create(session=session, enrolment=enrolment, **made, **facts)
        else:
            Attendance.objects.filter(pk=row.pk).update(**facts, at=timezone.now())
        kind = "attended" if is_there else "absent"
        data = {"session": str(session.pk)}
        progress.write(enrolment, [progress.happening(by, enrolment, session.node, kind, data)])
    return session


@verb("learning.session_reminded", rule=only_machine, then=notices.session_tomorrow)
def remind(*, by: Actor, session: Session) -> Session:
    """The day before: everybody hears of it once."""
    rows = Session.objects.filter(pk=session.pk, reminded_at=None, is_cancelled=False)
    if not rows.update(reminded_at=timezone.now()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return session


def _facts(title: str, starts_at: datetime, ends_at: datetime, zone: str, place: str, link: str) -> dict[str, Any]:
    said = prose.line(title)[:TITLE]
    if not said:
        raise ValidationError({"title": [_("Please write a few words.")]})
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": [_("It would end before it begins.")]})
    if zone not in available_timezones():
        raise ValidationError({"zone": [_("Please choose one of the list.")]})
    address = prose.line(link)[:LINK]
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
        raise ValidationError({"link": [_("Please give an address that begins with https://")]})
    return {
        "title": said, "starts_at": starts_at, "ends_at": ends_at, "zone": zone, "place": prose.line(place)[:PLACE],
        "link": address,
    }  # fmt: skip
