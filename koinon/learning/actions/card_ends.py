"""What ends with a card: the card, and every session that it opened. Done inside verbs of cards and enrolments."""

from django.utils import timezone

from koinon.learning.models import Card, Enrolment


def end_cards(enrolment: Enrolment) -> int:
    """No card of this enrolment holds any more; its sessions end at once, for they hang on the (unusable) password."""
    ended = Card.objects.filter(enrolment=enrolment, ended_at=None).update(ended_at=timezone.now())
    person = enrolment.person
    if ended and person.is_assisted:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return ended
