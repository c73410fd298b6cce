"""What people are told about applications and memberships."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Application, Membership
from koinon.network.notices.telling import day, names, tell

APPLICATION_WORDS = {
    "review": _("%(network)s reads your application now"),
    "returned": _("Your turn: %(network)s asks for changes in your application"),
    "admitted": _("%(organisation)s is a member of %(network)s"),
    "declined": _("%(network)s declined the application of %(organisation)s"),
}


def applied(*, by: Actor, result: Application) -> None:
    """Those who run the network: somebody applies, or answered a question."""
    if result.state == "submitted":
        tell(
            by,
            queries.staff_of(result.network_id),
            kind="network.application",
            title=_("%(organisation)s applies to %(network)s"),
            address=reverse("network:application", args=[result.network.slug, result.pk]),
            facts=names(result.network, result.organisation),
            action=_("Read the application"),
        )


def application_moved(*, by: Actor, result: Application) -> None:
    """The applicant and whoever speaks for the organisation: where it stands, and why."""
    tell(
        by,
        applicants(result),
        kind="network.membership",
        title=APPLICATION_WORDS[result.state],
        text="%(reason)s",
        address=reverse("network:application", args=[result.network.slug, result.pk]),
        facts={**names(result.network, result.organisation), "reason": result.reason},
        action=_("Look at the application"),
    )


def admitted(*, by: Actor, result: tuple[Application, Membership]) -> None:
    """The organisation's people, and the others who run the network."""
    application = result[0]
    facts = names(application.network, application.organisation)
    address = reverse("network:organisation", args=[application.organisation.slug])
    tell(
        by,
        applicants(application),
        kind="network.membership",
        title=APPLICATION_WORDS["admitted"],
        text=_("Welcome! Your page is visible to the members from today. Complete it, and write what you look for."),
        address=address,
        facts=facts,
        action=_("Open the page"),
    )
    staff = queries.staff_of(application.network_id)
    title = APPLICATION_WORDS["admitted"]
    tell(by, staff, kind="network.application", title=title, address=address, facts=facts, action=_("Open the page"))


def application_withdrawn(*, by: Actor, result: Application) -> None:
    """Those who run the network need not read it any more."""
    tell(
        by,
        queries.staff_of(result.network_id),
        kind="network.application",
        title=_("%(organisation)s took its application to %(network)s back"),
        address=reverse("network:application", args=[result.network.slug, result.pk]),
        facts=names(result.network, result.organisation),
        action=_("Look at the application"),
    )


def application_due(*, by: Actor, result: Application) -> None:
    """Whose turn it is was not heard of in time."""
    is_theirs = result.state == "returned"
    tell(
        by,
        applicants(result) if is_theirs else queries.staff_of(result.network_id),
        kind="network.membership" if is_theirs else "network.application",
        title=_("Your turn: the application of %(organisation)s to %(network)s waits since %(day)s"),
        address=reverse("network:application", args=[result.network.slug, result.pk]),
        facts={**names(result.network, result.organisation), "day": day(result.moved_at)},
        action=_("Look at the application"),
    )


def membership_ended(*, by: Actor, result: Membership) -> None:
    """Both sides."""
    people = [*queries.speakers_of(result.organisation_id), *queries.staff_of(result.network_id, ["coordinator"])]
    tell(
        by,
        people,
        kind="network.membership",
        title=_("The membership of %(organisation)s in %(network)s ends"),
        text=_("Reason: %(reason)s"),
        address=reverse("network:organisation", args=[result.organisation.slug]),
        facts={**names(result.network, result.organisation), "reason": result.ended_why},
        action=_("Open the page"),
    )


def applicants(application: Application) -> list[Person]:
    return [application.applicant, *queries.speakers_of(application.organisation_id)]
