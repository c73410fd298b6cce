"""Who takes files over, and who may have a course as a file."""

from koinon.kit.verbs import Actor
from koinon.learning.models import Course, CourseImport, Licence
from koinon.learning.rules.courses import LEADS, may_create, may_write


def may_take_over(*, by: Actor, course_import: CourseImport) -> bool:
    """Whoever speaks for the organisation that the file is for."""
    return may_create(by=by, organisation=course_import.organisation)


def may_export(*, by: Actor, course: Course) -> bool:
    """Whoever writes it; those who speak for another organisation when they see it, and its terms let them.

    Right answers go along, so a learner who speaks for nobody does not get it.
    """
    if may_write(by=by, course=course):
        return True
    is_free = course.is_published and course.licence != Licence.RESERVED
    speaks = any(by.scopes(role) for role in LEADS)
    return is_free and speaks and Course.objects.visible_to(by).filter(pk=course.pk).exists()
