"""Lists: projects of a network with filters, calls, my own; each a fixed number of queries."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.verbs import Actor
from koinon.network.models import Network
from koinon.projects.models import UNDER_WAY, Call, Project, Teammate
from koinon.projects.queries import turns

SIZE = 24
WORDS = {
    "planned": _("Being planned"),
    "going": _("Going on"),
    "done": _("Completed"),
    "over": _("Not carried out"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    "planned": ("idea", "draft", "submitted", "returned", "conditional"),
    "going": UNDER_WAY,
    "done": ("closed", "archived"),
    "over": ("rejected", "dropped"),
}


def projects(
    me: Actor, network: Network, *, words: str = "", group: str = "", call: str = "", after: str = ""
) -> dict[str, Any]:
    """A page of projects that I may see, newest first: {"rows", "next"}; the words are looked for in the title."""
    rows = Project.objects.visible_to(me).filter(network=network).select_related("call", "place")
    rows = rows.filter(state__in=GROUPS[group]) if group in GROUPS else rows
    rows = rows.filter(call__slug=call) if call else rows
    rows = rows.filter(Q(title__icontains=words) | Q(problem__icontains=words)) if words else rows
    if (key := _uuid(after)) is not None:
        rows = rows.filter(pk__lt=key)
    rows = rows.annotate(team=Count("members", filter=Q(members__state="active")))
    page = list(rows.order_by("-pk")[: SIZE + 1])
    return {"rows": page[:SIZE], "next": str(page[SIZE - 1].pk) if len(page) > SIZE else ""}


def calls(me: Actor, network: Network, *, after: str = "") -> dict[str, Any]:
    """A page of calls that I may see, newest first; open ones of the page come first."""
    rows = Call.objects.visible_to(me).filter(network=network).select_related("organisation")
    if (key := _uuid(after)) is not None:
        rows = rows.filter(pk__lt=key)
    page = list(rows.order_by("-pk")[: SIZE + 1])
    shown = sorted(page[:SIZE], key=lambda row: row.state != "open")
    return {"rows": shown, "next": str(page[SIZE - 1].pk) if len(page) > SIZE else ""}


def open_calls(me: Actor, network: Network) -> list[Call]:
    """Calls for which a plan may be written today."""
    rows = Call.objects.visible_to(me).filter(network=network, state="open")
    return list(rows.order_by("closes_on", "pk")[:50])


def mine(me: Actor) -> dict[str, Any]:
    """Projects of my teams, those I supervise, invitations to me, calls whose jury I sit in. Four queries."""
    on = Project.objects.manageable_by(me).select_related("call", "network", "reflection")
    sees = Project.objects.filter(supervisor=me.person).exclude(state__in=["idea", "draft"])
    asked = Teammate.objects.filter(person=me.person, state="invited").select_related("project", "invited_by")
    sits = Call.objects.filter(jurors__person=me.person).exclude(state="draft").select_related("organisation")
    return {
        "rows": [_row(row) for row in on.order_by("-pk")[:100]],
        "supervised": [
            _row(row) for row in sees.select_related("call", "network", "reflection").order_by("-pk")[:100]
        ],
        "asked": list(asked.order_by("-pk")[:20]), "sits": list(sits.order_by("-pk")[:50]),
    }  # fmt: skip


def _row(project: Project) -> dict[str, Any]:
    reflection = getattr(project, "reflection", None)
    return {"project": project, "turn": turns.of_project(project, reflection=reflection.state if reflection else "")}


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
