"""Those who come are reminded a week and a day before, once each, by the clock."""

from django.utils import timezone

from koinon.events.engine import clocks
from koinon.events.engine import reminders as engine
from koinon.events.models import Event, Registration
from koinon.events.notices import reminders as notices
from koinon.kit.verbs import Actor, only_machine, verb

BATCH = 100


@verb("events.people_reminded", rule=only_machine, counts=lambda event: {"people": event.reminded})
def remind(*, by: Actor, event: Event, mark: str) -> Event:
    """The next few who have not been reminded; `event.reminded` says how many were."""
    at = clocks.later(event.starts_at, -engine.MARKS[mark], event.zone)
    rows = Registration.objects.filter(event=event, state="confirmed", moved_at__lt=at).exclude(told__contains=[mark])
    batch = list(rows.select_related("person", "consent").select_for_update(of=("self",)).order_by("pk")[:BATCH])
    for row in batch:
        row.event = event
        is_due = engine.due(timezone.now(), event.starts_at, event.zone, row.moved_at, row.told) == mark
        if is_due and not row.is_demo:
            notices.soon(row, mark)
        row.told = [*row.told[-19:], mark]
    Registration.objects.bulk_update(batch, ["told"])
    event.reminded = len(batch)  # type: ignore[attr-defined]
    return event
