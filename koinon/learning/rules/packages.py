"""Who takes files over, and who may have a course as a file."""

from koinon.kit.verbs import Actor
from koinon.learning.models import Course, CourseImport, Licence
from koinon.learning.rules.courses import may_create, may_write


def may_take_over(*, by: Actor, course_import: CourseImport) -> bool:
    """Whoever speaks for the organisation that the file is for."""
    return may_create(by=by, organisation=course_import.organisation)


def may_export(*, by: Actor, course: Course) -> bool:
    """Whoever writes it; others when it is published, they see it, and its terms let them."""
    if may_write(by=by, course=course):
        return True
    is_free = course.is_published and course.licence != Licence.RESERVED
    return is_free and by.is_known and Course.objects.visible_to(by).filter(pk=course.pk).exists()
