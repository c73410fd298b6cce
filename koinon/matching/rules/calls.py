"""Who may look at calls before they are published, set a network's rules for them, translate them?"""

from uuid import UUID

from koinon.kit.verbs import Actor
from koinon.matching.models import SPEAKERS, Listing
from koinon.matching.rules import may_reopen, speaks
from koinon.network.models import Coordination, Mandate, Network


def may_publish(*, by: Actor, listing: Listing) -> bool:
    """Those who speak for it, while it belongs to the network."""
    return may_reopen(by=by, listing=listing)


def may_judge(*, by: Actor, listing: Listing) -> bool:
    """A coordinator of the network; one who speaks for the organisation only where nobody else could."""
    if by.is_machine:
        return True
    if not by.holds("coordinator", listing.network_id):
        return False
    return not speaks(by, listing.organisation_id) or not _others(listing.network_id, listing.organisation_id)


def may_rule(*, by: Actor, network: Network) -> bool:
    return by.is_machine or by.holds("coordinator", network.pk)


def may_translate(*, by: Actor, listing: Listing) -> bool:
    """Those who speak for it, and the network's coordinators."""
    return speaks(by, listing.organisation_id) or by.holds("coordinator", listing.network_id)


def _others(network: UUID, organisation: UUID) -> bool:
    """Is there a coordinator who does not speak for this organisation?"""
    speakers = Mandate.objects.in_force().filter(organisation=organisation, role__in=SPEAKERS).values("person")
    rows = Coordination.objects.in_force().filter(network=network, role="coordinator")
    return rows.exclude(person__in=speakers).exists()
