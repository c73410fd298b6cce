"""Who gives badges, stands behind them, and whose they are."""

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.learning.models import Achievement, Award, BadgeEndorsement, BadgeShare, Enrolment, IssuerKey, Run
from koinon.learning.rules.courses import owns
from koinon.learning.rules.runs import teaches


def gives_badges(*, by: Actor, achievement: Achievement) -> bool:
    """Those who speak for the organisation that issues it, and the clock."""
    return owns(by=by, organisation=achievement.organisation)


def may_give_in_run(*, by: Actor, achievement: Achievement, run: Run) -> bool:
    """Those who speak for the issuer, to whom they teach; its facilitators where the achievement lets them."""
    if by.is_machine:
        return True
    if run.organisation_id != achievement.organisation_id:
        return False
    return gives_badges(by=by, achievement=achievement) or (achievement.for_facilitators and teaches(by=by, run=run))


def may_give_badge(*, by: Actor, achievement: Achievement, person: Person, enrolment: Enrolment | None = None) -> bool:
    """People give to learners of a run of the issuer only, and to that learner; the clock to anybody."""
    if enrolment is None or by.is_machine:
        return by.is_machine
    if enrolment.person_id != person.pk or enrolment.state not in ("enrolled", "finished"):
        return False
    return may_give_in_run(by=by, achievement=achievement, run=enrolment.run)


def may_take_back(*, by: Actor, award: Award) -> bool:
    """Those who speak for the organisation that gave it."""
    return owns(by=by, organisation=award.achievement.organisation)


def may_withdraw_key(*, by: Actor, key: IssuerKey) -> bool:
    """Those who speak for the organisation whose key it is."""
    return owns(by=by, organisation=key.organisation)


def may_answer_endorsement(*, by: Actor, endorsement: BadgeEndorsement) -> bool:
    """Those who speak for the organisation that was asked."""
    return owns(by=by, organisation=endorsement.organisation)


def may_end_endorsement(*, by: Actor, endorsement: BadgeEndorsement) -> bool:
    """Either side."""
    return may_answer_endorsement(by=by, endorsement=endorsement) or owns(
        by=by, organisation=endorsement.achievement.organisation
    )


def holds_badge(*, by: Actor, award: Award) -> bool:
    """Only the person it was given to."""
    return by.is_known and award.person_id == by.person


def holds_wallet(*, by: Actor) -> bool:
    """Whoever has an account; what they show is looked at one by one."""
    return by.is_known


def holds_share(*, by: Actor, share: BadgeShare) -> bool:
    """Only who made the link."""
    return by.is_known and share.person_id == by.person
