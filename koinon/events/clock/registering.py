"""What time does to registrations: reminders, ends, and what is forgotten."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.utils import timezone

from koinon.events.actions import consents, people, purging
from koinon.events.models import PENDING, Event, GuardianConsent, Registration
from koinon.kit import jobs
from koinon.kit.verbs import machine

log = structlog.get_logger(__name__)
AT_ONCE = 500
SOON = {"draft": 48, "email": 24, "sender": 48, "consent": 48, "approval": 24}
"""Hours before the last day at which whose turn it is hears it once more."""
DAY, MONTH = timedelta(days=1), timedelta(days=30)


@jobs.every("20 * * * *", "events.registrations")
def turn_registrations() -> None:
    """Hourly; looks at what is, so it may run twice."""
    clock, now = machine("clock"), timezone.now()
    rows = Registration.objects.select_related("event__organisation", "person", "nominated_by").order_by("due_at", "pk")
    is_past = Q(event__ends_at__lte=now) | Q(event__state__in=["over", "reported", "cancelled"])
    own = Q(state__in=["draft", "email", "consent"], due_at__lte=now)
    waits = [*PENDING, "waiting"]
    _each(rows.filter(own | (is_past & Q(state__in=waits))), lambda row: people.lapse(by=clock, registration=row))
    for state, hours in SOON.items():
        late = rows.filter(state=state, due_at__lte=now + timedelta(hours=hours), due_at__gt=now - 2 * DAY)
        late = late.exclude(told__contains=[people.mark(state)]).filter(moved_at__lte=now - timedelta(hours=12))
        _each(late, lambda row: people.remind(by=clock, registration=row))


@jobs.every("45 3 * * *", "events.purging")
def purge() -> None:
    """Each night: needs some days after an event, people some months after it, consents after their last day."""
    clock, now = machine("clock"), timezone.now()
    over = Event.objects.filter(ends_at__lt=now).order_by("ends_at", "pk")
    care = over.filter(care_purged_at=None, ends_at__lt=now - _times(DAY, "care_days"))
    _each(care, lambda row: purging.purge_care(by=clock, event=row))
    old = over.filter(people_purged_at=None, ends_at__lt=now - _times(MONTH, "keep_months"))
    _each(old, lambda row: purging.purge_people(by=clock, event=row))
    ended = GuardianConsent.objects.filter(state="given", until__lt=date.today()).select_related("registration__event")
    _each(ended.order_by("until", "pk"), lambda row: consents.end(by=clock, consent=row))


def _times(span: timedelta, field: str) -> Any:
    return ExpressionWrapper(F(field) * span, output_field=DurationField())


def _each(rows: Any, act: Callable[[Any], Any]) -> None:
    """A bounded batch; a row that has moved on meanwhile does not stop the others."""
    for row in rows[:AT_ONCE]:
        try:
            act(row)
        except ValidationError:
            log.info("moved on meanwhile", kind=type(row).__name__, row=str(row.pk))
