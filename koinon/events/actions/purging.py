"""What is forgotten when its time has come: needs, names of guests, answers, guardians; counts stay."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from koinon.accounts.models import Person
from koinon.events.actions import gates, lists, places
from koinon.events.models import REGISTRATION_STEPS, CallName, Care, Event, GuardianConsent, Registration
from koinon.kit.verbs import Actor, only_machine, verb


@verb("events.care_purged", rule=only_machine)
def purge_care(*, by: Actor, event: Event) -> Event:
    """Food, access and travel of everybody, some days after the event."""
    Care.objects.filter(registration__event=event).delete()
    Event.objects.filter(pk=event.pk).update(care_purged_at=timezone.now())
    return event


@verb("events.people_purged", rule=only_machine)
def purge_people(*, by: Actor, event: Event) -> Event:
    """Names and addresses of guests, and what everybody answered, some months after the event."""
    rows = Registration.objects.filter(event=event, purged_at=None)
    empty(rows.filter(person=None))
    GuardianConsent.objects.filter(registration__event=event).update(guardian="", email="")
    rows.filter(person__isnull=False).update(answers={}, why="", purged_at=timezone.now())
    CallName.objects.filter(event=event).delete()
    Event.objects.filter(pk=event.pk).update(people_purged_at=timezone.now())
    return event


def empty(rows: QuerySet[Registration]) -> None:
    """Take everything away by which somebody can be known; what stays is that there was one, and from which country."""
    rows.update(
        name="", email="", organisation_name="", answers={}, why="", listed="nobody", listed_until=None,
        purged_at=timezone.now(),
    )  # fmt: skip


def of(person: Person) -> Q:
    """Registrations of somebody: by their account, or before they had one by their address. A child's is its own."""
    return Q(person=person) | Q(person=None, email__iexact=person.email, is_minor=False)


def forget_person(person: Person) -> None:
    """No verb of its own: a part of `accounts.forgotten`. Places to come are given back; then nobody is left."""
    rows = list(Registration.objects.filter(of(person)).select_related("event", "person").order_by("event", "pk"))
    for row in rows:
        lists.recall(row)
        if REGISTRATION_STEPS.allows(row.state, "withdrawn") and not row.event.is_over:
            places.hold(row.event)
            gates.leave(row, "withdrawn")
    gone = Registration.objects.filter(pk__in=[row.pk for row in rows])
    Care.objects.filter(registration__in=gone).delete()
    GuardianConsent.objects.filter(registration__in=gone).update(guardian="", email="")
    CallName.objects.filter(registration__in=gone).delete()
    empty(gone)
    gone.update(person=None)
