"""Who writes a course, for letters and lists; who teaches a run, for readers."""

from koinon.accounts.models import Person
from koinon.accounts.queries import names_for
from koinon.kit.verbs import Actor
from koinon.learning.models import Course, Run
from koinon.network.queries.people import speakers_of


def authors_of(course: Course) -> list[Person]:
    """Those named as authors; where nobody is, those who speak for the organisation that owns it. Each once."""
    named = Person.objects.filter(authorships__course=course, authorships__role="author", is_active=True)
    return list(named.order_by("pk").distinct()) or speakers_of(course.organisation_id)


def teachers_of(run: Run, me: Actor, *, is_inside: bool) -> list[str]:
    """For each who teaches a run their name as `me` may read it, "" for those who keep it.

    `is_inside`: `me` learns or teaches here; others are mates only by network or organisation.
    """
    teach = [row.person for row in run.facilitations.select_related("person")]
    are_mates = is_inside or run.network_id in me.roles or run.organisation_id in me.roles
    names = names_for(me=me, people=teach, are_mates=are_mates) if teach else {}
    return [names[person.pk] for person in teach]
