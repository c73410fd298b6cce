"""Who teaches and who learns in a run."""

from koinon.kit.verbs import Actor
from koinon.learning.models import Course, Enrolment, Facilitation, Run
from koinon.learning.rules.courses import owns
from koinon.network.models import Organisation


def may_open_run(*, by: Actor, course: Course, organisation: Organisation) -> bool:
    """Whoever speaks for the organisation that will teach, with a course they may see."""
    return by.is_machine or (
        owns(by=by, organisation=organisation) and Course.objects.visible_to(by).filter(pk=course.pk).exists()
    )


def teaches(*, by: Actor, run: Run) -> bool:
    """Named as facilitator of this run."""
    return by.is_known and Facilitation.objects.filter(run=run, person=by.person).exists()


def may_teach(*, by: Actor, run: Run) -> bool:
    """Facilitators, and those who speak for the organisation that runs it."""
    return owns(by=by, organisation=run.organisation) or teaches(by=by, run=run)


def learns(*, by: Actor, enrolment: Enrolment) -> bool:
    """The learner, while enrolled."""
    return by.is_known and enrolment.person_id == by.person and enrolment.state in ("enrolled", "finished")
