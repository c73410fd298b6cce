"""The secret address of somebody's calendar: made when wanted, anew when the wrong person knows it."""

from uuid import uuid4

from django.utils import timezone

from koinon.accounts import rules
from koinon.accounts.models import CalendarKey, Person
from koinon.kit.verbs import Actor, verb


@verb("accounts.calendar_opened", rule=rules.may_change)
def open_calendar(*, by: Actor, person: Person) -> CalendarKey:
    """Give the person an address for their calendar; asking again makes a new one, and the old one stops at once."""
    facts = {"nonce": uuid4(), "made_at": timezone.now()}
    return CalendarKey.objects.update_or_create(person=person, defaults=facts)[0]


@verb("accounts.calendar_closed", rule=rules.may_change)
def close_calendar(*, by: Actor, person: Person) -> None:
    """No address any more."""
    CalendarKey.objects.filter(person=person).delete()
