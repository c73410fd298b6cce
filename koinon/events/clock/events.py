"""What time does to events: they are over when their last moment has passed; what is drawn of them follows."""

import structlog
from django.core.exceptions import ValidationError
from django.utils import timezone

from koinon.events.actions import events, pictures
from koinon.events.models import Event
from koinon.kit import jobs
from koinon.kit.verbs import machine

log = structlog.get_logger(__name__)
AT_ONCE = 500


@jobs.every("*/15 * * * *", "events.end")
def end_events() -> None:
    """Every quarter of an hour; looks at what is, so it may run twice."""
    rows = Event.objects.filter(state__in=["open", "closed"], ends_at__lte=timezone.now()).order_by("ends_at", "pk")
    for row in rows.select_related("organisation")[:AT_ONCE]:
        try:
            events.end(by=machine("clock"), event=row)
        except ValidationError:
            log.info("moved on meanwhile", event=str(row.pk))


@jobs.every("10 2 * * *", "events.pictures")
def draw_again() -> None:
    """Nightly: pictures of coming events whose holder, colours or town have another name now."""
    rows = Event.objects.coming().select_related("organisation", "network", "place", "picture", "social")
    for row in rows.order_by("pk").iterator(AT_ONCE):
        if pictures.is_stale(row):
            pictures.changed(row)
