"""Who helps to hold an event: organisers, and those who only look after the door."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.events.actions import places
from koinon.events.models import Event, EventMessage, Helper, Speaker
from koinon.events.notices import events as notices
from koinon.events.rules import events as rules
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
MOST = 60

conflict("event_helper_once", "email", gettext_lazy("This person is on the team already."))


@verb("events.helper_added", rule=rules.organises, refusal=NOT_YOURS, then=notices.helper_added)
def add_helper(*, by: Actor, event: Event, person: Person, role: str = "organiser") -> Helper:
    """Somebody more; who looked after the door may become an organiser, and the other way round."""
    if role not in Helper.Role.values:
        raise ValidationError({"role": [_("Please choose one of the list.")]})
    places.hold(event)
    if event.helpers.exclude(person=person).count() >= MOST:
        raise ValidationError(_("At most %(number)s people in one team.") % {"number": MOST})
    made, _is_new = Helper.objects.update_or_create(event=event, person=person, defaults={"role": role})
    return made


@verb("events.helper_left", rule=rules.may_let_go, refusal=NOT_YOURS)
def remove_helper(*, by: Actor, helper: Helper) -> Event:
    """Somebody helps no more; with nobody left, those who speak for the organisation organise it."""
    event = helper.event
    Helper.objects.filter(pk=helper.pk).delete()
    return event


def forget_helper(person: Person) -> None:
    """No verb of its own: it is a part of `accounts.forgotten`. A speaker stays as the role they had."""
    Helper.objects.filter(person=person).delete()
    Speaker.objects.filter(person=person).update(person=None, state="agreed")
    EventMessage.objects.filter(person=person).update(person=None)
    Event.objects.filter(made_by=person).update(made_by=None)
