"""Who may? The same answer for pages, jobs, the shell and the demo loader."""

from datetime import date

from koinon.kit.verbs import Actor
from koinon.network.models import (
    SPEAKS,
    Application,
    Beginning,
    Claim,
    Coordination,
    Coordinations,
    Criterion,
    FirstStep,
    Form,
    Intake,
    Invitation,
    Mandate,
    Membership,
    MembershipClass,
    Merge,
    MergeConsent,
    Network,
    Organisation,
    Quota,
    Report,
    Review,
    Standing,
    Succession,
    Window,
)

LEADS = ("head", "representative")


def speaks_for(*, by: Actor, organisation: Organisation) -> bool:
    """Head, representative or deputy; or who registered it, while nobody leads it."""
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


def may_set(
    *,
    by: Actor,
    network: Network,
    quota: Quota | None = None,
    window: Window | None = None,
    criterion: Criterion | None = None,
    step: FirstStep | None = None,
    membership_class: MembershipClass | None = None,
) -> bool:
    """How a network admits is said by its coordinators, about rows of this network and of no other."""
    rows = (quota, window, criterion, step, membership_class)
    return may_run(by=by, network=network) and all(row is None or row.network_id == network.pk for row in rows)


def may_build(*, by: Actor, form: Form) -> bool:
    """The questions a network asks are made by its coordinators."""
    return coordinates(by=by, network=form.network)


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
    """Whoever speaks for the organisation; the applicant, unless they spoke for it once and do no longer."""
    if by.is_machine or speaks_for(by=by, organisation=application.organisation):
        return True
    is_applicant = by.is_known and by.person == application.applicant_id
    return is_applicant and not Mandate.objects.ended_for(by.person, application.organisation_id).exists()


def may_share(*, by: Actor, application: Application) -> bool:
    """Whom one lets write an application speaks for the organisation: so who leads it, or who registered it, shares."""
    organisation = application.organisation
    return leads(by=by, organisation=organisation) or by.holds("applicant", organisation.pk)


def may_join(*, by: Actor) -> bool:
    """Who holds the link; the verb looks at it."""
    return by.is_known


def may_review(*, by: Actor, application: Application) -> bool:
    return may_read_applications(by=by, network=application.network)


def may_decide(*, by: Actor, application: Application, in_class: MembershipClass | None = None) -> bool:
    """Coordinators, but not one who said that they are not impartial here, nor in their own house; no foreign class."""
    if in_class is not None and in_class.network_id != application.network_id:
        return False
    if by.is_machine:
        return True
    barred = Review.objects.filter(application=application, person=by.person, state="conflict")
    may = coordinates(by=by, network=application.network) and not barred.exists()
    return may and not is_own_house(by=by, application=application)


def is_own_house(*, by: Actor, application: Application) -> bool:
    """True for a coordinator who applies, or speaks for who applies, while another one could decide instead."""
    organisation = application.organisation
    if by.person != application.applicant_id and not speaks_for(by=by, organisation=organisation):
        return False
    barred = Review.objects.filter(application=application, state="conflict").values("person")
    free = _coordinators_beside(application.network, organisation)
    return free.exclude(person__in=barred).exclude(person=application.applicant_id).exists()


def _coordinators_beside(network: Network, organisation: Organisation) -> Coordinations:
    """Who coordinates the network today and does not speak for this organisation."""
    speakers = Mandate.objects.in_force().filter(organisation=organisation, role__in=SPEAKS).values("person")
    rows = Coordination.objects.in_force().filter(network=network, role="coordinator", person__is_active=True)
    return rows.exclude(person__in=speakers)


def _judges_member(by: Actor, membership: Membership) -> bool:
    """A coordinator of the network; about a member that one speaks for oneself only where nobody else could."""
    network, organisation = membership.network, membership.organisation
    if not coordinates(by=by, network=network):
        return False
    return not speaks_for(by=by, organisation=organisation) or not _coordinators_beside(network, organisation).exists()


def may_give_review(*, by: Actor, review: Review) -> bool:
    """The one who was asked, as long as they belong to the staff."""
    is_mine = by.is_known and by.person == review.person_id
    return by.is_machine or (is_mine and may_read_applications(by=by, network=review.application.network))


def may_assess(*, by: Actor, review: Review) -> bool:
    """The same, unless they have come to speak for the organisation since they were asked."""
    application = review.application
    is_party = by.person == application.applicant_id or speaks_for(by=by, organisation=application.organisation)
    return may_give_review(by=by, review=review) and (by.is_machine or not is_party)


def may_decide_review(*, by: Actor, review: Review) -> bool:
    return may_decide(by=by, application=review.application)


def may_write_letter(*, by: Actor, application: Application) -> bool:
    """Who decides writes."""
    return may_decide(by=by, application=application)


def may_tick(*, by: Actor, beginning: Beginning) -> bool:
    """The coordinator any step; the member its own."""
    if coordinates(by=by, network=beginning.application.network):
        return True
    return beginning.step.who == "member" and may_change_application(by=by, application=beginning.application)


def class_allows(*, organisation: Organisation, network: Network, right: str) -> bool:
    """Does the organisation's class of membership there give this right (see models.Right)? Without classes: yes."""
    of_member = Membership.objects.active().filter(organisation=organisation, network=network, in_class__isnull=False)
    held = MembershipClass.objects.filter(memberships__in=of_member).values_list("rights", flat=True)
    return all(right in rights for rights in held)


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


def is_unclaimed(*, organisation: Organisation) -> bool:
    """True for a shadow: written down by others, and nobody has ever spoken for it."""
    return organisation.merged_into_id is None and not Mandate.objects.filter(organisation=organisation).exists()


def may_claim(*, by: Actor, organisation: Organisation) -> bool:
    """Anybody may ask, signed in or not, while it is a shadow; an address at its domain is proved next."""
    return is_unclaimed(organisation=organisation)


def may_decide_claim(*, by: Actor, claim: Claim) -> bool:
    """The coordinators of the network in which it was claimed, never those of another one."""
    return coordinates(by=by, network=claim.network)


def may_take_claim_back(*, by: Actor, claim: Claim) -> bool:
    return by.is_known and by.person == claim.person_id


def may_merge(*, by: Actor, network: Network, kept: Organisation, gone: Organisation) -> bool:
    """The coordinator of a network to which both belong today; other networks they belong to are asked as well."""
    rows = Membership.objects.active().filter(network=network, organisation__in=[kept, gone])
    return coordinates(by=by, network=network) and rows.count() == len({kept.pk, gone.pk}) == 2


def may_run_merge(*, by: Actor, merge: Merge) -> bool:
    """Undo it or take it back: coordinators of the network that merged, and of those that agreed."""
    if coordinates(by=by, network=merge.network):
        return True
    return merge.consents.filter(network__in=by.scopes("coordinator")).exists()


def may_agree(*, by: Actor, consent: MergeConsent) -> bool:
    """The coordinators of the network that is asked, nobody in their place."""
    return by.holds("coordinator", consent.network_id)


def may_take_over(*, by: Actor, deputy: Mandate) -> bool:
    """The deputy, while deputy: a one-tap link says who it is, as signing in does."""
    is_deputy = Mandate.objects.in_force().filter(pk=deputy.pk, role="deputy").exists()
    return is_deputy and by.is_known and by.person == deputy.person_id


def may_say_reachable(*, by: Actor, succession: Succession) -> bool:
    """Who speaks for the organisation, and coordinators of its networks."""
    organisation = succession.organisation
    return speaks_for(by=by, organisation=organisation) or coordinates_a_network_of(by=by, organisation=organisation)


def in_good_standing(*, network: Network, organisation: Organisation) -> bool:
    """False for members who are inactive: they read, and answer what is asked of them, but write nothing new here."""
    rows = Standing.objects.silent().filter(membership__network=network, membership__organisation=organisation)
    return not rows.filter(membership__period__contains=date.today()).exists()


def may_write_report(*, by: Actor, report: Report) -> bool:
    return by.is_machine or speaks_for(by=by, organisation=report.membership.organisation)


def may_read_answers(*, by: Actor, report: Report) -> bool:
    """Who speaks for the member, at any time; the network's staff once it was handed in, never while it is a draft."""
    is_ours = speaks_for(by=by, organisation=report.membership.organisation)
    is_given = report.state not in (Report.State.DUE, Report.State.DRAFT)
    return is_ours or (is_given and may_read_applications(by=by, network=report.network))


def may_judge_report(*, by: Actor, report: Report) -> bool:
    return _judges_member(by, report.membership)


def may_change_standing(*, by: Actor, membership: Membership) -> bool:
    return _judges_member(by, membership)


def may_confirm(*, by: Actor, organisation: Organisation) -> bool:
    """Who speaks for it says that its page is still right."""
    return by.is_machine or speaks_for(by=by, organisation=organisation)
