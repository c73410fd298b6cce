"""Files that were read and wait for a decision: on the desk of who sent them, and in their data."""

from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.learning.actions.imports import forget_sender
from koinon.learning.models import CourseImport

_read: Prepared[CourseImport] = Prepared(
    lambda person: CourseImport.objects.filter(person=person, state="read").defer("report").order_by("pk")
)


@people.desk_items.lend(order=48)
@people.only_if(lambda me: [(_read, {"person": me.person})])
def reports(me: Actor) -> list[people.DeskItem]:
    """Reports to be looked at. One query."""
    return [
        people.DeskItem(
            title=row.name, url=to("learning:course_import", row.pk), kind=_("Take courses over"), since=row.moved_at,
            is_mine=True,
        )
        for row in (_read(person=me.person) if me.is_known else ())
    ]  # fmt: skip


@people.data_of.lend(order=48)
def sent(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Files that somebody sent for an organisation; they are the organisation's."""
    rows = CourseImport.objects.filter(person=person).values("id", "organisation", "name", "language", "state", "at")
    return {"course_imports": [dict(row) for row in rows]}


people.forget.lend(order=48)(forget_sender)
