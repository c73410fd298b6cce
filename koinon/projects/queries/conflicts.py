"""Who is too near to a plan to score it: on the team, its supervisor, or of the same organisation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koinon.network.models import Mandate
from koinon.projects.models import Judgement, Juror, Project, Teammate

NEAR = ("active", "left")
"""Not who is only asked: else a team could bar anybody by an invitation."""
TEAM, SUPERVISOR, HOUSE = "team", "supervisor", "organisation"
WORDS = {
    TEAM: _("Is or was on the team."),
    SUPERVISOR: _("Supervises this team."),
    HOUSE: _("Speaks for the same organisation as somebody of the team."),
}


def said(judgement: Judgement) -> Any:
    """Why a juror may not score a plan, in words: what was found, or what they declared."""
    return WORDS.get(judgement.conflict_why, "") if judgement.is_found else judgement.conflict_why


def found(jurors: Iterable[Juror], projects: Iterable[Project]) -> dict[tuple[UUID, UUID], str]:
    """(juror, project) -> why, for all that are too near today: TEAM, SUPERVISOR or HOUSE. Two queries."""
    jurors, projects = list(jurors), list(projects)
    near = Teammate.objects.filter(project__in=[row.pk for row in projects], state__in=NEAR)
    mates = list(near.values_list("project", "person", "organisation"))
    people = {row.person_id for row in jurors} | {person for _, person, _ in mates if person}
    houses: dict[UUID, set[UUID]] = {}
    for person, house in Mandate.objects.in_force().filter(person__in=people).values_list("person", "organisation"):
        houses.setdefault(person, set()).add(house)
    return {
        (juror.pk, project.pk): why
        for juror in jurors
        for project in projects
        if (why := _why(juror.person_id, project, mates, houses))
    }


def _why(
    person: UUID,
    project: Project,
    mates: Sequence[tuple[UUID, UUID | None, UUID | None]],
    houses: Mapping[UUID, set[UUID]],
) -> str:
    team = [(mate, house) for key, mate, house in mates if key == project.pk]
    if any(mate == person for mate, _ in team):
        return TEAM
    if project.supervisor_id == person:
        return SUPERVISOR
    theirs = {house for _, house in team if house}.union(*(houses.get(mate, set()) for mate, _ in team if mate))
    return HOUSE if theirs & houses.get(person, set()) else ""
