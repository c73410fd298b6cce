"""Who may say something of what learners did, change a date, take a message or an invitation back."""

from koinon.accounts.queries import actor_of
from koinon.kit.verbs import Actor
from koinon.learning.models import Announcement, Answered, Enrolment, Evidence, Invited, Session
from koinon.learning.rules.runs import may_lead, may_teach


def may_look(*, by: Actor, evidence: Evidence) -> bool:
    """Who teaches the run, and never the learner of their own work."""
    return may_decide(by=by, enrolment=evidence.enrolment)


def may_read(*, by: Actor, answered: Answered) -> bool:
    """The same for long answers."""
    return may_decide(by=by, enrolment=answered.attempt.enrolment)


def may_decide(*, by: Actor, enrolment: Enrolment) -> bool:
    """The same for excusing and reopening."""
    is_own = by.is_known and enrolment.person_id == by.person
    return not is_own and may_teach(by=by, run=enrolment.run)


def may_change(*, by: Actor, session: Session) -> bool:
    """Who teaches the run."""
    return may_teach(by=by, run=session.run)


def may_unsay(*, by: Actor, announcement: Announcement) -> bool:
    """Who teaches the run."""
    return may_teach(by=by, run=announcement.run)


def may_take_back(*, by: Actor, invited: Invited) -> bool:
    """Who teaches the run."""
    return may_teach(by=by, run=invited.run)


def may_accept(*, invited: Invited) -> bool:
    """Who holds the link; one to teach holds only while who sent it could still send it."""
    sender = invited.invited_by
    if invited.role == "learner" or sender is None:
        return True
    return sender.is_active and may_lead(by=actor_of(person=sender), run=invited.run)
