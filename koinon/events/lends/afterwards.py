"""What stays of events elsewhere: on the desk of who has a part of a report to write, in merges, in one's own data."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.events.models import Event, ListGiven, Photo, ReportPart, VisitSlot
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network import seams

_parts: Prepared[ReportPart] = Prepared(
    lambda me: (
        ReportPart.objects.filter(organisation__in=voices(me), is_done=False, report__state="draft")
        .select_related("report__event", "organisation")
        .order_by("pk")[:20]
    )
)


@people.desk_items.lend(order=36)
@people.only_if(lambda me: [(_parts, {"me": me})])
def waiting_parts(me: Actor) -> list[people.DeskItem]:
    """Parts of joint reports that wait for my organisations. One query."""
    return [
        people.DeskItem(
            title=_("Your part of the report: %(title)s") % {"title": row.report.event},
            url=to("events:report_part", row.pk), kind=_("Event"), until=row.report.event.report_due_on, is_mine=True,
            organisation=str(row.organisation),
        )
        for row in (_parts(me=me) if me.is_known else [])
    ]  # fmt: skip


_recalled: Prepared[ListGiven] = Prepared(
    lambda me: (
        ListGiven.objects.filter(event__in=Event.objects.held_by(me), recalls__told_at=None, recalls__isnull=False)
        .select_related("event")
        .distinct()
        .order_by("pk")[:20]
    )
)


@people.desk_items.lend(order=37)
@people.only_if(lambda me: [(_recalled, {"me": me})])
def recalled_lists(me: Actor) -> list[people.DeskItem]:
    """Lists given away on which somebody does not want to be any more: who holds them must be told. One query."""
    return [
        people.DeskItem(
            title=_("Ask %(whom)s to delete a list: %(event)s") % {"whom": row.for_whom, "event": row.event},
            url=to("events:lists", row.event.slug), kind=_("Event"), is_mine=True,
        )
        for row in (_recalled(me=me) if me.is_known else [])
    ]  # fmt: skip


@seams.merging.lend(order=66)
def parts() -> list[seams.Carry]:
    """Days offered and parts written go to the organisation that stays."""
    return [
        seams.Carry(VisitSlot, "host", gettext_lazy("Days offered to visitors")),
        seams.Carry(ReportPart, "organisation", gettext_lazy("Parts of joint reports"), is_private=True),
    ]


@people.data_of.lend(order=46)
def data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Pictures on which this person is named, lists they gave away, parts of reports they wrote."""
    seen = Photo.objects.filter(people__person=person).values("id", "event__slug", "alt", "is_public", "hidden_why")
    gave = ListGiven.objects.filter(person=person).values("event__slug", "for_whom", "purpose", "rows", "mark", "at")
    wrote = ReportPart.objects.filter(by=person).values("report__event__slug", "text", "changed_at")
    found: dict[str, Any] = {"photos_of_events": seen, "lists_given": gave, "report_parts": wrote}
    return {name: [dict(row) for row in rows] for name, rows in found.items()}
