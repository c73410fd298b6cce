"""Who writes a plan, who leads its team, who supervises it."""

from koinon.kit.verbs import Actor
from koinon.network.models import Network
from koinon.projects.models import Call, CheckIn, Project, ProjectPhoto, Receipt, SmallGrant, Step, Teammate
from koinon.projects.models.projects import BudgetLine, Risk
from koinon.projects.rules import calls


def may_begin(*, by: Actor, network: Network, call: Call | None = None) -> bool:
    """Somebody with an account who belongs to the network, or answers a call that they may see."""
    if by.is_machine:
        return True
    sees = call is not None and Call.objects.visible_to(by).filter(pk=call.pk, state="open").exists()
    return by.is_known and (network.pk in by.roles or sees)


def on_team(*, by: Actor, project: Project) -> bool:
    """Is on the team today."""
    active = Teammate.objects.filter(project=project, state="active")
    return by.is_machine or (by.is_known and active.filter(person=by.person).exists())


def leads(*, by: Actor, project: Project) -> bool:
    """Leads the team today."""
    active = Teammate.objects.filter(project=project, state="active", role="lead")
    return by.is_machine or (by.is_known and active.filter(person=by.person).exists())


def writes_step(*, by: Actor, step: Step) -> bool:
    return on_team(by=by, project=step.project)


def writes_risk(*, by: Actor, risk: Risk) -> bool:
    return on_team(by=by, project=risk.project)


def writes_line(*, by: Actor, line: BudgetLine) -> bool:
    return on_team(by=by, project=line.project)


def is_asked(*, by: Actor, teammate: Teammate) -> bool:
    """The invitation is for this person."""
    return by.is_known and teammate.person_id == by.person


def may_take_back(*, by: Actor, teammate: Teammate) -> bool:
    """Who invited, while on the team, and who leads it."""
    invited = by.is_known and teammate.invited_by_id == by.person and on_team(by=by, project=teammate.project)
    return invited or leads(by=by, project=teammate.project)


def may_part(*, by: Actor, teammate: Teammate) -> bool:
    """Nobody stays against their will; the lead may take others off."""
    return (by.is_known and teammate.person_id == by.person) or leads(by=by, project=teammate.project)


def may_hand(*, by: Actor, teammate: Teammate) -> bool:
    """The lead gives the lead away; nobody takes it."""
    return leads(by=by, project=teammate.project)


def supervises(*, by: Actor, project: Project) -> bool:
    """The supervisor; where there is none, or in their place, who runs the call: never somebody of the team."""
    if calls.is_near(by=by, project=project):
        return False
    is_supervisor = by.is_known and project.supervisor_id == by.person
    return is_supervisor or calls.may_choose(by=by, project=project)


def may_answer(*, by: Actor, check_in: CheckIn) -> bool:
    return supervises(by=by, project=check_in.project)


def shows_photo(*, by: Actor, photo: ProjectPhoto) -> bool:
    """The team says what everybody may see."""
    return on_team(by=by, project=photo.check_in.project)


def may_pause(*, by: Actor, project: Project) -> bool:
    """The lead, and who supervises."""
    return leads(by=by, project=project) or supervises(by=by, project=project)


def may_ask(*, by: Actor, grant: SmallGrant) -> bool:
    """The team, for a grant of its own."""
    return on_team(by=by, project=grant.project)


def may_mend(*, by: Actor, receipt: Receipt) -> bool:
    """The team, for its receipts."""
    return on_team(by=by, project=receipt.grant.project)


def may_check(*, by: Actor, receipt: Receipt) -> bool:
    """Those who may give the grant."""
    return calls.may_give(by=by, grant=receipt.grant)
