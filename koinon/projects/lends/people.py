"""What projects lend to people: what waits on the desk, their pages, their data, what is cut when they go."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from koinon.accounts import seams
from koinon.accounts.models import Person
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.projects.actions.leaving import forget_person
from koinon.projects.models import (
    Call,
    CheckIn,
    Judgement,
    Juror,
    Project,
    Receipt,
    Reflection,
    SmallGrant,
    Teammate,
)
from koinon.projects.notices.telling import KINDS
from koinon.projects.queries import turns

MOST = 20
MINE = ("draft", "returned", "conditional", "approved", "closing")


@seams.notice_kinds.lend(order=60)
def kinds() -> list[tuple[str, Any, str]]:
    return KINDS


@seams.account_links.lend(order=12)
def my_projects(me: Actor) -> list[tuple[str, str]]:
    return [(_("My projects"), to("projects:mine"))] if me.is_known else []


def _on(me: Actor, project: str = "pk") -> Exists:
    return Exists(Teammate.objects.filter(project=OuterRef(project), person=me.person, state="active"))


def _runs(me: Actor) -> Q:
    return Q(network__in=me.scopes("coordinator")) | Q(organisation__in=voices(me))


_invitations: Prepared[Teammate] = Prepared(
    lambda me: (
        Teammate.objects.filter(person=me.person, state="invited")
        .select_related("project")
        .order_by("until", "pk")[:MOST]
    )
)
_plans: Prepared[Project] = Prepared(
    lambda me: (
        Project.objects.filter(_on(me), state__in=MINE)
        .exclude(state="conditional", conditions_met__gt="")
        .select_related("call", "reflection")
        .order_by(F("due_on").asc(nulls_last=True), "pk")[:MOST]
    )
)
_accounts: Prepared[SmallGrant] = Prepared(
    lambda me: (
        SmallGrant.objects.filter(_on(me, "project"), state="paid")
        .select_related("project")
        .order_by("due_on", "pk")[:MOST]
    )
)
_judging: Prepared[Juror] = Prepared(
    lambda me: (
        Juror.objects.filter(
            Exists(Judgement.objects.filter(juror=OuterRef("pk"), state="open", project__state="submitted")),
            person=me.person, call__state="judging",
        ).select_related("call").order_by("pk")[:MOST]
    )
)  # fmt: skip
_check_ins: Prepared[CheckIn] = Prepared(
    lambda me: (
        CheckIn.objects.filter(
            project__supervisor=me.person, answered_at=None, project__state__in=["running", "suspended"],
            at__date__gt=date.today() - timedelta(days=60),
        ).select_related("project").order_by("at")[:MOST]
    )
)  # fmt: skip
_reflections: Prepared[Reflection] = Prepared(
    lambda me: (
        Reflection.objects.filter(project__supervisor=me.person, state="handed_in", project__state="closing")
        .select_related("project")
        .order_by("moved_at")[:MOST]
    )
)
_calls: Prepared[Call] = Prepared(
    lambda me: (
        Call.objects.filter(_runs(me))
        .filter(Q(state="ranked") | Q(state="open", closes_on__lt=date.today()))
        .order_by("decides_on", "pk")[:MOST]
    )
)
_overseen: Prepared[Project] = Prepared(
    lambda me: (
        Project.objects.filter(Q(network__in=me.scopes("coordinator")) | Q(call__organisation__in=voices(me)))
        .filter(Q(state="conditional", conditions_met__gt="") | Q(state="approved", supervisor=None))
        .exclude(_on(me))
        .select_related("call")
        .order_by("moved_at", "pk")[:MOST]
    )
)
_grants: Prepared[SmallGrant] = Prepared(
    lambda me: (
        SmallGrant.objects.filter(
            Q(project__network__in=me.scopes("coordinator")) | Q(project__call__organisation__in=voices(me)),
            state__in=["asked", "halfway", "approved", "settling"],
        )
        .exclude(_on(me, "project"))
        .exclude(project__supervisor=me.person)
        .exclude(state="halfway", first_by=me.person)
        .select_related("project")
        .order_by("due_on", "pk")[:MOST]
    )
)


def _item(title: str, url: str, since: Any, until: Any, kind: str) -> seams.DeskItem:
    return seams.DeskItem(title=title, url=url, kind=kind, since=since, until=until, is_mine=True)


@seams.desk_items.lend(order=60)
@seams.only_if(lambda me: [(_invitations, {"me": me}), (_plans, {"me": me}), (_accounts, {"me": me})])
def for_the_team(me: Actor) -> list[seams.DeskItem]:
    """Invitations to me, plans of my teams that wait for us, accounts that we owe. Three queries."""
    if not me.is_known:
        return []
    asked = _("You are asked to join: %(project)s")
    items = [
        _item(asked % {"project": row.project.title}, to("projects:mine"), row.at, row.until, _("Team"))
        for row in _invitations(me=me)
    ]
    for row in _plans(me=me):
        reflection = getattr(row, "reflection", None)
        turn = turns.of_project(row, reflection=reflection.state if reflection is not None else "")
        if turn.whose == turns.TEAM:
            address = to("projects:project", row.slug)
            items.append(_item(row.title, address, turn.since, turn.until, row.get_state_display()))
    owed = _("Receipts of the small grant: %(project)s")
    for each in _accounts(me=me):
        title, address = owed % {"project": each.project.title}, to("projects:grant", each.pk)
        items.append(_item(title, address, each.moved_at, each.due_on, _("Small grant")))
    return items


@seams.desk_items.lend(order=61)
@seams.only_if(lambda me: [(_judging, {"me": me}), (_check_ins, {"me": me}), (_reflections, {"me": me})])
def for_jurors_and_supervisors(me: Actor) -> list[seams.DeskItem]:
    """Plans before me as a juror, check-ins to answer, reflections to read. Three queries."""
    if not me.is_known:
        return []
    items = [
        _item(
            _("Plans to score: %(call)s") % {"call": row.call}, to("projects:judging", row.call.slug),
            row.call.moved_at, row.call.decides_on, _("Jury"),
        )
        for row in _judging(me=me)
    ]  # fmt: skip
    for each in _check_ins(me=me):
        title = _("A check-in to answer: %(project)s") % {"project": each.project.title}
        items.append(_item(title, to("projects:check_ins", each.project.slug), each.at, None, _("Supervision")))
    for found in _reflections(me=me):
        title = _("A reflection to read: %(project)s") % {"project": found.project.title}
        address = to("projects:reflection", found.project.slug)
        items.append(_item(title, address, found.moved_at, found.project.due_on, _("Supervision")))
    return items


@seams.desk_items.lend(order=62)
@seams.only_if(lambda me: [(_calls, {"me": me}), (_overseen, {"me": me}), (_grants, {"me": me})])
def for_those_who_run_calls(me: Actor) -> list[seams.DeskItem]:
    """Calls that wait for the next step, conditions and supervisors, money to decide on. Three queries."""
    if not me.is_known:
        return []
    items = []
    for row in _calls(me=me):
        name = "projects:ranking" if row.state == "ranked" else "projects:call_desk"
        items.append(_item(str(row), to(name, row.slug), row.moved_at, row.decides_on, _("Call")))
    for plan in _overseen(me=me):
        is_met = plan.state == "conditional"
        said = _("Conditions to look at: %(project)s") if is_met else _("Needs a supervisor: %(project)s")
        address = to("projects:project", plan.slug)
        items.append(_item(said % {"project": plan.title}, address, plan.moved_at, plan.due_on, _("Call")))
    for grant in _grants(me=me):
        title = _("Small grant: %(project)s") % {"project": grant.project.title}
        address = to("projects:grant", grant.pk)
        items.append(_item(title, address, grant.moved_at, grant.due_on, grant.get_state_display()))
    return items


@seams.data_of.lend(order=60)
def data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Teams, check-ins, juries, grants: what this person did and wrote here."""
    teams = ("project__title", "role", "state", "at")
    said = ("project__title", "mood", "text", "reached", "at")
    scored = ("project__title", "state", "points", "words", "conflict_why", "given_at")
    looked = ("came", "hard", "next", "measured", "reached", "at")
    asked = ("project__title", "amount", "currency", "purpose", "state", "at")
    return {
        "project_teams": _rows(Teammate.objects.filter(person=person).values(*teams)),
        "project_invitations": _rows(Teammate.objects.filter(email__iexact=person.email).values(*teams)),
        "projects_supervised": _rows(Project.objects.filter(supervisor=person).values("title", "state")),
        "project_check_ins": _rows(CheckIn.objects.filter(person=person).values(*said)),
        "project_check_in_answers": _rows(
            CheckIn.objects.filter(answered_by=person).values("project__title", "answer", "answered_at")
        ),
        "project_reflections": _rows(Reflection.objects.filter(person=person).values("project__title", *looked)),
        "juries": _rows(Juror.objects.filter(person=person).values("call__slug", "at")),
        "judgements": _rows(Judgement.objects.filter(juror__person=person).values(*scored)),
        "receipts": _rows(
            Receipt.objects.filter(by=person).values("grant__project__title", "title", "amount", "currency", "spent_on")
        ),
        "small_grants_asked_for": _rows(SmallGrant.objects.filter(asked_by=person).values(*asked)),
    }  # fmt: skip


seams.forget.lend(order=60)(forget_person)


def _rows(values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in values]
