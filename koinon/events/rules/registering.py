"""Who may register, answer for a registration, nominate, send on and decide."""

from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from koinon.events.models import Event, GuardianConsent, Registration
from koinon.events.rules.events import organises
from koinon.kit.links import Link
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Membership, Organisation

GUEST, CONSENT = "events.guest", "events.consent"
"""Purposes of the links in letters: to one's own registration, and to the consent of a guardian."""

TAKEN_BACK = ("draft", "sender", "consent", "approval")
"""States in which who nominated may take it back."""


def may_register(*, by: Actor, event: Event, link: str = "") -> bool:
    """Whoever may see the event, or holds its link; what is for everybody needs no question."""
    if by.is_machine or _has_link(event, link):
        return True
    if event.state == "draft":
        return False
    return event.audience == "public" or Event.objects.visible_to(by).filter(pk=event.pk).exists()


def may_nominate(*, by: Actor, event: Event, organisation: Organisation, link: str = "") -> bool:
    """Who speaks for the organisation, when they may see the event; of its network also when it is by nomination."""
    if by.is_machine:
        return True
    asked = event.by_nomination and event.state != "draft" and event.network_id in by.roles
    return organisation.pk in voices(by) and (asked or may_register(by=by, event=event, link=link))


def answers_for(*, by: Actor, registration: Registration, link: Link | None = None) -> bool:
    """The person themselves, or who holds the link of their letter (a minor's guardian does)."""
    if by.is_machine or (by.is_known and registration.person_id == by.person):
        return True
    return _opens(link, GUEST, "registration", registration.pk)


def may_withdraw(*, by: Actor, registration: Registration, link: Link | None = None) -> bool:
    """They themselves, and who nominated them while nobody has decided."""
    if answers_for(by=by, registration=registration, link=link):
        return True
    ours = registration.nominated_by_id is not None and registration.nominated_by_id in voices(by)
    return ours and registration.state in TAKEN_BACK


def is_guardian(*, by: Actor, consent: GuardianConsent, link: Link | None = None) -> bool:
    """Who holds the link of the guardian's letter."""
    return by.is_machine or _opens(link, CONSENT, "consent", consent.pk)


def may_send(*, by: Actor, registration: Registration) -> bool:
    """Coordinators of the network of the event if the organisation belongs to it, else of the networks it is in.

    Nobody sends on the nomination that they made themselves as the one who is nominated.
    """
    if by.is_machine:
        return True
    if by.is_known and by.person == registration.person_id:
        return False
    return any(by.holds("coordinator", network) for network in sending(registration))


def may_decide(*, by: Actor, registration: Registration) -> bool:
    return organises(by=by, event=registration.event)


def may_reject(*, by: Actor, registration: Registration) -> bool:
    """Who sends on may also say no at their turn; organisers always."""
    if registration.state == "sender" and may_send(by=by, registration=registration):
        return True
    return may_decide(by=by, registration=registration)


def sending(registration: Registration) -> list[UUID]:
    """Networks whose coordinators have a word about this nomination; none when nobody nominated."""
    if registration.nominated_by_id is None:
        return []
    rows = Membership.objects.active().filter(organisation=registration.nominated_by_id)
    networks = list(rows.order_by("network").values_list("network", flat=True).distinct())
    return [registration.event.network_id] if registration.event.network_id in networks else networks


def _has_link(event: Event, link: str) -> bool:
    return bool(link and event.link_key and event.state != "draft") and constant_time_compare(link, event.link_key)


def _opens(link: Any, purpose: str, fact: str, key: UUID) -> bool:
    return isinstance(link, Link) and link.purpose == purpose and link.facts.get(fact) == str(key)
