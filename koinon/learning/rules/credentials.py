"""Who gives badges, and whose they are."""

from koinon.kit.verbs import Actor
from koinon.learning.models import Achievement, Award
from koinon.learning.rules.courses import owns


def gives_badges(*, by: Actor, achievement: Achievement) -> bool:
    """Those who speak for the organisation that issues it, and the clock."""
    return owns(by=by, organisation=achievement.organisation)


def holds_badge(*, by: Actor, award: Award) -> bool:
    """Only the person it was given to."""
    return by.is_known and award.person_id == by.person
