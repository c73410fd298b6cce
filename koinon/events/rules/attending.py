"""Who scans at the door, who says how long somebody was there, who certifies it."""

from koinon.events.models import Certificate, Event, EventSession, Registration
from koinon.events.rules.events import keeps_door, organises
from koinon.kit.verbs import Actor


def may_scan(*, by: Actor, event: Event) -> bool:
    """Organisers, and those who look after the door."""
    return by.is_machine or keeps_door(by=by, event=event)


def may_import(*, by: Actor, session: EventSession) -> bool:
    """Who was in a call is read from a file by organisers only: it makes presence without anybody at a door."""
    return organises(by=by, event=session.event)


def may_say(*, by: Actor, session: EventSession) -> bool:
    """Organisers decide where scans do not say enough."""
    return organises(by=by, event=session.event)


def may_certify(*, by: Actor, registration: Registration) -> bool:
    return organises(by=by, event=registration.event)


def may_revoke(*, by: Actor, certificate: Certificate) -> bool:
    return organises(by=by, event=certificate.registration.event)


def may_print(*, by: Actor, event: Event) -> bool:
    """Name badges show who comes, so they are the organisers' matter."""
    return organises(by=by, event=event)
