"""What learners say of their own enrolment: that they need somebody, and in which language they learn."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
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


@verb("learning.language_chosen", rule=rules.chooses, refusal=gettext_lazy("Only who learns here may do this."))
def change_language(*, by: Actor, enrolment: Enrolment, language: str) -> Enrolment:
    """Learn in another language from now on; what was done stays done."""
    if language not in {*enrolment.run.languages, *enrolment.run.version.languages}:
        raise ValidationError({"language": [_("Please choose one of the list.")]})
    enrolment.language = language
    enrolment.save(update_fields=["language"])
    return enrolment
