"""Which badges an event gives with its certificates: chosen, and taken off again. Given they are by a job."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.models import Event
from koinon.kit import jobs
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.learning.clock.event_badges import give_for_event
from koinon.learning.models import Achievement, EventBadge
from koinon.learning.rules import event_badges as rules

NOT_YOURS = gettext_lazy("Only who organises the event and speaks for the issuer may do this.")

conflict("event_badge_once", "achievement", gettext_lazy("This event gives this badge already."))


@verb("learning.event_badge_added", rule=rules.may_add, refusal=NOT_YOURS)
def add(*, by: Actor, event: Event, achievement: Achievement) -> EventBadge:
    """From now on whoever is certified gets it; who is certified already gets it soon."""
    if achievement.is_retired:
        raise ValidationError({"achievement": [_("This badge is not given any more.")]})
    row = EventBadge.objects.create(event=event, achievement=achievement, by_id=by.person)
    jobs.later(give_for_event, once=f"learning.event_badges:{event.pk}", event=str(event.pk))
    return row


@verb("learning.event_badge_removed", rule=rules.may_remove, refusal=NOT_YOURS)
def remove(*, by: Actor, event_badge: EventBadge) -> EventBadge:
    """Nobody gets it for this event any more; who has it keeps it."""
    EventBadge.objects.filter(pk=event_badge.pk).delete()
    return event_badge
