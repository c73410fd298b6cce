"""Whose badges an event gives."""

from koinon.events.models import Event
from koinon.events.rules import organises
from koinon.kit.verbs import Actor
from koinon.learning.models import Achievement, EventBadge
from koinon.learning.rules.credentials import gives_badges


def may_add(*, by: Actor, event: Event, achievement: Achievement) -> bool:
    """Who organises the event and speaks for the issuer: nobody hangs badges of others on events, or the reverse."""
    return organises(by=by, event=event) and gives_badges(by=by, achievement=achievement)


def may_remove(*, by: Actor, event_badge: EventBadge) -> bool:
    """Either of the two."""
    return organises(by=by, event=event_badge.event) or gives_badges(by=by, achievement=event_badge.achievement)
