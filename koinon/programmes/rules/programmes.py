"""Who may open and run a programme, and write its toolkit."""

from koinon.kit.verbs import Actor
from koinon.matching.models import SPEAKERS
from koinon.network.models import Membership, Network, Organisation
from koinon.programmes.models import Programme, Toolkit, ToolkitProposal


def may_open(*, by: Actor, organisation: Organisation, network: Network) -> bool:
    """Whoever speaks for a member of the network."""
    belongs = Membership.objects.active().filter(organisation=organisation, network=network).exists()
    return by.is_machine or (belongs and any(by.holds(role, organisation.pk) for role in SPEAKERS))


def may_run(*, by: Actor, programme: Programme) -> bool:
    """Those who speak for the organisation that runs it, and coordinators of its network."""
    if by.is_machine or by.holds("coordinator", programme.network_id):
        return True
    return any(by.holds(role, programme.organisation_id) for role in SPEAKERS)


def may_write(*, by: Actor, toolkit: Toolkit) -> bool:
    """The toolkit is written by those who run the programme."""
    return may_run(by=by, programme=toolkit.programme)


def may_answer(*, by: Actor, proposal: ToolkitProposal) -> bool:
    """Its authors answer what facilitators propose."""
    return may_run(by=by, programme=proposal.toolkit.programme)
