"""A project on its pages: who the reader is there, its tabs, the plan, what was decided, what may be done next."""

import json
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network.queries import page_of
from koinon.projects.models import SHOWN, TOLD, UNDER_WAY, WRITABLE, CheckIn, Juror, Project, ProjectPhoto, Reflection
from koinon.projects.queries import readiness, turns
from koinon.projects.rules import calls, plans

NAMES = ("call", "network", "supervisor", "place", "picture", "call__organisation")
NEXT = {
    "submit": (WRITABLE, "leads"),
    "take-back": (("submitted",), "leads"),
    "send-back": (("submitted",), "oversees"),
    "meet": (("conditional",), "is_team"),
    "settle": (("conditional",), "oversees"),
    "start": (("approved",), "leads"),
    "finish": (("running",), "is_team"),
    "pause": (("running",), "may_pause"),
    "resume": (("suspended",), "may_pause"),
    "move-days": (("approved", "running", "suspended"), "supervises"),
    "go-on": (("closing",), "supervises"),
    "supervisor": (("submitted", "conditional", *UNDER_WAY), "oversees"),
    "give-up": ((*WRITABLE, "submitted", "conditional", *UNDER_WAY), "leads"),
}
"""step -> (states in which it is possible, what the reader must be)"""


def fetchable(me: Actor) -> Any:
    """Projects that the reader may see, with what their pages show."""
    return Project.objects.visible_to(me).select_related(*NAMES)


def reader(me: Actor, project: Project) -> dict[str, bool]:
    """What the reader is in this project."""
    is_team = me.is_known and plans.on_team(by=me, project=project)
    oversees = me.is_known and calls.may_choose(by=me, project=project)
    supervises = me.is_known and plans.supervises(by=me, project=project)
    leads = is_team and plans.leads(by=me, project=project)
    inside = is_team or oversees or supervises or Project.objects.inside(me).filter(pk=project.pk).exists()
    return {
        "is_team": is_team, "leads": leads, "oversees": oversees, "supervises": supervises, "is_inside": inside,
        "may_pause": leads or supervises, "is_jury": me.is_known and _sits(me, project),
    }  # fmt: skip


def context(request: HttpRequest, project: Project, tab: str) -> dict[str, Any]:
    """What every page of a project shows: its state, whose turn it is, tabs for those inside."""
    me: Actor = request.me  # type: ignore[attr-defined]
    roles = reader(me, project)
    turn = turns.of_project(project, reflection=_reflection(project))
    return {
        "project": project, "roles": roles, "turn": turn, "is_my_turn": _is_mine(turn, roles),
        "tabs": _tabs(project, roles, tab), **page_of(request, project.network, "projects"),
    }  # fmt: skip


def plan_of(project: Project) -> dict[str, Any]:
    """The plan as people read it: steps, risks, budget with its sums, how many are on the team."""
    team = project.members.filter(state="active")
    return {
        "steps": list(project.plan_steps.select_related("who__person")), "risks": list(project.risks.all()),
        "budget": list(project.budget.all()), "sums": readiness.sums(project), "people": team.count(),
        "houses": sorted({str(row.organisation) for row in team.select_related("organisation") if row.organisation}),
    }  # fmt: skip


def decision_of(project: Project, roles: dict[str, bool]) -> dict[str, Any]:
    """What was decided, and what jurors wrote (without names), for those inside once everybody was told."""
    if not roles["is_inside"] or project.call is None or project.call.state not in TOLD:
        return {}
    choice = getattr(project, "choice", None)
    if choice is None or choice.told_at is None:
        return {}
    words = project.judgements.filter(state="given").order_by("given_at").values_list("words", flat=True)
    return {"choice": choice, "jury_words": [each for each in words if each]}


def result_of(project: Project, me: Actor) -> dict[str, Any]:
    """What came of it: numbers, the reflection once it is accepted, photos that this reader may see."""
    reached = CheckIn.objects.filter(project=project).aggregate(sum=Sum("reached"))["sum"] or 0
    reflection = Reflection.objects.filter(project=project).first()
    photos = ProjectPhoto.objects.visible_to(me).filter(check_in__project=project, is_public=True)
    done = project.plan_steps.filter(done_on__isnull=False).count()
    return {
        "reached": reflection.reached if reflection is not None and reflection.state == "accepted" else reached,
        "reflection": reflection, "photos": list(photos.select_related("upload").order_by("-pk")[:12]), "done": done,
    }  # fmt: skip


def next_steps(project: Project, roles: dict[str, bool]) -> list[str]:
    """The steps that this reader may take now."""
    return [name for name, (states, who) in NEXT.items() if project.state in states and roles[who]]


def structured(project: Project, picture: str, address: str) -> SafeString:
    """The public page for machines (schema.org), as JSON that cannot end its own script element."""
    facts: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Project", "name": project.title, "url": address,
        "description": project.result or project.problem, "inLanguage": project.language,
    }  # fmt: skip
    if project.picture_id:
        facts["image"] = {"@type": "ImageObject", "url": picture, "caption": project.picture_alt}
    if project.place is not None:
        facts["location"] = {"@type": "Place", "name": str(project.place)}
    if project.starts_on and project.ends_on:
        facts |= {"foundingDate": project.starts_on.isoformat(), "dissolutionDate": project.ends_on.isoformat()}
    return SafeString(json.dumps(facts, ensure_ascii=False).translate(_UNSAFE))


_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def _sits(me: Actor, project: Project) -> bool:
    return project.call_id is not None and Juror.objects.filter(call=project.call_id, person=me.person).exists()


def _reflection(project: Project) -> str:
    if project.state != "closing":
        return ""
    return str(Reflection.objects.filter(project=project).values_list("state", flat=True).first() or "")


def _is_mine(turn: turns.Turn, roles: dict[str, bool]) -> bool:
    mine = {turns.TEAM: "is_team", turns.RUN: "oversees", turns.SUPERVISOR: "supervises"}
    return roles.get(mine.get(turn.whose, ""), False)


def _tabs(project: Project, roles: dict[str, bool], current: str) -> list[dict[str, Any]]:
    """Only for those inside: others read one page."""
    if not roles["is_inside"]:
        return []
    names = {"project": _("Project")}
    if roles["is_team"] and project.state in (*WRITABLE, "approved", "running"):
        names["plan"] = _("Write the plan")
    names["team"] = _("Team")
    if project.state in SHOWN:
        names["check_ins"] = _("How it goes")
    if project.state in SHOWN and roles["is_team"]:
        names["result"] = _("Show the result")
    if project.call_id and project.state in (*UNDER_WAY, "closed", "archived"):
        names["money"] = _("Small grant")
    return [
        {"url": to(f"projects:{name}", project.slug), "label": label, "current": name == current}
        for name, label in names.items()
    ]
