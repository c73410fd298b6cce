"""Each quarter of an hour: who comes to an event that begins in a week, or tomorrow, is reminded."""

from datetime import timedelta

from django.utils import timezone

from koinon.events.actions import reminders as actions
from koinon.events.engine import clocks
from koinon.events.engine.reminders import MARKS
from koinon.events.models import Event, Registration
from koinon.kit import jobs
from koinon.kit.verbs import machine

SPAN = timedelta(days=7, hours=3)
"""A little more than a week: on the clocks of a zone a week may last an hour longer."""


@jobs.every("*/15 * * * *", "events.reminders")
def remind() -> None:
    """Only events in which somebody waits for it leave a statement."""
    now = timezone.now()
    rows = Event.objects.filter(state__in=["open", "closed"], starts_at__gt=now, starts_at__lt=now + SPAN)
    for event in rows.select_related("organisation", "network").order_by("pk"):
        passed = {mark: clocks.later(event.starts_at, -before, event.zone) for mark, before in MARKS.items()}
        for mark in [mark for mark, at in passed.items() if at <= now][-1:]:
            while _waits(event, mark):
                actions.remind(by=machine("clock"), event=event, mark=mark)


def _waits(event: Event, mark: str) -> bool:
    at = clocks.later(event.starts_at, -MARKS[mark], event.zone)
    rows = Registration.objects.filter(event=event, state="confirmed", moved_at__lt=at)
    return rows.exclude(told__contains=[mark]).exists()
