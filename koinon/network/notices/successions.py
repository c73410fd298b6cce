"""What is said when the representative cannot be reached or has left."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts import notices
from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Coordination, Mandate, Membership, Succession
from koinon.network.notices.telling import SILENT, name, tell

TITLES = {
    "bounced": _("Letters to the representative of %(organisation)s come back"),
    "left": _("%(organisation)s has no representative any more"),
}


def asked(*, by: Actor, result: Succession) -> None:
    """Those who also speak for it: a deputy gets a link to take over by one tap."""
    if by.role in SILENT:
        return
    organisation = result.organisation
    deputies = Mandate.objects.in_force().filter(organisation=organisation, role="deputy").select_related("person")
    by_link = {row.person_id: _address(row) for row in deputies}
    for person in queries.speakers_of(organisation):
        if person.pk != result.mandate.person_id:
            notices.tell(
                person=person,
                kind="network.mandate",
                title=TITLES[result.why],
                text=_(
                    "Please take over, or name somebody else, within two weeks. Else the network looks for somebody."
                ),
                address=by_link.get(person.pk) or reverse("network:people", args=[organisation.slug]),
                facts={"organisation": name(organisation)},
                action=_("See what to do"),
            )


def escalated(*, by: Actor, result: Succession) -> None:
    """The coordinators of the networks it belongs to: somebody has to be found."""
    tell(
        by,
        _coordinators(result),
        kind="network.application",
        title=TITLES[result.why],
        text=_("Nobody of the organisation answered. Please ask there and invite the person they name."),
        address=reverse("network:people", args=[result.organisation.slug]),
        facts={"organisation": name(result.organisation)},
        action=_("See who speaks for it"),
    )


def reminded(*, by: Actor, result: Succession) -> None:
    asked(by=by, result=result) if result.state == "asked" else escalated(by=by, result=result)


def _address(deputy: Mandate) -> str:
    """Short: a notice keeps it."""
    return reverse("network:succession_link", args=[links.make("network.succession", deputy=str(deputy.pk))])


def _coordinators(succession: Succession) -> list[Person]:
    networks = Membership.objects.active().filter(organisation=succession.organisation_id).values("network")
    rows = Coordination.objects.in_force().filter(network__in=networks, role="coordinator", person__is_active=True)
    return [row.person for row in rows.select_related("person")]
