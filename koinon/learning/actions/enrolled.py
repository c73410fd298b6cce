"""What learners say of their own enrolment, beside the language and leaving: that they need somebody."""

from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor, verb
from koinon.learning.models import Enrolment
from koinon.learning.rules import learning as rules


@verb("learning.help_asked", rule=rules.works, refusal=gettext_lazy("Only who learns here may do this."))
def ask_for_help(*, by: Actor, enrolment: Enrolment, needs_help: bool = True) -> Enrolment:
    """I am stuck: the facilitators see it on their desk, until somebody has helped or the learner takes it back."""
    enrolment.needs_help = needs_help
    enrolment.save(update_fields=["needs_help"])
    return enrolment
