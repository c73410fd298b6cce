"""Places by the clock: offers that nobody answered end each minute; at night everything is counted again."""

from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.utils import timezone

from koinon.events.actions import places, reconciling, waiting  # noqa: F401  (jobs of places are known by that)
from koinon.events.models import Event, Registration
from koinon.kit import jobs
from koinon.kit.verbs import machine

log = structlog.get_logger(__name__)
AT_ONCE = 500


@jobs.every("* * * * *", "events.lapse_offers")
def lapse_offers() -> None:
    """Each minute: places that nobody accepted in time go to the next in line."""
    late = Registration.objects.filter(state="offered", due_at__lte=timezone.now()).select_related("event", "person")
    for row in late.order_by("due_at", "pk")[:AT_ONCE]:
        try:
            waiting.lapse_offer(by=machine("clock"), registration=row)
        except ValidationError:
            log.info("offer was answered meanwhile", registration=str(row.pk))


@jobs.every("40 2 * * *", "events.count_places")
def count_places() -> None:
    """Each night: events that are to come or have just been."""
    since = timezone.now() - timedelta(days=1)
    for event in Event.objects.filter(state__in=["open", "closed"], ends_at__gte=since).order_by("pk"):
        reconciling.reconcile(by=machine("clock"), event=event)
