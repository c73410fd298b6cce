"""What people are told about applications and memberships."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Application, Letter, Mandate, Membership, Window, last_day
from koinon.network.notices.telling import day, name, names, tell

APPLICATION_WORDS = {
    "check": _("%(network)s checks whether your application is complete"),
    "endorsement": _("%(network)s has asked for an endorsement of your application"),
    "review": _("%(network)s reads your application now"),
    "returned": _("Your turn: %(network)s asks for changes in your application"),
    "waitlisted": _("%(organisation)s is on the waiting list of %(network)s"),
    "admitted": _("%(organisation)s is a member of %(network)s"),
    "active": _("%(organisation)s has finished its first steps in %(network)s"),
    "declined": _("%(network)s declined the application of %(organisation)s"),
}


def applied(*, by: Actor, result: Application) -> None:
    """The coordinators: somebody applies, or answered a question."""
    if result.state in ("submitted", "check"):
        tell_staff(by, result, _("%(organisation)s applies to %(network)s"), _("Read the application"))


def application_moved(*, by: Actor, result: Application) -> None:
    """The applicant and whoever speaks for the organisation: where it stands, and why."""
    tell(
        by,
        applicants(result),
        kind="network.membership",
        title=APPLICATION_WORDS[result.state],
        text="%(reason)s",
        address=_letter(result) or address(result),
        facts={**names(result.network, result.organisation), "reason": result.reason},
        action=_("Read the letter") if _letter(result) else _("Look at the application"),
    )


def admitted(*, by: Actor, result: tuple[Application, Membership]) -> None:
    """The organisation's people, with their letter; and the others who run the network."""
    application = result[0]
    facts = names(application.network, application.organisation)
    tell(
        by,
        applicants(application),
        kind="network.membership",
        title=APPLICATION_WORDS["admitted"],
        text=_("Welcome! Your page is visible to the members from today. Complete it, and write what you look for."),
        address=_letter(application) or address(application),
        facts=facts,
        action=_("Read the letter"),
    )
    tell_staff(by, application, APPLICATION_WORDS["admitted"])


def application_withdrawn(*, by: Actor, result: Application) -> None:
    """The coordinators need not read it any more."""
    tell_staff(by, result, _("%(organisation)s took its application to %(network)s back"))


def application_given_up(*, by: Actor, result: Application) -> None:
    """The applicant: begun, never finished, closed; it may be begun anew."""
    tell(
        by,
        applicants(result),
        kind="network.membership",
        title=_("Your application to %(network)s was closed: nobody had worked on it for months"),
        text=_("You may apply anew at any time."),
        address=address(result),
        facts=names(result.network, result.organisation),
        action=_("Look at the application"),
    )


def application_extended(*, by: Actor, result: Application) -> None:
    """The applicant sees the new day."""
    tell(
        by,
        applicants(result),
        kind="network.membership",
        title=_("More time for your application to %(network)s: until %(until)s"),
        address=address(result),
        facts={**names(result.network, result.organisation), "until": day(result.due_on)},
        action=_("Look at the application"),
    )


def window_extended(*, by: Actor, result: Window) -> None:
    """Those who are still writing: they have more time, and why."""
    drafts = Application.objects.filter(network=result.network_id, state="draft").select_related("applicant", "network")
    for row in drafts:
        tell(
            by,
            [row.applicant],
            kind="network.membership",
            title=_("%(network)s takes applications until %(until)s"),
            text="%(reason)s",
            address=address(row),
            facts={"network": name(row.network), "until": day(last_day(result.period)), "reason": result.extended_why},
            action=_("Look at the application"),
        )


def place_proposed(*, by: Actor, result: Application) -> None:
    """The coordinators: a place is free, and who is next."""
    tell_staff(by, result, _("A place is free in %(network)s: %(organisation)s is next on the waiting list"))


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


def address(application: Application) -> str:
    """The page of the application, the same for both sides."""
    return reverse("network:application", args=[application.network.slug, application.pk])


def applicants(application: Application) -> list[Person]:
    """Who applied (unless they spoke for the organisation once and do no longer) and whoever speaks for it."""
    left = Mandate.objects.ended_for(application.applicant_id, application.organisation_id).exists()
    return [*([] if left else [application.applicant]), *queries.speakers_of(application.organisation_id)]


def deciders(application: Application) -> list[Person]:
    """The coordinators of the network, without those who said that they are not impartial here."""
    barred = set(application.reviews.filter(state="conflict").values_list("person", flat=True))
    return [each for each in queries.staff_of(application.network_id, ["coordinator"]) if each.pk not in barred]


def tell_staff(by: Actor, result: Application, title: Any, action: Any = None, **facts: Any) -> None:
    """The coordinators of the network, about one application."""
    tell(
        by,
        deciders(result),
        kind="network.application",
        title=title,
        address=address(result),
        facts={**names(result.network, result.organisation), **facts},
        action=action or _("Look at the application"),
    )


def _letter(application: Application) -> str:
    """Where the letter of the last decision is read; "" when this state has none."""
    letter = Letter.objects.filter(application=application, kind=application.state).order_by("-id").first()
    if letter is None and application.membership_id is not None and application.state in ("onboarding", "active"):
        letter = Letter.objects.filter(application=application, kind="admitted").order_by("-id").first()
    return reverse("network:letter", args=[letter.pk]) if letter is not None else ""
