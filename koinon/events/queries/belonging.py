"""What stands in the way of another network, and what there is to choose."""

from uuid import UUID

from koinon.events.models import ENDED, Event
from koinon.events.queries.organising import networks
from koinon.kit.verbs import Actor
from koinon.network.models import Coordination, Mandate, Membership, Network
from koinon.projects.models import Project

MOST = 100


def nominated(event: Event) -> int:
    """Nominations that wait for a coordinator."""
    return event.registrations.filter(state="sender").count()


def losing(event: Event, network: Network) -> int:
    """People registered for an event of members only who are no members of this network; two or three queries."""
    if event.audience != "network":
        return 0
    rows = event.registrations.exclude(state__in=ENDED).filter(person__isnull=False)
    people = set(rows.order_by().values_list("person", flat=True))
    return len(people - _members_among(people, network)) if people else 0


def choices(me: Actor, event: Event) -> tuple[list[Network], list[Project]]:
    """Networks of its holder that are mine too, and projects whose work I see from inside; the present ones as well."""
    here = [event.network] if event.network else []
    mine = networks(me, [event.organisation])
    inside = Project.objects.inside(me).exclude(state__in=["dropped", "rejected", "archived"]).order_by("-pk")[:MOST]
    now = [event.project] if event.project else []
    return list(dict.fromkeys([*here, *mine])), list(dict.fromkeys([*now, *inside]))


def _members_among(people: set[UUID], network: Network) -> set[UUID]:
    """Who speaks for a member today, or has an office in the network."""
    members = Membership.objects.active().filter(network=network).values("organisation")
    spoken = Mandate.objects.in_force().filter(person__in=people, organisation__in=members).order_by()
    offices = Coordination.objects.in_force().filter(person__in=people, network=network).order_by()
    return {*spoken.values_list("person", flat=True), *offices.values_list("person", flat=True)}
