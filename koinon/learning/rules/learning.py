"""What a learner may do with what is theirs, and who may speak in a discussion."""

from koinon.kit.links import Link
from koinon.kit.verbs import Actor
from koinon.learning.engine.documents import digest
from koinon.learning.models import Attempt, Enrolment, Evidence, Post, Run
from koinon.learning.rules.runs import learns, may_teach

BY_LEARNER = ("viewed",)
BY_TEACHER = ("excused", "reopened")
"""What is said as such; all else follows from a verb of its own (a quiz marked, evidence accepted, a survey sent)."""


def works(*, by: Actor, enrolment: Enrolment) -> bool:
    """The learner, as long as the run takes work; the clock and the demo for them."""
    is_open = enrolment.run.state in ("open", "running")
    return by.is_machine or (is_open and learns(by=by, enrolment=enrolment))


def works_on_attempt(*, by: Actor, attempt: Attempt) -> bool:
    """Whose attempt it is."""
    return works(by=by, enrolment=attempt.enrolment)


def chooses(*, by: Actor, enrolment: Enrolment) -> bool:
    """The learner alone says in which language they learn."""
    return by.is_machine or learns(by=by, enrolment=enrolment)


def speaks(*, by: Actor, run: Run) -> bool:
    """Learners of the run and those who teach it, while it goes on."""
    if by.is_machine:
        return True
    if run.state not in ("open", "running") or not by.is_known:
        return False
    mine = Enrolment.objects.learning().filter(run=run, person=by.person)
    return mine.exists() or may_teach(by=by, run=run)


def wrote(*, by: Actor, post: Post) -> bool:
    """Whoever wrote it."""
    return by.is_known and post.person_id == by.person


def keeps_order(*, by: Actor, post: Post) -> bool:
    """Whoever teaches the run."""
    return may_teach(by=by, run=post.run)


def may_read_evidence(*, by: Actor, evidence: Evidence) -> bool:
    """The learner, and who teaches the run: nobody else, not even other learners."""
    enrolment = evidence.enrolment
    return (by.is_known and enrolment.person_id == by.person) or may_teach(by=by, run=enrolment.run)


def is_witness(*, by: Actor, evidence: Evidence, link: Link) -> bool:
    """Whoever holds the link that was sent to this address for this round."""
    said = {"evidence": str(evidence.pk), "round": evidence.round, "email": digest(evidence.witness_email)}
    return bool(evidence.witness_email) and evidence.witnessed_at is None and said == link.facts


def may_say(*, by: Actor, enrolment: Enrolment, kind: str) -> bool:
    """The learner what learners say of themselves, whoever teaches them what teachers say."""
    if kind in BY_LEARNER:
        return by.is_machine or learns(by=by, enrolment=enrolment)
    return kind in BY_TEACHER and may_teach(by=by, run=enrolment.run)


def somebody(*, by: Actor) -> bool:
    """Whoever is signed in, for themselves: what they did offline then asks the rule of its own verb."""
    return by.is_known
