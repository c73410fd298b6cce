"""Whose turn is it? The same answer for pages, lists and the desk: who, since when, until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.projects.models import Call, Project, SmallGrant

TEAM, JURY, RUN, SUPERVISOR, GIVER, NOBODY = "team", "jury", "run", "supervisor", "giver", ""
WORDS = {
    TEAM: _("The team"),
    JURY: _("The jury"),
    RUN: _("Who runs the call"),
    SUPERVISOR: _("The supervisor"),
    GIVER: _("Who decides on grants"),
}


@dataclass(frozen=True)
class Turn:
    """Who is waited for; NOBODY when nothing waits."""

    whose: str
    since: datetime | None = None
    until: date | None = None

    @property
    def words(self) -> Any:
        return WORDS.get(self.whose, "")


def of_project(project: Project, *, reflection: str = "") -> Turn:
    """`reflection`: the state of the reflection of a project that is closing, "" while there is none."""
    state, since, call = project.state, project.moved_at, project.call
    if state in ("idea", "draft"):
        return Turn(TEAM, since, call.closes_on if call is not None and call.state == "open" else None)
    if state == "submitted":
        whose = JURY if call is None or call.state in ("open", "judging") else RUN
        return Turn(whose, since, project.due_on)
    if state == "conditional":
        return Turn(RUN if project.conditions_met else TEAM, since, project.due_on)
    if state == "approved" and project.supervisor_id is None:
        return Turn(RUN, since, project.starts_on)
    if state == "closing":
        return Turn(SUPERVISOR if reflection == "handed_in" else TEAM, since, project.due_on)
    if state in ("returned", "approved", "running", "suspended"):
        days = {"returned": project.due_on, "approved": project.starts_on, "running": project.ends_on}
        return Turn(TEAM, since, days.get(state))
    return Turn(NOBODY)


def of_call(call: Call) -> Turn:
    """Of a call: teams, then the jury, then those who run it."""
    whose = {"draft": RUN, "open": TEAM, "judging": JURY, "ranked": RUN}.get(call.state, NOBODY)
    if call.state == "open" and call.closes_on < date.today():
        whose = RUN
    until = call.closes_on if whose == TEAM else call.decides_on
    return Turn(whose, call.moved_at, until) if whose else Turn(NOBODY)


def of_grant(grant: SmallGrant) -> Turn:
    """Of a small grant: those who decide, then the team until its account is there."""
    whose = {"asked": GIVER, "halfway": GIVER, "approved": GIVER, "paid": TEAM, "settling": GIVER}
    return Turn(whose.get(grant.state, NOBODY), grant.moved_at, grant.due_on)
