"""Where an event belongs: another network or project, as long as nobody who is registered would lose by it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from koinon.events.actions import indexing, pictures, places
from koinon.events.models import Event
from koinon.events.queries import belonging as queries
from koinon.events.rules import events as rules
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Membership, Network
from koinon.projects.models import Project

NOT_THERE = gettext_lazy("Only who speaks for the organisation that holds it, in both networks, may do this.")


@verb("events.event_moved", rule=rules.may_move, refusal=NOT_THERE)
def move(*, by: Actor, event: Event, network: Network | None = None, project: Project | None = None) -> Event:
    """Into this network and project, or into none. Its audience stays, so it is refused when that would not fit."""
    held = places.hold(event)
    if held.state in ("over", "reported", "cancelled"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if held.network_id != (network.pk if network else None):
        _check(held, network)
        held.network = network
    held.project = project
    held.save(update_fields=["network", "project"])
    indexing.again(held)
    pictures.changed(held)
    return held


def _check(event: Event, network: Network | None) -> None:
    """Raises ValidationError beside the network."""
    problem = ""
    if network is None and event.audience == "network":
        problem = _("It is for members of its network. Please say under Rules who else may come, then try again.")
    elif network is not None and not Membership.objects.active().filter(
        organisation=event.organisation_id, network=network
    ):
        problem = _("Your organisation does not belong to this network.")
    elif queries.nominated(event):
        problem = _("Nominations wait for coordinators of its network. Please wait for their word.")
    elif network is not None and (lost := queries.losing(event, network)):
        problem = ngettext(
            "%(number)s person who is registered does not belong to this network, and it is for members only.",
            "%(number)s people who are registered do not belong to this network, and it is for members only.",
            lost,
        ) % {"number": lost}
    if problem:
        raise ValidationError({"network": [problem]})
