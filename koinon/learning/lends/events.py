"""What follows in learning when somebody attended an event: badges, and the page where an event chooses them."""

from django.utils.translation import gettext as _

from koinon.events import seams
from koinon.events.models import Certificate, Event
from koinon.kit import jobs
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning.clock.event_badges import give_attended, take_attended


@seams.certified.lend(order=20)
def badges_of_event(certificate: Certificate) -> None:
    """Queued with the certificate: signing never stands in its way."""
    if certificate.registration.person_id is not None:
        key = certificate.pk
        jobs.later(give_attended, once=f"learning.give_attended:{key}", certificate=str(key))


@seams.uncertified.lend(order=20)
def badges_go_too(certificate: Certificate) -> None:
    """Queued with the revocation."""
    jobs.later(take_attended, once=f"learning.take_attended:{certificate.pk}", certificate=str(certificate.pk))


@seams.with_certificates.lend(order=20)
def choose_badges(event: Event, me: Actor) -> tuple[str, str]:
    return _("Badges that come with the certificate"), to("learning:event_badges", event.slug)
