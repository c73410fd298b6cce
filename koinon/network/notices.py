"""What people are told about networks, applications, memberships and mandates, in their language."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts import notices
from koinon.accounts.models import Person
from koinon.kit import links, mail
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import (
    Application,
    Coordination,
    Invitation,
    Mandate,
    Membership,
    Network,
    Organisation,
    last_day,
    name_in,
)

SILENT = ("demo", "intake")
KINDS = [
    ("network.application", _("Applications to networks that I run"), "now"),
    ("network.membership", _("Applications and memberships of my organisation"), "now"),
    ("network.mandate", _("Who speaks for my organisation"), "now"),
]
APPLICATION_WORDS = {
    "review": _("%(network)s reads your application now"),
    "returned": _("Your turn: %(network)s asks for changes in your application"),
    "admitted": _("%(organisation)s is a member of %(network)s"),
    "declined": _("%(network)s declined the application of %(organisation)s"),
}


def applied(*, by: Actor, result: Application) -> None:
    """Those who run the network: somebody applies, or answered a question."""
    if result.state == "submitted":
        _tell(
            by,
            queries.staff_of(result.network_id),
            kind="network.application",
            title=_("%(organisation)s applies to %(network)s"),
            address=reverse("network:application", args=[result.network.slug, result.pk]),
            facts=_names(result.network, result.organisation),
            action=_("Read the application"),
        )


def application_moved(*, by: Actor, result: Application) -> None:
    """The applicant and whoever speaks for the organisation: where it stands, and why."""
    _tell(
        by,
        _applicants(result),
        kind="network.membership",
        title=APPLICATION_WORDS[result.state],
        text="%(reason)s",
        address=reverse("network:application", args=[result.network.slug, result.pk]),
        facts={**_names(result.network, result.organisation), "reason": result.reason},
        action=_("Look at the application"),
    )


def admitted(*, by: Actor, result: tuple[Application, Membership]) -> None:
    """The organisation's people, and the others who run the network."""
    application = result[0]
    facts = _names(application.network, application.organisation)
    address = reverse("network:organisation", args=[application.organisation.slug])
    _tell(
        by,
        _applicants(application),
        kind="network.membership",
        title=APPLICATION_WORDS["admitted"],
        text=_("Welcome! Your page is visible to the members from today. Complete it, and write what you look for."),
        address=address,
        facts=facts,
        action=_("Open the page"),
    )
    staff = queries.staff_of(application.network_id)
    title = APPLICATION_WORDS["admitted"]
    _tell(by, staff, kind="network.application", title=title, address=address, facts=facts, action=_("Open the page"))


def application_withdrawn(*, by: Actor, result: Application) -> None:
    """Those who run the network need not read it any more."""
    _tell(
        by,
        queries.staff_of(result.network_id),
        kind="network.application",
        title=_("%(organisation)s took its application to %(network)s back"),
        address=reverse("network:application", args=[result.network.slug, result.pk]),
        facts=_names(result.network, result.organisation),
        action=_("Look at the application"),
    )


def application_due(*, by: Actor, result: Application) -> None:
    """Whose turn it is was not heard of in time."""
    is_theirs = result.state == "returned"
    _tell(
        by,
        _applicants(result) if is_theirs else queries.staff_of(result.network_id),
        kind="network.membership" if is_theirs else "network.application",
        title=_("Your turn: the application of %(organisation)s to %(network)s waits since %(day)s"),
        address=reverse("network:application", args=[result.network.slug, result.pk]),
        facts={**_names(result.network, result.organisation), "day": _day(result.moved_at)},
        action=_("Look at the application"),
    )


def membership_ended(*, by: Actor, result: Membership) -> None:
    """Both sides."""
    people = [*queries.speakers_of(result.organisation_id), *queries.staff_of(result.network_id, ["coordinator"])]
    _tell(
        by,
        people,
        kind="network.membership",
        title=_("The membership of %(organisation)s in %(network)s ends"),
        text=_("Reason: %(reason)s"),
        address=reverse("network:organisation", args=[result.organisation.slug]),
        facts={**_names(result.network, result.organisation), "reason": result.ended_why},
        action=_("Open the page"),
    )


def mandate_given(*, by: Actor, result: Mandate) -> None:
    """The new one and all who speak for the organisation already, also the one who went."""
    organisation = result.organisation
    address = reverse("network:people", args=[organisation.slug])
    facts = {"organisation": _name(organisation), "person": str(result.person), "role": _role(result.get_role_display)}
    title = _("You speak for %(organisation)s now (%(role)s)")
    _tell(by, [result.person], kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))
    others = [person for person in queries.speakers_of(organisation) if person.pk != result.person_id]
    title = _("%(person)s speaks for %(organisation)s now (%(role)s)")
    _tell(by, others, kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))


def mandate_ended(*, by: Actor, result: Mandate) -> None:
    """The one who had it, and those who stay."""
    facts = {
        "organisation": _name(result.organisation),
        "person": str(result.person),
        "role": _role(result.get_role_display),
        "reason": result.ended_why,
    }
    title = _("Your mandate for %(organisation)s has ended (%(role)s)")
    _tell(by, [result.person], kind="network.mandate", title=title, text="%(reason)s", facts=facts, address="/desk/")
    others = [person for person in queries.speakers_of(result.organisation) if person.pk != result.person_id]
    address = reverse("network:people", args=[result.organisation.slug])
    title = _("%(person)s does not speak for %(organisation)s any more (%(role)s)")
    _tell(by, others, kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))


def mandate_ending(*, by: Actor, result: Mandate) -> None:
    """A few weeks before: time to appoint again."""
    mandate, until = result, last_day(result.period)
    facts = {"organisation": _name(mandate.organisation), "role": _role(mandate.get_role_display), "day": _day(until)}
    _tell(
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
    facts = {"network": _name(result.network), "role": _role(result.get_role_display)}
    address = reverse("network:network", args=[result.network.slug])
    title = _("You help to run %(network)s now (%(role)s)")
    _tell(by, [result.person], kind="network.application", title=title, address=address, facts=facts, action=_("Open"))


def coordination_ended(*, by: Actor, result: Coordination) -> None:
    facts = {"network": _name(result.network), "role": _role(result.get_role_display)}
    title = _("Your role in %(network)s has ended (%(role)s)")
    _tell(by, [result.person], kind="network.application", title=title, facts=facts, address="/desk/")


def invited(*, by: Actor, result: Invitation) -> None:
    """The letter with the one-tap link; and the one who would be replaced is told at once."""
    send_invitation(result)
    if result.takes_over is not None and result.takes_over.person_id != by.person:
        facts = {"organisation": _name(result.takes_over.organisation), "decision": result.decision}
        _tell(
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
    facts = {"email": invitation.email, "thing": _name(thing)}
    _tell(by, people, kind="network.mandate", title=title, address=address, facts=facts, action=_("Open"))


def _tell(by: Actor, people: Iterable[Person], **notice: Any) -> None:
    """Everybody but the one who did it, each once; the demo and imports tell nobody."""
    if by.role not in SILENT:
        others = {person.pk: person for person in people if person.pk != by.person}
        notices.tell_all(people=others.values(), **notice)


def _applicants(application: Application) -> list[Person]:
    return [application.applicant, *queries.speakers_of(application.organisation_id)]


def _names(network: Network, organisation: Organisation) -> dict[str, Any]:
    return {"network": _name(network), "organisation": _name(organisation)}


def _name(thing: Network | Organisation) -> Callable[[str], str]:
    return lambda language: name_in(thing.names, thing.language, language)


def _role(label: Callable[[], str]) -> Callable[[str], str]:
    from django.utils import translation

    def said(language: str) -> str:
        with translation.override(language):
            return str(label())

    return said


def _day(value: Any) -> Callable[[str], str]:
    from django.utils import translation

    from koinon.kit.templatetags.kit import day

    def said(language: str) -> str:
        with translation.override(language):
            return day(value)

    return said
