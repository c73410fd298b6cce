"""Who writes a course, for letters and lists."""

from koinon.accounts.models import Person
from koinon.learning.models import Course
from koinon.network.queries.people import speakers_of


def authors_of(course: Course) -> list[Person]:
    """Those named as authors; where nobody is, those who speak for the organisation that owns it. Each once."""
    named = Person.objects.filter(authorships__course=course, authorships__role="author", is_active=True)
    return list(named.order_by("pk").distinct()) or speakers_of(course.organisation_id)
