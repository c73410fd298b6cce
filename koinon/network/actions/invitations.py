"""Invitations by e-mail: to speak for an organisation, to take over from one who does, to run a network."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.actions import join
from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, anyone, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import coordinations, mandates
from koinon.network.models import INVITATION_STEPS, Coordination, Invitation, Mandate, Network, Organisation

LIFE = timedelta(days=14)
PURPOSE = "network.invitation"

conflict("invitation_one_open", "email", gettext_lazy("This address is invited already and has not answered yet."))


@verb("network.invited", rule=rules.may_invite, then=notices.invited)
def invite(
    *,
    by: Actor,
    email: str,
    language: str,
    organisation: Organisation | None = None,
    network: Network | None = None,
    role: str = "representative",
    topic: str = "",
    takes_over: Mandate | None = None,
    decision: str = "",
    decided_on: date | None = None,
    letter: UploadedFile | None = None,
    message: str = "",
) -> Invitation:
    """Send a one-tap link; the mandate or coordination begins when it is accepted. Valid for 14 days.

    Where a head or representative is in office, the new one takes over from that person.
    """
    _check_role(role, network)
    if organisation is not None and role in rules.LEADS and takes_over is None:
        takes_over = Mandate.objects.in_force().filter(organisation=organisation, role=role).first()
    return Invitation.objects.create(
        organisation=organisation,
        network=network,
        email=email.strip().lower(),
        language=language,
        role=role,
        topic=prose.line(topic)[:120],
        takes_over=takes_over,
        decision=prose.line(decision)[:200],
        decided_on=decided_on,
        letter=mandates.kept_letter(letter, organisation, by) if organisation else None,
        message=prose.clean(message)[:1000],
        invited_by_id=by.person,
        until=timezone.now() + LIFE,
    )


@verb("network.invitation_accepted", rule=anyone)
def accept(
    *, by: Actor, invitation: Invitation, link: links.Link, name: str = "", language: str = "en"
) -> tuple[Invitation, Person]:
    """Who holds the link accepts, with or without an account: the mandate starts, the one it takes over ends."""
    links.use(link)
    clerk = _inviter(invitation)
    INVITATION_STEPS.move(invitation, "accepted")
    person = join(by=by, email=invitation.email, language=language, name=prose.line(name))
    if invitation.network is not None:
        coordinations.add(by=clerk, network=invitation.network, person=person, role=invitation.role)
    else:
        _appoint(clerk, invitation, person)
    return invitation, person


@verb("network.invitation_refused", rule=anyone, then=notices.invitation_refused)
def refuse(*, by: Actor, invitation: Invitation, link: links.Link) -> Invitation:
    """Who holds the link says no; nothing else changes."""
    links.use(link)
    INVITATION_STEPS.move(invitation, "refused")
    return invitation


@verb("network.invitation_withdrawn", rule=rules.may_take_back)
def withdraw(*, by: Actor, invitation: Invitation) -> Invitation:
    """The link in the e-mail leads nowhere from now on."""
    INVITATION_STEPS.move(invitation, "withdrawn")
    return invitation


@verb("network.invitation_expired", rule=only_machine, then=notices.invitation_expired)
def expire(*, by: Actor, invitation: Invitation) -> Invitation:
    """Nobody answered in time; who invited is told."""
    INVITATION_STEPS.move(invitation, "expired")
    return invitation


@verb("network.invitation_reminded", rule=only_machine, then=notices.invitation_reminded)
def remind(*, by: Actor, invitation: Invitation) -> Invitation:
    """The letter goes out once more, a few days before it expires."""
    invitation.reminded_at = timezone.now()
    invitation.save(update_fields=["reminded_at"])
    return invitation


def _check_role(role: str, network: Network | None) -> None:
    allowed = Coordination.Role.values if network is not None else Mandate.Role.values
    if role not in allowed:
        raise ValidationError({"role": [_("Please choose one of the list.")]})


def _inviter(invitation: Invitation) -> Actor:
    """Acts for the inviter, who must still have the right: a letter of a former representative opens nothing."""
    sender = invitation.invited_by
    clerk = Actor(role="invitation", acting_for=invitation.organisation_id, is_machine=True)
    if sender is None:
        return clerk
    is_allowed = rules.may_invite(
        by=actor_of(person=sender),
        organisation=invitation.organisation,
        network=invitation.network,
        role=invitation.role,
        decision=invitation.decision,
    )
    if not is_allowed or not sender.is_active:
        raise ValidationError(_("Who invited you may not do so any more. Please ask for a new invitation."))
    return clerk


def _appoint(clerk: Actor, invitation: Invitation, person: Person) -> None:
    assert invitation.organisation is not None
    mandates.appoint(
        by=clerk,
        organisation=invitation.organisation,
        person=person,
        role=invitation.role,
        topic=invitation.topic,
        decision=invitation.decision,
        decided_on=invitation.decided_on,
        letter=invitation.letter,
        takes_over=_in_office(invitation),
    )


def _in_office(invitation: Invitation) -> Mandate | None:
    """Who is head or representative at this moment: perhaps another than when the letter was written."""
    if invitation.role not in rules.LEADS:
        return None
    return Mandate.objects.in_force().filter(organisation=invitation.organisation, role=invitation.role).first()
