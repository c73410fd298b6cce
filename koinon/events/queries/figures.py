"""From attendance to the figure: what is counted, and the list behind each number, open to those who organise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from django.utils.translation import gettext as _

from koinon.events.models import COMING, Certificate, Event, Presence, Registration
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network.models import Network, Organisation

PAGE = 50


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and where the list behind it is."""

    key: str
    number: int
    label: str
    url: str = ""


@dataclass(frozen=True)
class Counted:
    """Over several events: participations are not participants, so both are said."""

    events: int
    participations: int
    people: int
    certificates: int
    certified: int


def of_event(event: Event) -> list[Figure]:
    """The figures of one event. Three queries."""
    people = Count("pk", filter=Q(state__in=COMING))
    came = Count("pk", filter=Q(state="attended"))
    missed = Count("pk", filter=Q(state="missed"))
    found = event.registrations.order_by().aggregate(people=people, came=came, missed=missed)
    given = Count("pk", filter=Q(revoked_at=None))
    papers = Certificate.objects.filter(registration__event=event).order_by().aggregate(given=given, all=Count("pk"))
    sheet, list_of = to("events:presence", event.slug), to("events:certificates", event.slug)
    return [
        Figure("people", found["people"], _("With a place"), sheet),
        Figure("attended", found["came"], _("Attended"), f"{sheet}?show=attended"),
        Figure("missed", found["missed"], _("Did not come"), f"{sheet}?show=missed"),
        Figure("hours", minutes_of(event) // 60, _("Hours attended, all together"), sheet),
        Figure("certified", papers["given"], _("Certified"), list_of),
        Figure("revoked", papers["all"] - papers["given"], _("Revoked"), list_of),
    ]


def minutes_of(event: Event) -> int:
    """Minutes that count, of everybody together. One query."""
    rows = Presence.objects.filter(session__event=event, registration__state__in=COMING, session__is_cancelled=False)
    return int(rows.aggregate(all=Sum(Coalesce("said_minutes", "minutes")))["all"] or 0)


def counted(events: QuerySet[Event]) -> Counted:
    """Attended and certified over some events; somebody at three of them is one person. Two queries.

    A member is known by their account, a guest by the address; who has none (it was purged) counts each time.
    """
    came = Registration.objects.filter(event__in=events, state="attended")
    who = came.annotate(who=_who("")).order_by()
    found = who.aggregate(all=Count("pk"), people=Count("who", distinct=True), events=Count("event", distinct=True))
    papers = Certificate.objects.filter(registration__event__in=events, revoked_at=None).annotate(
        who=_who("registration__")
    )
    given = papers.order_by().aggregate(all=Count("pk"), people=Count("who", distinct=True))
    return Counted(found["events"], found["all"], found["people"], given["all"], given["people"])


def indicator(
    *, network: Network | None = None, organisation: Organisation | None = None, since: date | None = None,
    until: date | None = None,
) -> Counted:  # fmt: skip
    """How many people attended and were certified: events of a network or of an organisation that ended in a time."""
    rows = Event.objects.filter(state__in=["over", "reported"])
    rows = rows.filter(network=network) if network else rows
    rows = rows.filter(organisation=organisation) if organisation else rows
    rows = rows.filter(ends_at__date__gte=since) if since else rows
    return counted(rows.filter(ends_at__date__lte=until) if until else rows)


def over_events(me: Actor, asked: Mapping[str, str]) -> dict[str, Any]:
    """Events the reader organises that are over, by year, each with its figures; and all of them together."""
    mine = Event.objects.filter(pk__in=Event.objects.held_by(me).values("pk"), state__in=["over", "reported"])
    years = sorted({day.year for day in mine.datetimes("ends_at", "year")}, reverse=True)
    year = int(asked.get("year", "")) if asked.get("year", "").isdecimal() else None
    chosen = mine.filter(ends_at__year=year) if year in years else mine
    rows = chosen.select_related("organisation").order_by("-ends_at", "-pk").annotate(
        came=_number(Registration.objects.filter(event=OuterRef("pk"), state="attended"), "event"),
        given=_number(
            Certificate.objects.filter(registration__event=OuterRef("pk"), revoked_at=None), "registration__event"
        ),
    )  # fmt: skip
    begin = _begin(asked.get("after") or asked.get("before", ""))
    page = list(rows[begin : begin + PAGE + 1])
    after = str(begin + PAGE) if len(page) > PAGE else ""
    before = str(max(0, begin - PAGE)) if begin else ""
    return {
        "rows": page[:PAGE], "counted": counted(chosen), "years": years, "year": year, "after": after, "before": before
    }  # fmt: skip


def _begin(said: str) -> int:
    return min(int(said), 100_000) if said.isdecimal() and len(said) < 8 else 0


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    counts = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _who(path: str) -> Case:
    """One value for one person; guests who are minors share the address of their guardian, so the name tells."""
    return Case(
        When(**{f"{path}person__isnull": False}, then=Cast(F(f"{path}person"), CharField())),
        When(**{f"{path}email": ""}, then=Cast(F(f"{path}pk"), CharField())),
        When(**{f"{path}is_minor": True}, then=Concat(Lower(f"{path}email"), Value(" "), Lower(f"{path}name"))),
        default=Lower(F(f"{path}email")),
        output_field=CharField(),
    )
