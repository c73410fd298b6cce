"""The representative cannot be reached or has left: the deputy takes over by one tap, or somebody else is found."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.verbs import Actor, machine, only_machine, verb
from koinon.network import rules
from koinon.network.actions import mandates, voices
from koinon.network.models import SUCCESSION_STEPS, Application, Bounce, Claim, Mandate, Organisation, Succession
from koinon.network.notices import successions as words

PURPOSE = "network.succession"
LIFE = timedelta(days=30)
GONE = ("5.1.", "5.2.1")
"""Status codes (RFC 3463) that say at once: this address is not there any more."""
PATIENCE, OFTEN = timedelta(days=30), 3
"""Other lasting failures (full, refused) count when there are as many of them in that time."""
AGAIN = timedelta(days=7)


@verb("network.bounced", rule=only_machine)
def bounced(*, by: Actor, person: Person, status: str, says: str = "") -> Bounce:
    """A letter to the person came back for good. If the address is gone, a successor is looked for where it matters."""
    row = Bounce.objects.create(person=person, status=status[:12], said=says[:300])
    lately = Bounce.objects.filter(person=person, at__gt=timezone.now() - PATIENCE).count()
    if status.startswith(GONE) or lately >= OFTEN:
        held = Mandate.objects.in_force().filter(person=person, role__in=rules.LEADS)
        for mandate in held.select_related("organisation", "person"):
            voices.seek(by=by, mandate=mandate, why="bounced")
    return row


@verb("network.succeeded", rule=rules.may_take_over)
def take_over(*, by: Actor, succession: Succession, deputy: Mandate, link: links.Link | None = None) -> Mandate:
    """The deputy represents the organisation from today; the mandate that lay idle ends; everybody is told."""
    if link is not None:
        links.use(link)
    row = Succession.objects.select_for_update(of=("self",)).select_related("mandate").get(pk=succession.pk)
    if row.state == Succession.State.SETTLED:
        raise ValidationError(_("This is settled already."))
    clerk = machine("succession")
    idle = Mandate.objects.in_force().filter(organisation=deputy.organisation_id, role="representative").first()
    mandates.withdraw(by=clerk, mandate=deputy, why=_("Became representative"))
    decision = _("The deputy took over: %(why)s") % {"why": row.get_why_display()}
    return mandates.appoint(
        by=clerk, organisation=deputy.organisation, person=deputy.person, decision=decision, takes_over=idle
    )


@verb("network.reachable", rule=rules.may_say_reachable)
def reachable(*, by: Actor, succession: Succession) -> Succession:
    """The representative is there after all: nobody is looked for."""
    if succession.why != Succession.Why.BOUNCED:
        raise ValidationError(_("Somebody has to be found: nobody leads this organisation."))
    SUCCESSION_STEPS.move(succession, "settled", moved_at=timezone.now(), due_on=None)
    Bounce.objects.filter(person=succession.mandate.person).delete()
    return succession


@verb("network.succession_escalated", rule=only_machine, then=words.escalated)
def escalate(*, by: Actor, succession: Succession) -> Succession:
    """The deputy did not answer in time: the coordinators look for somebody."""
    due_on = date.today() + voices.TIME_TO_ANSWER
    SUCCESSION_STEPS.move(succession, "escalated", moved_at=timezone.now(), due_on=due_on, reminded_at=None)
    return succession


@verb("network.succession_reminded", rule=only_machine, then=words.reminded)
def remind(*, by: Actor, succession: Succession) -> Succession:
    """Whose turn it is hears of it again: the deputy once, the coordinators until somebody is found."""
    succession.reminded_at = timezone.now()
    if succession.state == Succession.State.ESCALATED:
        succession.due_on = date.today() + voices.TIME_TO_ANSWER
    succession.save(update_fields=["reminded_at", "due_on"])
    return succession


def hand_over(organisation: Organisation, successor: Person) -> None:
    """What hung on a person who does not speak for it any more is the successor's: open applications."""
    speakers = Mandate.objects.in_force().filter(
        organisation=organisation, role__in=("head", "representative", "deputy")
    )
    rows = Application.objects.open().filter(organisation=organisation)
    rows.exclude(applicant__in=speakers.values("person")).update(applicant=successor)


def forget(person: Person) -> None:
    """Called by accounts inside its verb of forgetting: what came back is deleted, successors are looked for."""
    Bounce.objects.filter(person=person).delete()
    Claim.objects.open().filter(email__iexact=person.email).update(state="withdrawn", due_on=None)
    Claim.objects.filter(Q(person=person) | Q(email__iexact=person.email)).update(
        email="", name="", message="", position=""
    )
    held = Mandate.objects.filter(person=person, role__in=rules.LEADS).exclude(period__endswith__lt=date.today())
    for mandate in held.select_related("organisation", "person"):
        voices.ended(by=machine("forgetting"), mandate=mandate)
