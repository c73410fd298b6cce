"""Who runs a network, who speaks for an organisation."""

from collections.abc import Iterable
from uuid import UUID

from koinon.accounts.models import Person
from koinon.network.models import Coordination, Mandate, Network, Organisation

LEADS = ("head", "representative", "deputy")


def staff_of(network: Network | UUID, roles: Iterable[str] = ("coordinator", "reviewer")) -> list[Person]:
    """The people who coordinate the network or review its applications today, each once."""
    rows = Coordination.objects.in_force().filter(network=network, role__in=list(roles), person__is_active=True)
    return _each_once(row.person for row in rows.select_related("person"))


def speakers_of(organisation: Organisation | UUID, roles: Iterable[str] = LEADS) -> list[Person]:
    """The people with a mandate of the organisation today, each once."""
    rows = Mandate.objects.in_force().filter(organisation=organisation, role__in=list(roles), person__is_active=True)
    return _each_once(row.person for row in rows.select_related("person"))


def _each_once(people: Iterable[Person]) -> list[Person]:
    return list({person.pk: person for person in people}.values())
