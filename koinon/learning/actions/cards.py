"""Cards: people without e-mail learn with a QR code and four pictures; a facilitator makes the card, and a new one."""

import hashlib
import secrets
from collections.abc import Sequence
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from koinon.accounts.models import Consent, Person
from koinon.kit import prose
from koinon.kit.mail import NOWHERE
from koinon.kit.verbs import Actor, anyone, verb
from koinon.learning.actions import enrolments
from koinon.learning.actions.card_ends import end_cards
from koinon.learning.engine import pictures
from koinon.learning.models import Card, Enrolment, Run
from koinon.learning.rules import runs as rules

TRIES = 5
AGREED = gettext_lazy(
    "I agree that this name and what I learn here are kept, so that a facilitator can help me."
    " For a child, a parent or guardian agrees."
)
NOT_YOURS = gettext_lazy("Only those who teach here may do this.")


@verb("learning.assisted", rule=rules.may_teach, refusal=NOT_YOURS)
def assist(*, by: Actor, run: Run, name: str, language: str, agreed: bool) -> Enrolment:
    """Somebody without e-mail learns here: a name to be called by is enough, and nothing else is asked for.

    `agreed`: the person said yes to the words of AGREED (for a child: a parent or guardian); else nothing is kept.
    """
    called = prose.line(name)[:120]
    if not called:
        raise ValidationError({"name": [_("Please write a name, or what this person wants to be called.")]})
    if not agreed:
        raise ValidationError({"agreed": [_("Please ask first, and tick this when they agree.")]})
    if "@" in called:
        raise ValidationError({"name": [_("Please write no e-mail address here: whoever has one is invited by it.")]})
    spoken = language if language in run.languages else next(iter(run.languages), "en")
    person = Person.objects.create_user(f"card-{uuid4().hex}{NOWHERE}", name=called, language=spoken)
    with override(spoken):
        words = str(AGREED)
    Consent.objects.create(person=person, matter="learning.assisted", version="1", language=spoken, text=words)
    return enrolments.enrol(by=by, run=run, person=person, how="card", language=spoken)


@verb("learning.card_made", rule=rules.may_answer, refusal=NOT_YOURS)
def make(*, by: Actor, enrolment: Enrolment) -> tuple[Card, str, list[str]]:
    """A new card, its secret and its pictures: shown this once, kept as hashes. The card before opens nothing any more.

    Only for people without e-mail: who has an address signs in by it.
    """
    if not enrolment.person.is_assisted:
        raise ValidationError(_("This person has an e-mail address and signs in by it."))
    if enrolment.state not in ("enrolled", "finished") or enrolment.run.is_over:
        raise ValidationError(_("A card needs a place in a run that goes on."))
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    end_cards(enrolment)
    secret, code = secrets.token_urlsafe(24), pictures.draw()
    card = Card(enrolment=enrolment, secret=hashed(secret), made_by_id=by.person)
    card.pictures = _code(card, code)
    card.save()
    return card, secret, code


@verb("learning.card_ended", rule=rules.may_answer, refusal=NOT_YOURS)
def end(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """Lost and not needed any more: the card and its sessions end."""
    end_cards(enrolment)
    return enrolment


@verb("learning.card_tried", rule=anyone)
def enter(*, by: Actor, card: Card, said: Sequence[str]) -> Card:
    """The four pictures that somebody with the card chose; `is_right` of the answer says whether they open it.

    A try is counted before it is looked at, so that many at once are not more than five; the right code sets them back.
    """
    counted = Card.objects.filter(pk=card.pk, ended_at=None, tries__lt=TRIES).update(tries=F("tries") + 1)
    is_right = bool(counted) and pictures.is_code(said) and constant_time_compare(card.pictures, _code(card, said))
    card.refresh_from_db()
    if is_right:
        Card.objects.filter(pk=card.pk).update(tries=0)
    card.is_right = is_right  # type: ignore[attr-defined]
    return card


def card_of(secret: str) -> Card | None:
    """The card in force with this secret, of somebody who still learns in a run that goes on."""
    rows = Card.objects.filter(secret=hashed(secret), ended_at=None, enrolment__state__in=["enrolled", "finished"])
    card = rows.select_related("enrolment__person", "enrolment__run").first()
    return card if card is not None and not card.enrolment.run.is_over else None


def hashed(secret: str) -> str:
    """How a secret is kept: it has 192 bits of chance, so one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _code(card: Card, said: Sequence[str]) -> str:
    """How a code is kept: so few codes are guessed from a plain hash, so it hangs on the key of this server as well."""
    return salted_hmac("koinon.learning.card", f"{card.pk}:{'-'.join(said)}", algorithm="sha256").hexdigest()
