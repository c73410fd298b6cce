"""Who answers an offer, and who sets places."""

from koinon.events.models import Event, Registration
from koinon.events.rules.events import organises
from koinon.kit.links import Link
from koinon.kit.verbs import Actor

LINKS = ("events.offer", "events.guest")
"""Links that stand for the person of one registration."""


def may_answer(*, by: Actor, registration: Registration, link: Link | None = None) -> bool:
    """The person themselves; or whoever has the letter that was sent to them."""
    if link is not None:
        return link.purpose in LINKS and link.facts.get("registration") == str(registration.pk)
    return by.is_machine or (by.is_known and registration.person_id == by.person)


def may_place(*, by: Actor, event: Event) -> bool:
    """Quotas and the order of the line are the organisers' matter."""
    return organises(by=by, event=event)


def may_offer(*, by: Actor, registration: Registration) -> bool:
    return organises(by=by, event=registration.event)
