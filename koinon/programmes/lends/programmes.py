"""Programmes on pages of networks and organisations, on desks and in calendars; what is a person's; merging."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.accounts.notices import absolute
from koinon.kit import calendars, jobs
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor, machine
from koinon.learning.models import Enrolment, Run
from koinon.learning.seams import belongs, finished
from koinon.network import seams
from koinon.network.models import Network, Organisation
from koinon.programmes.actions.forgotten import forget
from koinon.programmes.actions.qualifying import look
from koinon.programmes.actions.runs import recount_later
from koinon.programmes.models import (
    CascadeGrant,
    Delivery,
    Observation,
    Participant,
    Practice,
    Programme,
    Qualification,
    ToolkitProposal,
)
from koinon.programmes.notices import cascade as notices

LISTED = 6
SOON = timedelta(days=60)


@people.notice_kinds.lend(order=43)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.account_links.lend(order=12)
def my_programmes(me: Actor) -> list[tuple[str, str]]:
    return [(_("My programmes"), to("programmes:home"))] if me.is_known else []


@seams.network_nav.lend(order=32)
def shelf(here: Network, me: Actor) -> list[seams.NavEntry]:
    return [seams.NavEntry(to("programmes:of_network", here.slug), _("Programmes"), "programmes", 32)]


_ready: Prepared[Qualification] = Prepared(
    lambda me: (
        Qualification.objects.filter(state="ready", programme__in=Programme.objects.manageable_by(me))
        .exclude(person=me.person)
        .select_related("programme", "person")
        .order_by("due_on", "pk")[:20]
    )
)
_proposals: Prepared[ToolkitProposal] = Prepared(
    lambda me: (
        ToolkitProposal.objects.filter(state="open", toolkit__programme__in=Programme.objects.manageable_by(me))
        .select_related("toolkit__programme")
        .order_by("due_on", "pk")[:20]
    )
)
_reported: Prepared[Delivery] = Prepared(
    lambda me: (
        Delivery.objects.supervised_by(me)
        .filter(Q(supervisor=me.person) | Q(supervisor=None), state="reported")
        .order_by("due_on", "pk")[:20]
    )
)
_mine: Prepared[Delivery] = Prepared(
    lambda me: (
        Delivery.objects.given_by(me)
        .filter(Q(state="returned") | Q(state__in=["planned", "running"], ends_on__lt=date.today()))
        .order_by("ends_on", "pk")[:20]
    )
)
_ways: Prepared[Qualification] = Prepared(
    lambda me: (
        Qualification.objects.filter(person=me.person, state__in=["open", "ready"])
        .select_related("programme__organisation")
        .order_by("pk")[:20]
    )
)
_ending: Prepared[CascadeGrant] = Prepared(
    lambda me: (
        CascadeGrant.objects.filter(
            person=me.person, state="active", until__lte=date.today() + SOON, programme__state="running"
        )
        .select_related("programme__organisation")
        .order_by("until", "pk")[:10]
    )
)
_visits: Prepared[Observation] = Prepared(
    lambda me: (
        Observation.objects.filter(state="planned", delivery__in=Delivery.objects.looked_after_by(me))
        .select_related("delivery")
        .order_by("on", "pk")[:20]
    )
)


@people.desk_items.lend(order=44)
@people.only_if(lambda me: [(_ready, {"me": me}), (_proposals, {"me": me})])
def for_runners(me: Actor) -> list[people.DeskItem]:
    """Who waits for a grant, and what facilitators proposed. Two queries."""
    if not me.is_known:
        return []
    words = _("%(name)s waits for a grant: %(title)s")
    items = [
        people.DeskItem(
            title=words % {"name": row.person, "title": row.programme}, url=to("programmes:way", row.pk),
            kind=_("Programme"), since=row.moved_at, until=row.due_on, is_mine=True,
        )
        for row in _ready(me=me)
    ]  # fmt: skip
    return items + [
        people.DeskItem(
            title=_("Somebody changed an activity: %(title)s") % {"title": row.toolkit.programme},
            url=to("programmes:proposals", row.toolkit.programme.slug), kind=_("Programme"), since=row.moved_at,
            until=row.due_on, is_mine=True,
        )
        for row in _proposals(me=me)
    ]  # fmt: skip


@people.desk_items.lend(order=45)
@people.only_if(lambda me: [(_reported, {"me": me}), (_visits, {"me": me})])
def for_supervisors(me: Actor) -> list[people.DeskItem]:
    """Reports to verify, visits that are planned. Two queries."""
    if not me.is_known:
        return []
    items = [
        people.DeskItem(
            title=_("A report to verify: %(delivery)s") % {"delivery": row.title},
            url=to("programmes:delivery", row.pk), kind=_("Delivery"), since=row.moved_at, until=row.due_on,
            is_mine=True,
        )
        for row in _reported(me=me)
    ]  # fmt: skip
    return items + [
        people.DeskItem(
            title=_("A visit: %(delivery)s") % {"delivery": row.delivery.title}, url=to("programmes:visit", row.pk),
            kind=_("Delivery"), since=row.at, until=row.on, is_mine=True,
        )
        for row in _visits(me=me)
    ]  # fmt: skip


@people.desk_items.lend(order=46)
@people.only_if(lambda me: [(_mine, {"me": me}), (_ending, {"me": me})])
def for_facilitators(me: Actor) -> list[people.DeskItem]:
    """Reports that are due or came back, grants that end soon. Two queries."""
    if not me.is_known:
        return []
    back, due = _("Your report came back: %(delivery)s"), _("A report is due: %(delivery)s")
    items = [
        people.DeskItem(
            title=(back if row.state == "returned" else due) % {"delivery": row.title},
            url=to("programmes:report", row.pk), kind=_("Delivery"), since=row.moved_at,
            until=row.due_on or row.ends_on + timedelta(days=14), is_mine=True,
        )
        for row in _mine(me=me)
    ]  # fmt: skip
    return items + [
        people.DeskItem(
            title=_("Your grant ends soon: %(title)s") % {"title": row.programme}, url=to("programmes:grant", row.pk),
            kind=_("Programme"), whose=str(row.programme.organisation), until=row.until,
        )
        for row in _ending(me=me)
    ]  # fmt: skip


@people.desk_items.lend(order=47)
@people.only_if(lambda me: [(_ways, {"me": me})])
def for_candidates(me: Actor) -> list[people.DeskItem]:
    """My way to deliver: mine to go on, or somebody's to grant. One query."""
    return [
        people.DeskItem(
            title=_("On the way to deliver: %(title)s") % {"title": row.programme}, url=to("programmes:way", row.pk),
            kind=_("Programme"), whose="" if row.state == "open" else str(row.programme.organisation),
            since=row.moved_at, until=row.due_on or row.programme.ends_on, is_mine=row.state == "open",
        )
        for row in (_ways(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.calendar_entries.lend(order=43)
def dates(me: Actor) -> list[calendars.Entry]:
    """What I give or supervise, with visits. Two queries."""
    since = timezone.localdate() - timedelta(days=90)
    given = Delivery.objects.given_by(me) | Delivery.objects.filter(pk__in=_supervised(me))
    rows = (
        given.filter(ends_on__gte=since).exclude(state="cancelled").select_related("place").order_by("starts_on", "pk")
    )
    entries = [
        calendars.Entry(
            f"delivery-{row.pk}@koinon", row.title, row.starts_on, row.ends_on + timedelta(days=1),
            place=", ".join(str(each) for each in (row.venue, row.place) if each),
            url=absolute(to("programmes:delivery", row.pk)),
        )
        for row in rows[:100]
    ]  # fmt: skip
    visits = Observation.objects.filter(delivery__in=_supervised(me), state="planned", on__gte=since)
    return entries + [
        calendars.Entry(
            f"visit-{row.pk}@koinon", _("A visit: %(delivery)s") % {"delivery": row.delivery.title}, row.on,
            url=absolute(to("programmes:visit", row.pk)),
        )
        for row in visits.select_related("delivery").order_by("on", "pk")[:50]
    ]  # fmt: skip


def _supervised(me: Actor) -> Any:
    return Delivery.objects.looked_after_by(me).order_by().values("pk")


_run_by: Prepared[Programme] = Prepared(
    lambda me, organisation: (
        Programme.objects.visible_to(me)
        .filter(organisation=organisation)
        .exclude(state="draft")
        .order_by("-starts_on", "pk")[:LISTED]
    )
)


@seams.organisation_panels.lend(order=32)
@seams.panel_if(lambda organisation, me: [(_run_by, {"me": me, "organisation": organisation.pk})])
def run_by(organisation: Organisation, me: Actor) -> seams.Panel | None:
    """Programmes of this organisation that the reader may see. One query."""
    rows = _run_by(me=me, organisation=organisation.pk)
    if not rows:
        return None
    return seams.Panel(
        gettext_lazy("Programmes"), "programmes/panel.html", {"programmes": rows}, 32, ident="programmes"
    )


DEEDS = {
    "programmes.delivery_opened": gettext_lazy("Deliveries of programmes opened"),
    "programmes.report_verified": gettext_lazy("Reports of deliveries verified"),
    "programmes.granted": gettext_lazy("Facilitators granted"),
    "programmes.toolkit_published": gettext_lazy("Versions of toolkits published"),
}


@seams.deeds.lend(order=62)
def deeds() -> dict[str, Any]:
    return DEEDS


@seams.merging.lend(order=63)
def parts() -> list[seams.Carry]:
    """Programmes and what was delivered go to the organisation that stays."""
    return [
        seams.Carry(Programme, "organisation", gettext_lazy("Programmes")),
        seams.Carry(CascadeGrant, "organisation", gettext_lazy("Grants of facilitators"), is_private=True),
        seams.Carry(Qualification, "organisation", gettext_lazy("Candidates on the way"), is_private=True),
        seams.Carry(Delivery, "organisation", gettext_lazy("Deliveries"), is_private=True),
    ]


@people.data_of.lend(order=43)
def data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """What this person delivered, took part in, observed and proposed."""
    grant = ("id", "programme", "generation", "state", "since", "until", "why", "target_deliveries", "target_people")
    given = ("id", "title", "starts_on", "ends_on", "venue", "state", "words", "number_reached")
    took = Q(person=person) | Q(email__iexact=person.email)
    mine = ("name", "email", "age", "gender", "has_finished", "has_answered", "quiz", "at")
    seen = ("on", "where", "sheet", "words", "counts")
    return {
        "ways_to_deliver": list(Qualification.objects.filter(person=person).values("id", "programme", "state", "at")),
        "practice_observed": list(Practice.objects.filter(qualification__person=person).values(*seen)),
        "grants_to_deliver": list(CascadeGrant.objects.filter(person=person).values(*grant)),
        "deliveries_given": list(
            Delivery.objects.filter(Q(grant__person=person) | Q(helpers=person)).distinct().values(*given)
        ),
        "deliveries_taken_part_in": list(Participant.objects.filter(took).values(*mine, title=F("delivery__title"))),
        "visits_made": list(Observation.objects.filter(supervisor=person).values("on", "sheet", "score", "words")),
        "toolkit_proposals": list(
            ToolkitProposal.objects.filter(by=person).values("changed", "why", "state", "answer")
        ),
    }


people.forget.lend(order=43)(forget)


@belongs.lend(order=60)
def delivery_of(run: Run, me: Actor) -> tuple[str, str] | None:
    """The delivery to which a run belongs, for those who see it."""
    row = Delivery.objects.visible_to(me).filter(run=run).first()
    return None if row is None else (str(row), to("programmes:delivery", row.pk))


@finished.lend(order=60)
def looked_at(enrolment: Enrolment) -> None:
    """Whoever has finished the course of a programme may be ready now; a delivery whose run it was counts them."""
    if Delivery.objects.filter(run=enrolment.run_id).exists():
        jobs.later(recount_later, run=str(enrolment.run_id))
    rows = Qualification.objects.open().filter(person=enrolment.person_id, programme__course=enrolment.run.course_id)
    for row in rows.order_by("pk"):
        look(by=machine("course"), qualification=row)
