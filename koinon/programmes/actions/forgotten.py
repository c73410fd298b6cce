"""What follows when somebody is forgotten: deliveries and their figures stay, the names go. No verbs."""

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.programmes.models import (
    DELIVERY_STEPS,
    CascadeGrant,
    Delivery,
    Observation,
    Participant,
    Practice,
    Qualification,
    ToolkitProposal,
)


def forget(person: Person) -> None:
    """In the transaction of `accounts.forgotten`. A grant without a person opens nothing; its deliveries go on with
    those who help, or are called off."""
    Participant.objects.filter(person=person).update(name="", email="", gender="", person=None)
    Participant.objects.filter(email__iexact=person.email).update(name="", email="", gender="")
    Qualification.objects.filter(person=person).delete()
    for row in Delivery.objects.filter(helpers=person):
        row.helpers.remove(person)
    going_on = Delivery.objects.filter(grant__person=person, state__in=["planned", "running"])
    for row in going_on.order_by("pk"):
        if not row.helpers.exists():
            DELIVERY_STEPS.move(row, "cancelled", moved_at=timezone.now(), due_on=None)
    grants = CascadeGrant.objects.filter(person=person)
    grants.exclude(state="withdrawn").update(state="withdrawn", moved_at=timezone.now())
    grants.update(person=None)
    CascadeGrant.objects.filter(granted_by=person).update(granted_by=None)
    Delivery.objects.filter(supervisor=person).update(supervisor=None)
    Observation.objects.filter(supervisor=person).update(supervisor=None)
    Practice.objects.filter(observer=person).update(observer=None)
    ToolkitProposal.objects.filter(by=person).update(by=None)
    ToolkitProposal.objects.filter(answered_by=person).update(answered_by=None)
