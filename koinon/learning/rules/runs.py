"""Who teaches and who learns in a run."""

from django.utils.crypto import constant_time_compare

from koinon.accounts.models import Person
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


def may_lead(*, by: Actor, run: Run) -> bool:
    """The facilitator who leads, and those who speak for the organisation: who teaches, calling off, other versions."""
    return owns(by=by, organisation=run.organisation) or (
        by.is_known and Facilitation.objects.filter(run=run, person=by.person, is_lead=True).exists()
    )


def may_let_go(*, by: Actor, facilitation: Facilitation) -> bool:
    """Facilitators go when they want; whoever leads takes others off."""
    return (by.is_known and by.person == facilitation.person_id) or may_lead(by=by, run=facilitation.run)


def may_enrol(*, by: Actor, run: Run, person: Person, how: str, key: str = "") -> bool:
    """Oneself in a run one sees, or with its link; facilitators whom they help; never oneself with a card's account."""
    if by.is_machine:
        return True
    if how in ("self", "link"):
        is_shown = run.audience != "link" and Run.objects.visible_to(by).filter(pk=run.pk).exists()
        has_link = bool(run.link_key) and constant_time_compare(key, run.link_key)
        return by.is_known and by.person == person.pk and not person.is_assisted and (is_shown or has_link)
    return how in ("card", "assisted") and may_teach(by=by, run=run)


def may_answer(*, by: Actor, enrolment: Enrolment) -> bool:
    """Who teaches the run of this learner."""
    return may_teach(by=by, run=enrolment.run)


def may_leave(*, by: Actor, enrolment: Enrolment) -> bool:
    """The learner: nobody stays against their will."""
    return by.is_machine or (by.is_known and enrolment.person_id == by.person)


def learns(*, by: Actor, enrolment: Enrolment) -> bool:
    """The learner, while enrolled."""
    return by.is_known and enrolment.person_id == by.person and enrolment.state in ("enrolled", "finished")
