"""What is said about claims: to the address that is to be proved, to the coordinators, to who asked."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit import links, mail
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Claim, Mandate, name_in
from koinon.network.notices.telling import SILENT, names, tell

OUTCOMES = {
    "refused": _("%(network)s could not confirm that you speak for %(organisation)s"),
    "outdone": _("Somebody else speaks for %(organisation)s now"),
}


def asked(*, by: Actor, result: Claim) -> None:
    """The letter with the one-tap link, to the address at the organisation's domain."""
    if by.role not in SILENT:
        send(result)


def send(claim: Claim) -> None:
    """The letter itself: to somebody who may have no account yet."""
    organisation = claim.organisation
    token = links.make("network.claim", claim=str(claim.pk))
    mail.send(
        to=claim.email,
        template="network/mail/claim",
        language=claim.language,
        context={
            "claim": claim,
            "organisation": name_in(organisation.names, organisation.language, claim.language),
            "network": name_in(claim.network.names, claim.network.language, claim.language),
            "address": settings.KOINON_URL + reverse("network:claim_prove", args=[token]),
        },
    )


def proved(*, by: Actor, result: tuple[Claim, Person]) -> None:
    """The coordinators: it is their turn."""
    _tell_coordinators(by, result[0], _("%(person)s says: %(organisation)s is ours"))


def reminded(*, by: Actor, result: Claim) -> None:
    if result.state == "proving":
        send(result)
    else:
        _tell_coordinators(by, result, _("Your turn: %(person)s still waits to speak for %(organisation)s"))


def confirmed(*, by: Actor, result: tuple[Claim, Mandate]) -> None:
    """Who asked: it is yours now. (That a mandate was given is told by the mandate.)"""
    claim = result[0]
    assert claim.person is not None
    tell(
        by,
        [claim.person],
        kind="network.mandate",
        title=_("%(network)s confirmed: you speak for %(organisation)s"),
        text=_("Please look at its page, set right what is wrong, and say what you offer and need."),
        address=reverse("network:organisation", args=[claim.organisation.slug]),
        facts=names(claim.network, claim.organisation),
        action=_("Open the page"),
    )


def moved(*, by: Actor, result: Claim) -> None:
    """Who asked: it was not confirmed, or somebody else was, and why."""
    if result.person is not None:
        facts: dict[str, Any] = {**names(result.network, result.organisation), "reason": result.reason}
        address = reverse("network:claim", args=[result.organisation.slug])
        title = OUTCOMES[result.state]
        tell(by, [result.person], kind="network.mandate", title=title, text="%(reason)s", facts=facts, address=address)


def _tell_coordinators(by: Actor, claim: Claim, title: Any) -> None:
    tell(
        by,
        queries.staff_of(claim.network_id, ["coordinator"]),
        kind="network.application",
        title=title,
        address=reverse("network:claims", args=[claim.network.slug]),
        facts={**names(claim.network, claim.organisation), "person": claim.name},
        action=_("Look at the claim"),
    )
