"""A call on its pages: for teams, for those who run it, for each juror; the scores only when the jury has finished."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from koinon.kit.verbs import Actor
from koinon.network.queries import page_of
from koinon.projects.models import TOLD, Call, Judgement, Juror, Project
from koinon.projects.queries import conflicts, ranking, turns
from koinon.projects.queries.pages import plan_of
from koinon.projects.rules import calls as rules

AFTER = ("submitted", "approved", "conditional", "rejected", "running", "suspended", "closing", "closed", "archived")


def call_page(call: Call, me: Actor) -> dict[str, Any]:
    """What everybody sees of a call; my own plans in it; the plans that are shown to all."""
    shown = Project.objects.visible_to(me).filter(call=call, is_public=True)
    mine = Project.objects.manageable_by(me).filter(call=call).order_by("-pk")
    sits = me.is_known and Juror.objects.filter(call=call, person=me.person).exists()
    turn = turns.of_call(call)
    return {
        "call": call, "criteria": list(call.criteria.all()), "turn": turn, "mine": list(mine[:10]), "sits": sits,
        "shown": list(shown.order_by("-pk")[:24]), "runs": rules.may_run(by=me, call=call),
        "may_begin": call.state == "open" and turn.whose == turns.TEAM,
    }  # fmt: skip


def desk(call: Call) -> dict[str, Any]:
    """What those who run a call see before the jury has finished: how many scores each plan has, never which."""
    given = Count("judgements", filter=Q(judgements__state="given"))
    barred = Count("judgements", filter=Q(judgements__state="conflict"))
    rows = Project.objects.filter(call=call).exclude(state__in=["idea", "draft"])
    jurors = call.jurors.select_related("person").annotate(
        waiting=Count("judgements", filter=Q(judgements__state="open", judgements__project__state="submitted"))
    )
    turn = turns.of_call(call)
    return {
        "call": call, "turn": turn, "is_my_turn": turn.whose == turns.RUN, "criteria": list(call.criteria.all()),
        "jurors": list(jurors.order_by("pk")), "left": call.budget - call.granted,
        "plans": list(rows.annotate(given=given, barred=barred).order_by("-pk")[:200]),
        "written": Project.objects.filter(call=call, state__in=["idea", "draft"]).count(),
    }  # fmt: skip


def own(me: Actor) -> QuerySet[Judgement]:
    """My own judgements of plans that are or were before the jury."""
    rows = Judgement.objects.filter(juror__person=me.person)
    return rows.select_related("juror__call__network", "juror__call__organisation", "project__call")


def of_mine(me: Actor) -> Q:
    """Jurors of calls that I run, and myself."""
    return Q(call__in=Call.objects.manageable_by(me)) | Q(person=me.person)


def mine(call: Call, me: Actor) -> list[dict[str, Any]]:
    """Plans before me as a juror, those that wait first; conflicts are named."""
    rows = list(own(me).filter(juror__call=call).order_by("project"))
    order = {"open": 0, "given": 1, "conflict": 2}
    rows.sort(key=lambda row: order[row.state])
    return [{"row": row, "why": conflicts.said(row)} for row in rows]


def given(row: Judgement) -> dict[str, Any]:
    """What a juror has said so far, for the form."""
    return {"words": row.words, **{f"points_{key}": points for key, points in row.points.items()}}


def page(request: HttpRequest, row: Judgement, **forms: Any) -> dict[str, Any]:
    """One plan before one juror; a conflict closes the form."""
    call = row.juror.call
    return {
        "roles": {"is_inside": False}, "problems": [],
        "judgement": row, "project": row.project, "call": call, "why": conflicts.said(row), **plan_of(row.project),
        "may_score": call.state == "judging" and row.project.state == "submitted", **forms,
        **page_of(request, call.network, "projects"),
    }  # fmt: skip


def shown(call: Call) -> list[ranking.Row]:
    """The order of the plans, from the moment on when the jury has finished; nothing before."""
    return ranking.rows(call, states=AFTER) if call.state in ("ranked", *TOLD) else []


def one(project: Project) -> ranking.Row | None:
    """One plan in that order."""
    assert project.call is not None
    return next((row for row in shown(project.call) if row.project.pk == project.pk), None)


def chosen(project: Project) -> dict[str, Any]:
    """What was decided so far, for the form."""
    row = getattr(project, "choice", None)
    names = ("verdict", "feedback", "conditions", "conditions_until")
    return {name: getattr(row, name) for name in names} if row is not None else {}
