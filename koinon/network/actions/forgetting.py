"""What happens here when a person wants to be forgotten: mandates end, addresses go, acts stay."""

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.network.models import Application, Coordination, Endorsement, Invitation, Mandate, Review, ended


def forget_person(person: Person) -> None:
    """Called by accounts inside its verb of forgetting, which leaves the statement."""
    now = timezone.now()
    rows: list[Mandate | Coordination] = [*Mandate.objects.in_force().filter(person=person)]
    for row in [*rows, *Coordination.objects.in_force().filter(person=person)]:
        row.cut_at = now if row.period.lower >= now.date() else None
        row.period = ended(row.period)
        row.save(update_fields=["cut_at", "period"])
    open_ones = Application.objects.open().filter(applicant=person)
    open_ones.filter(organisation__mandates=None).update(
        state="withdrawn", turn="", moved_at=now, due_on=None, remind_on=None
    )
    Review.objects.filter(person=person).update(text="")
    Review.objects.filter(person=person, state__in=["asked", "open"]).update(state="withdrawn")
    theirs = Invitation.objects.filter(email__iexact=person.email)
    theirs.filter(state="open").update(state="withdrawn")
    theirs.update(email="", message="")
    Endorsement.objects.filter(email__iexact=person.email).exclude(state="asked").update(email="", name="")
    Invitation.objects.filter(invited_by=person, state="open").update(state="withdrawn")
    Invitation.objects.filter(invited_by=person).update(message="", invited_by=None)
