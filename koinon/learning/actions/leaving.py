"""What follows when somebody who teaches is forgotten: what waited for them waits for those who stay. No verbs."""

from koinon.accounts.models import Person
from koinon.learning.actions.card_ends import end_cards
from koinon.learning.models import Announcement, Enrolment, Facilitation, Invited


def forget_teacher(person: Person) -> None:
    """In the transaction of `accounts.forgotten`: runs get another lead, messages lose the name, invitations go."""
    led = list(Facilitation.objects.filter(person=person, is_lead=True).values_list("run", flat=True))
    Facilitation.objects.filter(person=person).delete()
    for run in led:
        heir = Facilitation.objects.filter(run=run).order_by("since", "pk").values_list("pk", flat=True).first()
        if heir is not None:
            Facilitation.objects.filter(pk=heir).update(is_lead=True)
    Announcement.objects.filter(person=person).update(person=None)
    Invited.objects.filter(email__iexact=person.email).delete()
    Invited.objects.filter(invited_by=person, role="facilitator", state="open").update(state="lapsed")
    for enrolment in Enrolment.objects.filter(person=person).select_related("person"):
        end_cards(enrolment)
