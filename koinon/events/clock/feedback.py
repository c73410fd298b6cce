"""Each hour: who came to an event that has ended is asked what they thought of it."""

from datetime import timedelta

from django.utils import timezone

from koinon.events.actions import feedback as actions
from koinon.events.models import Event, Registration
from koinon.events.queries.feedback import CAME
from koinon.kit import jobs
from koinon.kit.verbs import machine

AFTER, UNTIL = timedelta(hours=12), timedelta(days=7)
"""Not while people are on their way home, and not when they have forgotten."""


@jobs.every("40 * * * *", "events.feedback")
def ask() -> None:
    now = timezone.now()
    rows = Event.objects.filter(state__in=["over", "reported"], ends_at__gt=now - UNTIL, ends_at__lt=now - AFTER)
    for event in rows.select_related("organisation", "network").order_by("pk"):
        while _waits(event):
            actions.ask(by=machine("clock"), event=event)


def _waits(event: Event) -> bool:
    rows = Registration.objects.filter(event=event, state__in=CAME, is_minor=False)
    return rows.exclude(told__contains=["feedback"]).exclude(told__contains=["answered"]).exists()
