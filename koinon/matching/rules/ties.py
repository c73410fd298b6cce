"""Who may declare, confirm and end ties, found and run clusters, and build bridges?"""

from koinon.kit.verbs import Actor
from koinon.matching.models import Ballot, Bridge, Cluster, ClusterMember, PlanStep, Tie
from koinon.matching.rules import belongs, speaks
from koinon.network.models import Network, Organisation


def may_declare(*, by: Actor, network: Network, organisation: Organisation, other: Organisation) -> bool:
    """Those who speak for a member, about another member of the same network."""
    is_two = organisation.pk != other.pk
    return (
        is_two and speaks(by, organisation.pk) and all(belongs(network.pk, each.pk) for each in (organisation, other))
    )


def may_answer(*, by: Actor, tie: Tie, organisation: Organisation) -> bool:
    """The side that did not declare it, through somebody who speaks for it."""
    return organisation.pk in tie.sides and organisation.pk != tie.declared_by_id and speaks(by, organisation.pk)


def may_withdraw(*, by: Actor, tie: Tie) -> bool:
    """The side that declared it."""
    return tie.declared_by_id is not None and speaks(by, tie.declared_by_id)


def may_show(*, by: Actor, tie: Tie, organisation: Organisation) -> bool:
    """Either side of a tie that was derived, while both belong to the network."""
    is_side = organisation.pk in tie.sides and speaks(by, organisation.pk)
    return is_side and all(belongs(tie.network_id, each) for each in tie.sides)


def may_end(*, by: Actor, tie: Tie, organisation: Organisation) -> bool:
    """Either side, on its own."""
    return organisation.pk in tie.sides and speaks(by, organisation.pk)


def leads(by: Actor, cluster: Cluster) -> bool:
    """Does this person coordinate the cluster, with a mandate of a member that still holds, here too?"""
    if by.is_machine:
        return True
    rows = cluster.leads.filter(person=by.person).values_list("organisation", flat=True) if by.is_known else ()
    sitting = set(cluster.seats.filter(state="member").values_list("organisation", flat=True)) if rows else set()
    return any(each in sitting and speaks(by, each) and belongs(cluster.network_id, each) for each in rows)


def may_found(*, by: Actor, network: Network, organisation: Organisation) -> bool:
    """Those who speak for a member of the network."""
    return speaks(by, organisation.pk) and belongs(network.pk, organisation.pk)


def may_lead(*, by: Actor, cluster: Cluster) -> bool:
    """Its coordinators, while it lives."""
    return cluster.is_alive and leads(by, cluster)


def may_close(*, by: Actor, cluster: Cluster) -> bool:
    """Its coordinators; and those of the network, who keep its pages in order."""
    return cluster.is_alive and (leads(by, cluster) or by.holds("coordinator", cluster.network_id))


def may_appoint(*, by: Actor, cluster: Cluster) -> bool:
    """Its coordinators; and those of the network, so that a cluster whose coordinator left is not lost."""
    return cluster.is_alive and (leads(by, cluster) or by.holds("coordinator", cluster.network_id))


def may_join(*, by: Actor, cluster: Cluster, organisation: Organisation) -> bool:
    """Those who speak for a member of the network, while the cluster lives."""
    is_open = cluster.is_founded and cluster.is_alive
    return is_open and speaks(by, organisation.pk) and belongs(cluster.network_id, organisation.pk)


def may_invite(*, by: Actor, cluster: Cluster, organisation: Organisation) -> bool:
    """Its coordinators, a member of the same network."""
    return may_lead(by=by, cluster=cluster) and belongs(cluster.network_id, organisation.pk)


def may_decide_seat(*, by: Actor, seat: ClusterMember) -> bool:
    """What was asked, the cluster's coordinators decide; what was offered, the organisation itself."""
    if seat.state == "asked":
        return may_lead(by=by, cluster=seat.cluster)
    return seat.state == "invited" and seat.cluster.is_alive and speaks(by, seat.organisation_id)


def may_leave(*, by: Actor, seat: ClusterMember) -> bool:
    """The organisation itself; what it asked, it may take back."""
    return speaks(by, seat.organisation_id)


def may_plan(*, by: Actor, step: PlanStep) -> bool:
    """The cluster's coordinators, and those who speak for the organisation that sees to the step."""
    is_theirs = step.organisation_id is not None and speaks(by, step.organisation_id)
    return step.cluster.is_alive and (leads(by, step.cluster) or is_theirs)


def may_remove_step(*, by: Actor, step: PlanStep) -> bool:
    return may_lead(by=by, cluster=step.cluster)


def may_vote(*, by: Actor, ballot: Ballot, organisation: Organisation) -> bool:
    """Those who speak for an organisation that was a member when the ballot opened, and still belongs there."""
    is_voter = organisation.pk in ballot.voters and speaks(by, organisation.pk)
    return is_voter and belongs(ballot.cluster.network_id, organisation.pk)


def may_build(*, by: Actor, bridge: Bridge) -> bool:
    """A coordinator of the network who speaks for neither side: then another coordinator decides."""
    is_party = not by.is_machine and any(speaks(by, each) for each in (bridge.one_id, bridge.other_id))
    return by.is_machine or (by.holds("coordinator", bridge.network_id) and not is_party)
