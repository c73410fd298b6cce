"""Who speaks for an organisation here, where it may write, how both sides reach each other once both said yes."""

from collections.abc import Iterable
from uuid import UUID

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Mandate, Membership, Network
from koinon.network.queries.people import speakers_of as people_of
from koinon.network.queries.people import staff_of


def homes_of(me: Actor, network: Network | None = None) -> list[Membership]:
    """The memberships in whose name I may offer and ask: one query, the one I act for first."""
    rows = Membership.objects.active().filter(organisation__in=voices(me)).select_related("organisation", "network")
    if network is not None:
        rows = rows.filter(network=network)
    return sorted(rows, key=lambda row: (row.organisation_id != me.acting_for, row.network.slug, row.organisation.slug))


def speakers_of(organisation: UUID) -> list[Person]:
    """Those who get notices about offers and needs of the organisation."""
    return people_of(organisation)


def coordinators_of(network: UUID) -> list[Person]:
    return staff_of(network, ["coordinator"])


def contacts_of(organisations: Iterable[UUID]) -> dict[UUID, list[Person]]:
    """Who speaks for each of these today; shown only where both sides said yes. One query."""
    rows = Mandate.objects.in_force().filter(
        organisation__in=list(organisations), role__in=["head", "representative"], person__is_active=True
    )
    found: dict[UUID, list[Person]] = {}
    for row in rows.select_related("person").order_by("organisation", "role", "pk"):
        if row.person not in found.setdefault(row.organisation_id, []):
            found[row.organisation_id].append(row.person)
    return found
