"""The way of a registration: who has a word to say before it takes a place, in which order; and how it leaves.

e-mail (guests) -> sending coordinator (nominated) -> guardian (minors) -> organiser -> a place or the waiting list.
Plain functions for verbs, in their transaction; `places.hold(event)` comes first in each verb that uses them.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.events.actions import places
from koinon.events.models import HOLDING, REGISTRATION_STEPS, Event, GuardianConsent, Registration
from koinon.events.rules.registering import sending

ORDER = ("email", "sender", "consent", "approval")
WITHIN = {
    "draft": timedelta(days=7), "email": timedelta(days=2), "sender": timedelta(days=7), "consent": timedelta(days=7),
    "approval": timedelta(days=7),
}  # fmt: skip
"""How long each may take to answer."""


def must_be_open(event: Event, *, is_organiser: bool = False) -> None:
    """Registration is open; for organisers and those who are in it already, the event is not over."""
    now = timezone.now()
    if event.state == "cancelled":
        raise ValidationError(_("This event is called off."))
    if is_organiser and event.state in ("open", "closed") and event.ends_at > now:
        return
    if not event.takes_registrations:
        is_early = event.state == "open" and event.opens_at is not None and event.opens_at > now
        raise ValidationError(_("Registration has not begun yet.") if is_early else _("Registration is closed."))


def due(gate: str, event: Event, now: datetime) -> datetime:
    """Until when an answer is expected: some days, at most until the event ends."""
    return min(now + WITHIN[gate], event.ends_at)


def next_gate(row: Registration, after: str = "") -> str:
    """Who is asked next; "" when nobody has a word to say any more."""
    start = ORDER.index(after) + 1 if after in ORDER else 0
    return next((gate for gate in ORDER[start:] if _asks(row, gate)), "")


def pass_on(row: Registration, after: str = "", *, new_in: Event | None = None) -> Registration:
    """To the next who has a word to say after `after` (a gate, or "" for the first), else to a place or the line.

    `new_in`: see places.settle.
    """
    gate = next_gate(row, after)
    if not gate:
        return places.settle(row, new_in=new_in)
    now = timezone.now()
    REGISTRATION_STEPS.move(row, gate, moved_at=now, due_at=due(gate, row.event, now))
    return row


def leave(row: Registration, state: str, why: str = "", **facts: object) -> None:
    """Out of the event: what it held is given back, and goes to who waits."""
    REGISTRATION_STEPS.move(row, state, left_from=row.state, moved_at=timezone.now(), why=why, due_at=None, **facts)
    if row.holds.exists():
        places.free(row)
    places.move_up(row.event)


def has_place(row: Registration) -> bool:
    return row.state in HOLDING


def _asks(row: Registration, gate: str) -> bool:
    if gate == "email":
        return row.how == "guest" and not row.is_minor
    if gate == "sender":
        return row.how == "nominated" and bool(sending(row))
    if gate == "consent":
        return row.is_minor and not GuardianConsent.objects.filter(registration=row, state="given").exists()
    return row.event.asks_approval and row.how != "organiser"
