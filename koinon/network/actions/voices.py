"""An organisation finds or loses its voice: what follows. No verbs: the mandate's verb leaves the statement."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.network import queries, rules, seams
from koinon.network.models import CLAIM_STEPS, SUCCESSION_STEPS, Claim, Mandate, Membership, Organisation, Succession
from koinon.network.notices import claims as claim_words
from koinon.network.notices import successions as words

TIME_TO_ANSWER = timedelta(days=14)


def begun(*, by: Actor, mandate: Mandate) -> None:
    """Somebody speaks for it now: claims of others are outdone, the search for a successor ends, tasks move over."""
    if mandate.role == Mandate.Role.CONTACT:
        return
    _outdo(by, mandate.organisation)
    if mandate.role in rules.LEADS:
        for row in Succession.objects.open().filter(organisation=mandate.organisation_id):
            SUCCESSION_STEPS.move(row, "settled", moved_at=timezone.now(), due_on=None)
        for hand_over in seams.handed_over:
            hand_over(mandate.organisation, mandate.person)


def ended(*, by: Actor, mandate: Mandate) -> None:
    """If nobody leads a member any more, somebody is looked for: the deputy first, then by the coordinator."""
    if mandate.role in rules.LEADS and rules.nobody_leads(organisation=mandate.organisation):
        seek(by=by, mandate=mandate, why="left")


def seek(*, by: Actor, mandate: Mandate, why: str) -> Succession | None:
    """Ask those who also speak for it; where there is nobody, the coordinators at once. None: nobody needs to."""
    organisation = mandate.organisation
    is_member = Membership.objects.active().filter(organisation=organisation).exists()
    if not is_member or Succession.objects.open().filter(organisation=organisation).exists():
        return None
    facts: dict[str, Any] = {"organisation": organisation, "mandate": mandate, "why": why}
    others = others_of(organisation, mandate.person)
    state = "asked" if others else "escalated"
    row = Succession.objects.create(**facts, state=state, due_on=date.today() + TIME_TO_ANSWER)
    words.asked(by=by, result=row) if others else words.escalated(by=by, result=row)
    return row


def others_of(organisation: Organisation, person: Person) -> list[Person]:
    """Who else speaks for it today."""
    return [other for other in queries.speakers_of(organisation) if other.pk != person.pk]


def _outdo(by: Actor, organisation: Organisation) -> None:
    """Who asked to speak for it and waits still is told, and waits no longer."""
    for claim in Claim.objects.open().filter(organisation=organisation).select_related("network", "organisation"):
        was_proved = claim.state == Claim.State.WAITING
        CLAIM_STEPS.move(claim, "outdone", moved_at=timezone.now(), due_on=None)
        if was_proved:
            claim_words.moved(by=by, result=claim)
