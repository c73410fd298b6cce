"""Runs on the desk of those who teach, in calendars, on pages of organisations and networks; data, merging."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit import calendars
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.learning.actions.leaving import forget_teacher
from koinon.learning.models import (
    Announcement,
    Answered,
    Enrolment,
    Evidence,
    Facilitation,
    Invited,
    Run,
    Session,
    speaking,
)
from koinon.learning.notices import teaching as notices
from koinon.learning.queries.calendars import entry
from koinon.network import seams
from koinon.network.models import Network, Organisation

LISTED = 6
GOING_ON = ["open", "running"]


@people.notice_kinds.lend(order=41)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.account_links.lend(order=11)
def my_teaching(me: Actor) -> list[tuple[str, str]]:
    return [(_("Courses I teach"), to("learning:runs"))] if me.is_known else []


def _mine(me: Actor, run: str) -> Q:
    """Rows of runs that I facilitate, or that nobody facilitates and I speak for the organisation."""
    named = Facilitation.objects.filter(run=OuterRef(run))
    ours = Q(**{f"{run}__organisation__in": speaking(me)}) & ~Q(Exists(named))
    return Q(Exists(named.filter(person=me.person))) | ours


def _grouped(rows: Any, run: str, since: str, until: str = "") -> Any:
    """(run, title, how many, since when, until when) for each run in which something waits."""
    found = rows.order_by().values_list(run, f"{run}__title")
    dates = {"since": Min(since), **({"until": Min(until)} if until else {})}
    return found.annotate(number=Count("pk"), **dates)[:40]


_evidence: Prepared[Any] = Prepared(
    lambda me: _grouped(
        Evidence.objects.filter(
            _mine(me, "enrolment__run"), state="handed_in", enrolment__state__in=["enrolled", "finished"]
        ),
        "enrolment__run", "moved_at", "due_on",
    )
)  # fmt: skip
_answers: Prepared[Any] = Prepared(
    lambda me: _grouped(
        Answered.objects.filter(
            _mine(me, "attempt__enrolment__run"), share=None, attempt__state="handed_in",
            attempt__enrolment__state__in=["enrolled", "finished"],
        ),
        "attempt__enrolment__run", "attempt__handed_in_at",
    )
)  # fmt: skip
_asked: Prepared[Any] = Prepared(
    lambda me: _grouped(Enrolment.objects.filter(_mine(me, "run"), state="asked"), "run", "moved_at", "due_on")
)


@people.desk_items.lend(order=34)
@people.only_if(lambda me: [(_evidence, {"me": me}), (_answers, {"me": me}), (_asked, {"me": me})])
def waiting_for_teachers(me: Actor) -> list[people.DeskItem]:
    """Practice to look at, long answers to read, people who ask for a place: one row for each run. Three queries."""
    if not me.is_known:
        return []
    items = [_item(_("Practice to look at: %(title)s (%(number)s)"), row) for row in _evidence(me=me)]
    items += [_item(_("Long answers to read: %(title)s (%(number)s)"), row) for row in _answers(me=me)]
    return items + [_item(_("Asked for a place: %(title)s (%(number)s)"), row) for row in _asked(me=me)]


def _item(words: str, row: Any) -> people.DeskItem:
    run, title, number, since, *until = row
    return people.DeskItem(
        title=words % {"title": title, "number": number}, url=to("learning:teach", run), kind=_("Course"), since=since,
        until=until[0] if until else None, is_mine=True,
    )  # fmt: skip


@people.desk_items.lend(order=41)
@people.only_if(lambda me: [(_places, {"person": me.person})])
def waiting_for_places(me: Actor) -> list[people.DeskItem]:
    """Places I asked for or wait for. One query."""
    return [
        people.DeskItem(
            title=_("A place in “%(title)s”") % {"title": row.run.title}, url=to("learning:run", row.run_id),
            kind=_("Course"), whose=_("Facilitator") if row.state == "asked" else _("Whoever gives a place back"),
            since=row.moved_at, until=row.due_on or row.run.ends_on,
        )
        for row in (_places(person=me.person) if me.is_known else [])
    ]  # fmt: skip


_places: Prepared[Enrolment] = Prepared(
    lambda person: (
        Enrolment.objects.filter(person=person, state__in=["asked", "waiting"], run__state__in=GOING_ON)
        .select_related("run")
        .order_by("pk")[:20]
    )
)


@people.calendar_entries.lend(order=41)
def sessions(me: Actor) -> list[calendars.Entry]:
    """Dates of runs I learn in or teach, also those called off lately, so that calendars hear of it. One query."""
    learning = Enrolment.objects.filter(run=OuterRef("run"), person=me.person).learning()
    teaching = Facilitation.objects.filter(run=OuterRef("run"), person=me.person)
    rows = Session.objects.filter(Q(Exists(learning)) | Q(Exists(teaching)))
    rows = rows.filter(starts_at__gt=timezone.now() - timedelta(days=90)).exclude(run__state="draft")
    return [entry(row) for row in rows.select_related("run").order_by("starts_at", "pk")[:100]]


_runs_of: Prepared[Run] = Prepared(
    lambda me, organisation: (
        Run.objects.visible_to(me).filter(organisation=organisation, state__in=GOING_ON).order_by("starts_on")[:LISTED]
    )
)
_runs_in: Prepared[Run] = Prepared(
    lambda me, network: (
        Run.objects.visible_to(me).filter(network=network, state__in=GOING_ON).order_by("starts_on")[:LISTED]
    )
)


@seams.organisation_panels.lend(order=30)
@seams.panel_if(lambda organisation, me: [(_runs_of, {"me": me, "organisation": organisation.pk})])
def runs_of(organisation: Organisation, me: Actor) -> seams.Panel | None:
    """Courses that this organisation runs now, of those the reader may see. One query."""
    return _panel(_runs_of(me=me, organisation=organisation.pk))


@seams.network_panels.lend(order=30)
def runs_in(network: Network, me: Actor) -> seams.Panel | None:
    """Courses that go on in this network, of those the reader may see. One query."""
    return _panel(_runs_in(me=me, network=network.pk))


def _panel(rows: list[Run]) -> seams.Panel | None:
    if not rows:
        return None
    return seams.Panel(gettext_lazy("Courses"), "learning/panel_runs.html", {"runs": rows}, 30, ident="runs")


@seams.network_figures.lend(order=30)
def figures(network: Network) -> list[seams.Figure]:
    """How many people learn in courses of this network now."""
    number = Enrolment.objects.filter(run__network=network, run__state__in=GOING_ON, state__in=["enrolled", "finished"])
    found = number.count()
    return [seams.Figure(found, gettext_lazy("People who learn"))] if found else []


DEEDS = {
    "learning.run_opened": gettext_lazy("Courses opened for a group"),
    "learning.run_ended": gettext_lazy("Courses taught to their end"),
    "learning.session_planned": gettext_lazy("Sessions planned"),
    "learning.evidence_looked_at": gettext_lazy("Practice tasks looked at"),
}


@seams.deeds.lend(order=60)
def deeds() -> dict[str, Any]:
    return DEEDS


@seams.merging.lend(order=61)
def parts() -> list[seams.Carry]:
    """Runs go to the organisation that stays, and so does whom people came from."""
    return [
        seams.Carry(Run, "organisation", gettext_lazy("Courses opened for a group")),
        seams.Carry(Enrolment, "organisation", gettext_lazy("Learners"), is_private=True),
        seams.Carry(Invited, "organisation", gettext_lazy("Invitations to courses"), is_private=True),
    ]


@people.data_of.lend(order=41)
def data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """What this person taught, wrote to cohorts, and said of what learners did."""
    told = ("id", "run", "title", "text", "language", "at")
    looked = ("id", "state", "points", "feedback", "moved_at")
    return {
        "courses_taught": list(Facilitation.objects.filter(person=person).values("run__title", "is_lead", "since")),
        "messages_to_cohorts": list(Announcement.objects.filter(person=person).values(*told)),
        "evidence_looked_at": list(Evidence.objects.filter(looked_at_by=person).values(*looked)),
        "invitations_to_courses": list(Invited.objects.filter(email__iexact=person.email).values("run", "state", "at")),
    }


people.forget.lend(order=41)(forget_teacher)
