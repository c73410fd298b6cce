"""Moving an application: whose turn it is, until when, when somebody is reminded, and how long each state lasted.

Every move of an application goes through here, so that nobody is ever waited for without a day and a reminder (the
database refuses rows that forget it: application_waits_for_somebody_until_a_day).
"""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from koinon.kit.verbs import Actor, machine
from koinon.network.models import APPLICATION_STEPS, Admission, Application, Network, Stay

DAY = timedelta(days=1)
AGAIN = timedelta(days=7)
BEGUN = timedelta(days=14)
EARLY = 5
"""Days before the last day on which whoever's turn it is hears of it; half of the time when that is shorter."""


def clerk(by: Actor) -> Actor:
    """Who does what follows by itself from somebody's act: the machine, or the machine that acts already."""
    return by if by.is_machine else machine("admission")


def rules_of(network: Network) -> Admission:
    """How the network admits; the defaults (not saved) when nobody has said anything."""
    return Admission.objects.filter(network=network).first() or Admission(network=network)


def first_reminder(due: date, today: date | None = None) -> date:
    """A few days before `due`, tomorrow at the earliest."""
    today = today or date.today()
    left = (due - today).days
    return max(today + DAY, due - timedelta(days=min(EARLY, left // 2)))


def draft_reminder(today: date | None = None) -> date:
    """When somebody who began to write hears of it for the first time; what closes earlier is `running_out`."""
    return (today or date.today()) + BEGUN


def next_reminder(due: date, today: date | None = None) -> date:
    """After a reminder: the day after the last day, then every week."""
    today = today or date.today()
    return due + DAY if due >= today else today + AGAIN


def move(application: Application, state: str, *, turn: str = "", until: date | None = None, **changes: Any) -> None:
    """To a new state: it is somebody's turn until a day, or nobody's at an end.

    Raises ValidationError when the way forbids it, or when somebody else was quicker.
    """
    old, since, now = application.state, application.moved_at, timezone.now()
    APPLICATION_STEPS.move(application, state, moved_at=now, **_clock(turn, until), **changes)
    Stay.objects.create(application=application, state=old, since=since, until=now)


def pass_turn(application: Application, turn: str, until: date) -> None:
    """In the same state it is somebody else's turn now (or a new day counts)."""
    changes = _clock(turn, until)
    Application.objects.filter(pk=application.pk, state=application.state).update(**changes)
    for name, value in changes.items():
        setattr(application, name, value)


def _clock(turn: str, until: date | None) -> dict[str, Any]:
    remind = first_reminder(until) if until is not None else None
    return {"turn": turn, "due_on": until, "remind_on": remind, "reminders": 0, "reminded_at": None}


def within(days: int) -> date:
    """The last day of so many days from today."""
    return date.today() + timedelta(days=days)
