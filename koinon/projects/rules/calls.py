"""Who runs a call, and who scores for it."""

from koinon.kit.verbs import Actor
from koinon.matching.models import SPEAKERS
from koinon.network.models import Membership, Network, Organisation
from koinon.projects.models import Call, Judgement, Juror, Project, SmallGrant, Teammate


def may_call(*, by: Actor, network: Network, organisation: Organisation) -> bool:
    """Whoever speaks for an organisation, in a network it belongs to."""
    if by.is_machine:
        return True
    belongs = Membership.objects.active().filter(network=network, organisation=organisation).exists()
    return belongs and any(by.holds(role, organisation.pk) for role in SPEAKERS)


def may_run(*, by: Actor, call: Call) -> bool:
    """Those who speak for its organisation, and the coordinators of its network."""
    speaks = any(by.holds(role, call.organisation_id) for role in SPEAKERS)
    return by.is_machine or speaks or by.holds("coordinator", call.network_id)


def may_let_go(*, by: Actor, juror: Juror) -> bool:
    """Jurors go when they want; those who run the call let them go."""
    return (by.is_known and by.person == juror.person_id) or may_run(by=by, call=juror.call)


def scores(*, by: Actor, judgement: Judgement) -> bool:
    """Nobody but the juror whose points these are."""
    return by.is_known and by.person == judgement.juror.person_id


def is_near(*, by: Actor, project: Project) -> bool:
    """Is or was on the team: too near to decide about it. An invitation alone bars nobody."""
    near = Teammate.objects.filter(project=project, state__in=["active", "left"])
    return by.is_known and near.filter(person=by.person).exists()


def may_choose(*, by: Actor, project: Project) -> bool:
    """Who runs the call of a plan, and is not on its team; without a call the coordinator of its network."""
    if by.is_machine:
        return True
    if is_near(by=by, project=project):
        return False
    if project.call is not None:
        return may_run(by=by, call=project.call)
    return by.holds("coordinator", project.network_id)


def competes(*, by: Actor, call: Call) -> bool:
    """Is or was on the team of one of its plans: decides about none of them."""
    near = Teammate.objects.filter(project__call=call, state__in=["active", "left"])
    return by.is_known and near.exclude(project__state="dropped").filter(person=by.person).exists()


def may_decide(*, by: Actor, project: Project) -> bool:
    """Who runs the call, and is on no team that hopes to be selected."""
    competing = project.call is not None and competes(by=by, call=project.call)
    return may_choose(by=by, project=project) and not competing


def may_give(*, by: Actor, grant: SmallGrant) -> bool:
    """A person who runs the call, not on the team and not the supervisor: money is never decided by who is near."""
    return by.is_known and by.person != grant.project.supervisor_id and may_choose(by=by, project=grant.project)
