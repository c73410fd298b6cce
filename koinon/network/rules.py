"""Who may? The same answer for pages, jobs, the shell and the demo loader."""

from koinon.kit.verbs import Actor
from koinon.network.models import (
    SPEAKS,
    Application,
    Coordination,
    Intake,
    Invitation,
    Mandate,
    Membership,
    Network,
    Organisation,
)

LEADS = ("head", "representative")


def speaks_for(*, by: Actor, organisation: Organisation) -> bool:
    """Head, representative or deputy; or who registered it, while nobody has a mandate."""
    return any(by.holds(role, organisation.pk) for role in SPEAKS)


def leads(*, by: Actor, organisation: Organisation) -> bool:
    """Head or representative: may give and take mandates."""
    return any(by.holds(role, organisation.pk) for role in LEADS)


def coordinates(*, by: Actor, network: Network) -> bool:
    return by.is_machine or by.holds("coordinator", network.pk)


def coordinates_a_network_of(*, by: Actor, organisation: Organisation) -> bool:
    """Coordinates a network of which the organisation is a member today."""
    runs = by.scopes("coordinator")
    return bool(runs) and Membership.objects.active().filter(organisation=organisation, network__in=runs).exists()


def nobody_leads(*, organisation: Organisation) -> bool:
    """True while the organisation has neither head nor representative."""
    return not Mandate.objects.in_force().filter(organisation=organisation, role__in=LEADS).exists()


def may_found(*, by: Actor) -> bool:
    return by.is_operator or by.is_machine


def may_run(*, by: Actor, network: Network) -> bool:
    return coordinates(by=by, network=network)


def may_export(*, by: Actor, network: Network) -> bool:
    """Whoever belongs to the network or runs it."""
    return by.is_known and network.pk in by.roles


def may_edit_network(*, by: Actor, network: Network) -> bool:
    return by.is_operator or coordinates(by=by, network=network)


def may_read_applications(*, by: Actor, network: Network) -> bool:
    return coordinates(by=by, network=network) or by.holds("reviewer", network.pk)


def may_register(*, by: Actor) -> bool:
    return by.is_known or by.is_machine


def may_edit_organisation(*, by: Actor, organisation: Organisation) -> bool:
    """Those who speak for it; a coordinator of its network while nobody leads it."""
    if by.is_machine or speaks_for(by=by, organisation=organisation):
        return True
    return coordinates_a_network_of(by=by, organisation=organisation) and nobody_leads(organisation=organisation)


def may_apply(*, by: Actor, organisation: Organisation) -> bool:
    return by.is_machine or speaks_for(by=by, organisation=organisation)


def may_change_application(*, by: Actor, application: Application) -> bool:
    """The applicant, and whoever speaks for the organisation."""
    is_applicant = by.is_known and by.person == application.applicant_id
    return by.is_machine or is_applicant or speaks_for(by=by, organisation=application.organisation)


def may_review(*, by: Actor, application: Application) -> bool:
    return may_read_applications(by=by, network=application.network)


def may_decide(*, by: Actor, application: Application) -> bool:
    return coordinates(by=by, network=application.network)


def may_end_membership(*, by: Actor, membership: Membership) -> bool:
    """The network's coordinator ends it; an organisation's head or representative leaves."""
    return coordinates(by=by, network=membership.network) or leads(by=by, organisation=membership.organisation)


def may_appoint(*, by: Actor, organisation: Organisation, role: str = "representative", decision: str = "") -> bool:
    """Head and representative appoint anybody; a deputy appoints contacts; a coordinator helps where nobody leads.

    A coordinator may also bring in a new head or representative where the old one is gone, by naming the decision.
    """
    if by.is_machine or leads(by=by, organisation=organisation):
        return True
    if role == "contact" and by.holds("deputy", organisation.pk):
        return True
    if not coordinates_a_network_of(by=by, organisation=organisation):
        return False
    return nobody_leads(organisation=organisation) or (role in LEADS and bool(decision.strip()))


def may_invite(
    *,
    by: Actor,
    organisation: Organisation | None = None,
    network: Network | None = None,
    role: str = "representative",
    decision: str = "",
) -> bool:
    if network is not None:
        return by.is_operator or coordinates(by=by, network=network)
    return organisation is not None and may_appoint(by=by, organisation=organisation, role=role, decision=decision)


def may_take_back(*, by: Actor, invitation: Invitation) -> bool:
    """Who sent it, who leads the organisation, who coordinates the network."""
    if by.is_machine or (by.is_known and by.person == invitation.invited_by_id):
        return True
    if invitation.network is not None:
        return coordinates(by=by, network=invitation.network)
    return invitation.organisation is not None and leads(by=by, organisation=invitation.organisation)


def may_withdraw_mandate(*, by: Actor, mandate: Mandate) -> bool:
    """One's own, always; others' by head and representative of the organisation."""
    is_mine = by.is_known and by.person == mandate.person_id
    return by.is_machine or is_mine or leads(by=by, organisation=mandate.organisation)


def may_remove(*, by: Actor, coordination: Coordination) -> bool:
    is_mine = by.is_known and by.person == coordination.person_id
    return is_mine or coordinates(by=by, network=coordination.network)


def may_run_intake(*, by: Actor, intake: Intake) -> bool:
    """An import is run by the coordinators of its network."""
    return by.is_machine or by.holds("coordinator", intake.network_id)
