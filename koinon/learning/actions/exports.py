"""Courses and questions given away as files that other systems read; whoever may have them, under their terms."""

from typing import Any

from koinon.kit import jobs
from koinon.kit.models import Work
from koinon.kit.verbs import Actor, verb
from koinon.learning.models import Course
from koinon.learning.rules.packages import may_export

FORMS = ("cartridge", "koinon_json", "html_zip")


@verb("learning.course_export_asked", rule=may_export)
def ask(*, by: Actor, course: Course, form: str, language: str) -> Work:
    """Begin to write the published version as a file of this format; while that is under way, asking shows the same."""
    from koinon.learning.clock.exports import write_course

    asked: dict[str, Any] = {"course": str(course.pk), "form": form, "language": language}
    return jobs.once(write_course, person=by.person, scope=course.organisation_id, **asked)
