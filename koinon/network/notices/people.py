"""What people are told about mandates, coordination and invitations."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.kit import links, mail
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Coordination, Invitation, Mandate, last_day, name_in
from koinon.network.notices.telling import day, name, role, tell


def mandate_given(*, by: Actor, result: Mandate) -> None:
    """The new one and all who speak for the organisation already, also the one who went."""
    organisation = result.organisation
    address = reverse("network:people", args=[organisation.slug])
    facts = {"organisation": name(organisation), "person": str(result.person), "role": role(result.get_role_display)}
    title = _("You speak for %(organisation)s now (%(role)s)")
    tell(by, [result.person], kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))
    others = [person for person in queries.speakers_of(organisation) if person.pk != result.person_id]
    title = _("%(person)s speaks for %(organisation)s now (%(role)s)")
    tell(by, others, kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))


def mandate_ended(*, by: Actor, result: Mandate) -> None:
    """The one who had it, and those who stay."""
    facts = {
        "organisation": name(result.organisation),
        "person": str(result.person),
        "role": role(result.get_role_display),
        "reason": result.ended_why,
    }
    title = _("Your mandate for %(organisation)s has ended (%(role)s)")
    tell(by, [result.person], kind="network.mandate", title=title, text="%(reason)s", facts=facts, address="/desk/")
    others = [person for person in queries.speakers_of(result.organisation) if person.pk != result.person_id]
    address = reverse("network:people", args=[result.organisation.slug])
    title = _("%(person)s does not speak for %(organisation)s any more (%(role)s)")
    tell(by, others, kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))


def mandate_ending(*, by: Actor, result: Mandate) -> None:
    """A few weeks before: time to appoint again."""
    mandate, until = result, last_day(result.period)
    facts = {"organisation": name(mandate.organisation), "role": role(mandate.get_role_display), "day": day(until)}
    tell(
        by,
        queries.speakers_of(mandate.organisation_id),
        kind="network.mandate",
        title=_("A mandate for %(organisation)s ends on %(day)s (%(role)s)"),
        text=_("Renew it or hand over, so that somebody can answer for you."),
        address=reverse("network:people", args=[mandate.organisation.slug]),
        facts=facts,
        action=_("See who speaks for you"),
    )


def coordination_added(*, by: Actor, result: Coordination) -> None:
    facts = {"network": name(result.network), "role": role(result.get_role_display)}
    address = reverse("network:network", args=[result.network.slug])
    title = _("You help to run %(network)s now (%(role)s)")
    tell(by, [result.person], kind="network.application", title=title, address=address, facts=facts, action=_("Open"))


def coordination_ended(*, by: Actor, result: Coordination) -> None:
    facts = {"network": name(result.network), "role": role(result.get_role_display)}
    title = _("Your role in %(network)s has ended (%(role)s)")
    tell(by, [result.person], kind="network.application", title=title, facts=facts, address="/desk/")


def invited(*, by: Actor, result: Invitation) -> None:
    """The letter with the one-tap link; and the one who would be replaced is told at once."""
    send_invitation(result)
    if result.takes_over is not None and result.takes_over.person_id != by.person:
        facts = {"organisation": name(result.takes_over.organisation), "decision": result.decision}
        tell(
            by,
            [result.takes_over.person],
            kind="network.mandate",
            title=_("Somebody else was invited to represent %(organisation)s"),
            text=_("Decision: %(decision)s. Your mandate ends when the invitation is accepted."),
            address=reverse("network:people", args=[result.takes_over.organisation.slug]),
            facts=facts,
            action=_("See who speaks for you"),
        )


def invitation_reminded(*, by: Actor, result: Invitation) -> None:
    send_invitation(result)


def invitation_refused(*, by: Actor, result: Invitation) -> None:
    _tell_inviter(by, result, _("%(email)s declined the invitation to %(thing)s"))


def invitation_expired(*, by: Actor, result: Invitation) -> None:
    _tell_inviter(by, result, _("%(email)s did not answer the invitation to %(thing)s in time"))


def send_invitation(invitation: Invitation) -> None:
    """The letter itself: to somebody who may have no account yet."""
    token = links.make("network.invitation", invitation=str(invitation.pk))
    thing = invitation.network or invitation.organisation
    assert thing is not None
    mail.send(
        to=invitation.email,
        template="network/mail/invitation",
        language=invitation.language,
        context={
            "invitation": invitation,
            "thing": name_in(thing.names, thing.language, invitation.language),
            "address": settings.KOINON_URL + reverse("network:invitation", args=[token]),
        },
    )


def _tell_inviter(by: Actor, invitation: Invitation, title: Any) -> None:
    thing = invitation.network or invitation.organisation
    assert thing is not None
    if invitation.organisation is not None:
        address = reverse("network:people", args=[invitation.organisation.slug])
    else:
        address = reverse("network:staff", args=[thing.slug])
    people = [invitation.invited_by] if invitation.invited_by else []
    facts = {"email": invitation.email, "thing": name(thing)}
    tell(by, people, kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))
