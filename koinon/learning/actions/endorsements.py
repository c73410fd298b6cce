"""Endorsements of achievements: asked of another organisation, given with its own key or declined, ended."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import issuing
from koinon.learning.engine.badges import credentials, facts
from koinon.learning.models import BADGE_ENDORSEMENT_STEPS, Achievement, BadgeEndorsement
from koinon.learning.notices import badges as notices
from koinon.learning.queries import badges, issuers
from koinon.learning.rules import credentials as rules
from koinon.network.models import Organisation

WORDS, DAYS, MONTHS = 500, 28, 36
"""An endorsement holds for three years; then it is asked for anew."""
NOT_ASKED = gettext_lazy("Only who speaks for the organisation that was asked may answer.")
NOT_YOURS = gettext_lazy("Only who speaks for the organisation may give badges in its name.")

conflict("badge_endorsed_once", "organisation", gettext_lazy("This organisation was asked already."))


@verb("learning.endorsement_asked", rule=rules.gives_badges, refusal=NOT_YOURS, then=notices.endorsement_asked)
def ask(*, by: Actor, achievement: Achievement, organisation: Organisation, message: str = "") -> BadgeEndorsement:
    """Ask an organisation to stand behind an achievement; it has four weeks."""
    if organisation.pk == achievement.organisation_id:
        raise ValidationError({"organisation": [_("An organisation cannot endorse its own badge.")]})
    if organisation.merged_into_id:
        raise ValidationError({"organisation": [_("Please choose one of the list.")]})
    return BadgeEndorsement.objects.create(
        achievement=achievement, organisation=organisation, due_on=date.today() + timedelta(days=DAYS),
        message=prose.line(message)[:WORDS], asked_by_id=by.person,
    )  # fmt: skip


@verb(
    "learning.endorsement_given", rule=rules.may_answer_endorsement, refusal=NOT_ASKED,
    then=notices.endorsement_answered,
)  # fmt: skip
def give(*, by: Actor, endorsement: BadgeEndorsement, words: str, language: str = "") -> BadgeEndorsement:
    """Stand behind it: signed with the key of who was asked. Badges given from now on carry it."""
    said = prose.line(words)[:WORDS]
    if not said:
        raise ValidationError({"words": [_("Please write a few words.")]})
    organisation, at = endorsement.organisation, issuers.base()
    issuing.hold(organisation)
    signer, _key = issuing.signer(organisation, "rsa", at)
    now = timezone.now().replace(microsecond=0)
    until = badges.after_months(now, MONTHS)
    language = language or (get_language() or "en")[:2]
    said_so = facts.Endorsement(
        id=badges.urn(endorsement.pk), issuer=issuers.issuer_of(organisation, language, at),
        about=badges.urn(endorsement.achievement_id), comment=said, given=now, until=until,
    )  # fmt: skip
    signed = signer.token(credentials.endorsement_credential(said_so))
    BADGE_ENDORSEMENT_STEPS.move(
        endorsement, "given", words=said, language=language, signed=signed, until=until, moved_at=now,
        person_id=by.person,
    )  # fmt: skip
    return endorsement


@verb(
    "learning.endorsement_declined", rule=rules.may_answer_endorsement, refusal=NOT_ASKED,
    then=notices.endorsement_answered,
)  # fmt: skip
def decline(*, by: Actor, endorsement: BadgeEndorsement, words: str = "") -> BadgeEndorsement:
    """Not now, with or without a word why."""
    BADGE_ENDORSEMENT_STEPS.move(
        endorsement, "declined", words=prose.line(words)[:WORDS], moved_at=timezone.now(), person_id=by.person
    )
    return endorsement


@verb("learning.endorsement_ended", rule=rules.may_end_endorsement, refusal=NOT_ASKED)
def end(*, by: Actor, endorsement: BadgeEndorsement) -> BadgeEndorsement:
    """Taken back while it waits, or ended: badges given from now on do not carry it, earlier ones stay as signed."""
    state = "withdrawn" if endorsement.state == "asked" else "ended"
    BADGE_ENDORSEMENT_STEPS.move(endorsement, state, moved_at=timezone.now())
    return endorsement


@verb("learning.endorsement_lapsed", rule=only_machine)
def lapse(*, by: Actor, endorsement: BadgeEndorsement) -> BadgeEndorsement:
    """Nobody answered in time."""
    BADGE_ENDORSEMENT_STEPS.move(endorsement, "lapsed", moved_at=timezone.now())
    return endorsement
