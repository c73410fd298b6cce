"""Who is concerned: the team, who supervises it, who runs its call."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from koinon.accounts.models import Person
from koinon.accounts.queries import names_for
from koinon.kit.meaning.folding import fold
from koinon.kit.verbs import Actor
from koinon.network.models import Mandate, Membership
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


def found(me: Actor, project: Project, words: str) -> list[dict[str, Any]]:
    """Members of the network whom the reader may ask: those who speak for its organisations and show their name."""
    if len(words.strip()) < 2:
        return []
    asked = Q(person__name__icontains=words.strip()) | Q(organisation__slug__icontains=fold(words).replace(" ", "-"))
    rows = list(_speaking(project).filter(asked).order_by("organisation__slug", "pk")[:12])
    names = names_for(me=me, people=[row.person for row in rows], are_mates=project.network_id in me.roles)
    return [{"mandate": row, "name": names[row.person_id]} for row in rows if names.get(row.person_id)]


def known(me: Actor, project: Project, mandate: str) -> Mandate | None:
    """The mandate of somebody who may be asked, by its id; None when the reader may not know of them."""
    try:
        row = _speaking(project).filter(pk=UUID(mandate)).first()
    except ValueError:
        return None
    names = names_for(me=me, people=[row.person], are_mates=project.network_id in me.roles) if row else {}
    return row if row is not None and names.get(row.person_id) else None


def _speaking(project: Project) -> QuerySet[Mandate]:
    """Mandates of today in organisations of the project's network, whose people are not near the team yet."""
    members = Membership.objects.active().filter(network=project.network_id).values("organisation")
    near = Teammate.objects.filter(project=project, state__in=["active", "invited"], person__isnull=False)
    rows = Mandate.objects.in_force().filter(organisation__in=members, person__is_active=True)
    return rows.exclude(person__in=near.values("person")).select_related("person", "organisation")
