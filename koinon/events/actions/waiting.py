"""The waiting list: offers accepted, declined and lapsed; the order, and an offer by hand that says why."""

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import places
from koinon.events.models import REGISTRATION_STEPS, Event, Overtaking, Registration
from koinon.events.notices import waiting as notices
from koinon.events.queries import places as queries
from koinon.events.rules import places as rules
from koinon.kit import prose
from koinon.kit.links import Link
from koinon.kit.verbs import Actor, only_machine, verb

NOT_YOURS = gettext_lazy("Only the person to whom the place is offered may answer.")
NOT_ORGANISER = gettext_lazy("Only those who organise this event may do this.")
WHY = 300
PRIORITIES = range(-9, 10)


@verb("events.offer_accepted", rule=rules.may_answer, refusal=NOT_YOURS, then=notices.accepted)
def accept_offer(*, by: Actor, registration: Registration, link: Link | None = None) -> Registration:
    """Yes, while the offer holds: one conditional UPDATE decides between this and the end of the offer."""
    places.hold(registration.event)
    mine = Registration.objects.filter(pk=registration.pk, state="offered", due_at__gt=Now())
    if not mine.update(state="confirmed", due_at=None, queued_at=None, moved_at=timezone.now()):
        registration.refresh_from_db()
        raise ValidationError(_said_too_late(registration), code="overtaken")
    registration.refresh_from_db()
    return registration


@verb("events.offer_declined", rule=rules.may_answer, refusal=NOT_YOURS)
def decline_offer(*, by: Actor, registration: Registration, link: Link | None = None) -> Registration:
    """No, thank you: the place goes to the next one at once."""
    event = places.hold(registration.event)
    registration.refresh_from_db()
    if registration.state != "offered":
        raise ValidationError(_said_too_late(registration), code="overtaken")
    REGISTRATION_STEPS.move(registration, "withdrawn", moved_at=timezone.now(), due_at=None)
    places.free(registration)
    places.move_up(event)
    return registration


@verb("events.offer_lapsed", rule=only_machine, then=notices.lapsed)
def lapse_offer(*, by: Actor, registration: Registration) -> Registration:
    """Nobody answered in time. Refused while the offer holds, so that the clock cannot be too early."""
    event = places.hold(registration.event)
    late = Registration.objects.filter(pk=registration.pk, state="offered", due_at__lte=Now())
    if not late.update(state="lapsed", moved_at=timezone.now()):
        raise ValidationError(_("This is no longer possible: it has moved on."), code="overtaken")
    registration.refresh_from_db()
    places.free(registration)
    places.move_up(event)
    return registration


@verb("events.places_offered", rule=only_machine, counts=lambda result: {"offers": result.offered})
def offer_free(*, by: Actor, event: Event) -> Event:
    """Whatever is free, to those who wait."""
    event.offered = len(places.move_up(event))  # type: ignore[attr-defined]
    return event


@verb("events.offered_by_hand", rule=rules.may_offer, refusal=NOT_ORGANISER)
def offer(*, by: Actor, registration: Registration, why: str = "") -> Registration:
    """A free place to this one now, before others who wait: the organiser says why, and it is kept."""
    event = places.hold(registration.event)
    registration.refresh_from_db()
    now = timezone.now()
    if registration.state != "waiting" or event.state not in ("open", "closed") or event.starts_at <= now:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    others = [each.pk for each in queries.line(event)].index(registration.pk)
    said = prose.line(why)[:WHY]
    if others and not said:
        raise ValidationError({"why": [_("Others asked earlier. Please write why this person comes first.")]})
    if full := places.take(registration):
        raise ValidationError(_("There is no room: %(quota)s.") % {"quota": full})
    REGISTRATION_STEPS.move(registration, "offered", moved_at=now, due_at=places.due(event, now))
    if others:
        Overtaking.objects.create(registration=registration, others=others, by_hand=True, why=said)
    notices.offered(registration)
    return registration


@verb("events.line_changed", rule=rules.may_offer, refusal=NOT_ORGANISER)
def prefer(*, by: Actor, registration: Registration, priority: int) -> Registration:
    """Whoever has a higher number stands further ahead; free places are offered in the new order."""
    if priority not in PRIORITIES:
        raise ValidationError({"priority": [_("Please give a number from −9 to 9.")]})
    event = places.hold(registration.event)
    Registration.objects.filter(pk=registration.pk).update(priority=priority)
    places.move_up(event)
    registration.refresh_from_db()
    return registration


def _said_too_late(registration: Registration) -> str:
    """What has become of the offer, for whoever answers it now."""
    if registration.state in ("offered", "lapsed"):
        return _("This offer has ended, and the place goes to the next one. You can register again.")
    if registration.state == "confirmed":
        return _("You have this place already.")
    return _("This is no longer possible: it has moved on.")
