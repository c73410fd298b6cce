"""Who is concerned: the team, who supervises it, who runs its call."""

from koinon.accounts.models import Person
from koinon.network.queries import speakers_of, staff_of
from koinon.projects.models import Call, Project, Teammate


def team_of(project: Project) -> list[Person]:
    rows = Teammate.objects.filter(project=project, state="active").select_related("person").order_by("-role", "pk")
    return [row.person for row in rows if row.person is not None]


def lead_of(project: Project) -> Person | None:
    """The person who leads the team today."""
    row = Teammate.objects.filter(project=project, state="active", role="lead").select_related("person").first()
    return row.person if row is not None else None


def runners_of(call: Call) -> list[Person]:
    """Who runs a call: those who speak for its organisation; where nobody does, the coordinators."""
    return speakers_of(call.organisation_id) or staff_of(call.network_id, ("coordinator",))


def overseers_of(project: Project) -> list[Person]:
    """Who runs the call of a project, but for those who are on its team."""
    found = runners_of(project.call) if project.call is not None else staff_of(project.network_id, ("coordinator",))
    near = set(Teammate.objects.filter(project=project, state__in=["active", "left"]).values_list("person", flat=True))
    return [person for person in found if person.pk not in near]


def givers_of(project: Project) -> list[Person]:
    """Who may approve a grant: all who run the call and the coordinators, never the team nor its supervisor."""
    both = [*overseers_of(project), *staff_of(project.network_id, ("coordinator",))]
    near = set(Teammate.objects.filter(project=project, state__in=["active", "left"]).values_list("person", flat=True))
    found = {person.pk: person for person in both if person.pk not in near and person.pk != project.supervisor_id}
    return list(found.values())
