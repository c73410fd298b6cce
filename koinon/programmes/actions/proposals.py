"""What facilitators changed in an activity goes back to the authors, who answer each proposal."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.programmes.actions.deliveries import NOT_YOURS
from koinon.programmes.models import TOOLKIT_PROPOSAL_STEPS, Delivery, ToolkitProposal
from koinon.programmes.notices import cascade as notices
from koinon.programmes.rules import cascade as rules
from koinon.programmes.rules import programmes

ANSWER_IN = timedelta(days=30)
MOST = 50


@verb("programmes.change_proposed", rule=rules.gives, refusal=NOT_YOURS, then=notices.proposed)
def propose(*, by: Actor, delivery: Delivery, activity: UUID, changed: str, why: str = "") -> ToolkitProposal:
    """This is what we did otherwise in an activity, and why."""
    toolkit = delivery.toolkit
    if toolkit is None or not toolkit.activities.filter(key=activity).exists():
        raise ValidationError({"activity": [_("Please choose one of the list.")]})
    if delivery.proposals.count() >= MOST:
        raise ValidationError(_("At most %(most)s proposals from one delivery.") % {"most": MOST})
    return ToolkitProposal.objects.create(
        delivery=delivery, toolkit=toolkit, activity=activity, language=delivery.language, by_id=by.person,
        changed=prose.said(changed, "changed", 4000, is_needed=True), why=prose.said(why, "why", 2000),
        due_on=timezone.localdate() + ANSWER_IN,
    )  # fmt: skip


@verb(
    "programmes.proposal_answered", rule=programmes.may_answer, then=notices.proposal_answered,
    refusal=gettext_lazy("Only those who run this programme may do this."),
)  # fmt: skip
def answer(*, by: Actor, proposal: ToolkitProposal, is_taken: bool, words: str) -> ToolkitProposal:
    """Taken into the next version or not, with a sentence that the facilitator reads."""
    said = prose.said(words, "words", 500, is_needed=True, is_line=True)
    TOOLKIT_PROPOSAL_STEPS.move(
        proposal, "accepted" if is_taken else "declined", moved_at=timezone.now(), answer=said, answered_by_id=by.person
    )
    return proposal
