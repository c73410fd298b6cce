"""Who writes courses: people named for it, and those who speak for the organisation that owns them."""

from koinon.kit.verbs import Actor
from koinon.learning.models import Authorship, Course
from koinon.network.models import SPEAKS, Organisation

LEADS = ("head", "representative", "deputy")


def owns(*, by: Actor, organisation: Organisation) -> bool:
    """Speaks for the organisation."""
    return by.is_machine or any(by.holds(role, organisation.pk) for role in LEADS)


def may_create(*, by: Actor, organisation: Organisation) -> bool:
    """Whoever speaks for an organisation begins its courses."""
    return by.is_machine or any(by.holds(role, organisation.pk) for role in SPEAKS)


def writes(*, by: Actor, course: Course, role: str = "author", language: str = "") -> bool:
    """Named in this role; a translator only for the languages named, all when none is."""
    if not by.is_known:
        return False
    named = Authorship.objects.filter(course=course, person=by.person, role=role).values_list("languages", flat=True)
    return any(not languages or not language or language in languages for languages in named)


def may_write(*, by: Actor, course: Course) -> bool:
    """Authors, and those who speak for its owner."""
    return owns(by=by, organisation=course.organisation) or writes(by=by, course=course)


def may_review(*, by: Actor, course: Course) -> bool:
    """Reviewers, and those who speak for its owner."""
    return owns(by=by, organisation=course.organisation) or writes(by=by, course=course, role="reviewer")


def may_translate(*, by: Actor, course: Course, language: str) -> bool:
    """Whoever may write it, and translators of this language."""
    return may_write(by=by, course=course) or writes(by=by, course=course, role="translator", language=language)
