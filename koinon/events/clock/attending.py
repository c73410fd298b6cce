"""What follows from scans by jobs: presence, who attended and who did not, certificates for all who earned them."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.utils import timezone

from koinon.events.models import Certificate, Event, Registration
from koinon.events.queries.presence import verdicts
from koinon.kit import jobs
from koinon.kit.verbs import machine

log = structlog.get_logger(__name__)
OVER = ("over", "reported")
LATE = timedelta(days=60)
"""So long after its end what is late still changes an event by itself."""
BATCH = 200


@jobs.task("events.recount")
def recount_event(event: str) -> None:
    """Presence from all scans; once the event is over also who attended, and certificates."""
    from koinon.events.actions import presence

    row = Event.objects.filter(pk=UUID(event)).first()
    if row is None:
        return
    presence.count(row.pk)
    if row.state in OVER:
        if presence.is_unsettled(row):
            presence.settle(by=machine("attendance"), event=row)
        jobs.later(certify_event, once=f"events.certify:{row.pk}", event=event)


@jobs.task("events.certify")
def certify_event(event: str) -> None:
    """A certificate for everybody who earned one and has none; killed in the middle, it goes on where it was."""
    from koinon.events.actions import certificates

    row = Event.objects.filter(pk=UUID(event), state__in=OVER, certifies=True).first()
    if row is None:
        return
    given = Certificate.objects.filter(registration__event=row).values("registration")
    keys = list(row.registrations.filter(state="attended").exclude(pk__in=given).values_list("pk", flat=True))
    for begin in range(0, len(keys), BATCH):
        some = keys[begin : begin + BATCH]
        earned = [key for key, verdict in verdicts(row, some).items() if verdict.is_earned]
        for registration in Registration.objects.filter(pk__in=earned).order_by("pk"):
            try:
                certificates.issue(by=machine("attendance"), registration=registration)
            except ValidationError:
                log.info("not certified after all", registration=str(registration.pk))


@jobs.every("25 * * * *", "events.attendance")
def settle_ended() -> None:
    """Hourly: events that are over, as long as late scans and decisions still come."""
    since = timezone.now() - LATE
    for key in Event.objects.filter(state__in=OVER, ends_at__gte=since).values_list("pk", flat=True):
        jobs.later(recount_event, once=f"events.recount:{key}", event=str(key))
