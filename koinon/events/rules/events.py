"""Who holds an event, and who only keeps its door."""

from koinon.events.models import Event, Helper
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Network, Organisation


def may_hold(*, by: Actor, organisation: Organisation, network: Network | None = None) -> bool:
    """Whoever speaks for the organisation that holds it; in a network only as one of its own."""
    if by.is_machine:
        return True
    return organisation.pk in voices(by) and (network is None or network.pk in by.roles)


def organises(*, by: Actor, event: Event) -> bool:
    """Organisers on the team, and those who speak for the organisation that holds it."""
    return by.is_machine or event.organisation_id in voices(by) or _helps(by, event, ["organiser"])


def keeps_door(*, by: Actor, event: Event) -> bool:
    """Organisers, and those who only look after the door."""
    return organises(by=by, event=event) or _helps(by, event, ["door"])


def _helps(by: Actor, event: Event, roles: list[str]) -> bool:
    return by.is_known and Helper.objects.filter(event=event, person=by.person, role__in=roles).exists()
