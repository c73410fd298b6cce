"""A guardian's consent: given for what they tick, refused, taken back, for pictures alone or altogether."""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import given, lists, places
from koinon.events.actions.gates import leave, must_be_open, pass_on
from koinon.events.models import (
    CONSENT_STEPS,
    PENDING,
    REGISTRATION_STEPS,
    Event,
    GuardianConsent,
    Photo,
    Registration,
)
from koinon.events.notices import consents as notices
from koinon.events.rules import registering as rules
from koinon.kit.links import Link
from koinon.kit.verbs import Actor, only_machine, verb

NOT_GUARDIAN = gettext_lazy("Only the guardian may do this, by the link of their letter.")
TEXT_VERSION = "2026-1"
"""Of the words in events/consent_words.html; whoever changes them changes this."""
MONTH = timedelta(days=30)
NO_CONSENT = "consent"
"""Why a photo is not shown any more."""


@verb("events.consent_given", rule=rules.is_guardian, refusal=NOT_GUARDIAN, then=notices.given)
def give(
    *, by: Actor, consent: GuardianConsent, may_be_photographed: bool = False, may_be_published: bool = False,
    language: str = "", link: Link | None = None,
) -> GuardianConsent:  # fmt: skip
    """Yes to taking part, and to pictures if ticked; nothing is published that was not photographed with consent."""
    event = places.hold(consent.registration.event)
    row = Registration.objects.select_related("event", "person").get(pk=consent.registration_id)
    if row.state not in PENDING:
        raise ValidationError(_("This registration has ended. Please register once more."))
    must_be_open(event, is_organiser=True)
    CONSENT_STEPS.move(
        consent, "given", may_attend=True, may_be_photographed=may_be_photographed,
        may_be_published=may_be_photographed and may_be_published, text_version=TEXT_VERSION,
        language=given.language(language, event), given_at=timezone.now(), until=_until(event), withdrawn_at=None,
    )  # fmt: skip
    if row.state == "consent":
        pass_on(row, after="consent")
    consent.registration = row
    return consent


@verb("events.consent_refused", rule=rules.is_guardian, refusal=NOT_GUARDIAN, then=notices.ended)
def refuse(*, by: Actor, consent: GuardianConsent, link: Link | None = None) -> GuardianConsent:
    """No: the registration ends."""
    places.hold(consent.registration.event)
    CONSENT_STEPS.move(consent, "refused")
    _out(consent, str(_("The guardian did not agree.")))
    return consent


@verb("events.consent_withdrawn", rule=rules.is_guardian, refusal=NOT_GUARDIAN, then=notices.ended)
def take_back(*, by: Actor, consent: GuardianConsent, link: Link | None = None) -> GuardianConsent:
    """No longer: the place is free at once, lists and pictures show the child no more."""
    places.hold(consent.registration.event)
    CONSENT_STEPS.move(
        consent, "withdrawn", withdrawn_at=timezone.now(), may_attend=False, may_be_photographed=False,
        may_be_published=False,
    )  # fmt: skip
    _out(consent, str(_("The guardian took their consent back.")))
    hide_pictures(consent.registration_id)
    lists.recall(consent.registration)
    return consent


@verb("events.pictures_withdrawn", rule=rules.is_guardian, refusal=NOT_GUARDIAN)
def no_pictures(*, by: Actor, consent: GuardianConsent, link: Link | None = None) -> GuardianConsent:
    """The child comes, but there are no pictures any more; those that are there are hidden."""
    rows = GuardianConsent.objects.filter(pk=consent.pk, state="given")
    if not rows.update(may_be_photographed=False, may_be_published=False):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    hide_pictures(consent.registration_id)
    consent.may_be_photographed = consent.may_be_published = False
    return consent


@verb("events.consent_ended", rule=only_machine)
def end(*, by: Actor, consent: GuardianConsent) -> GuardianConsent:
    """Its last day has passed: pictures that rest on it are hidden."""
    CONSENT_STEPS.move(
        consent, "withdrawn", withdrawn_at=timezone.now(), may_be_photographed=False, may_be_published=False
    )
    hide_pictures(consent.registration_id)
    return consent


def hide_pictures(registration: UUID) -> None:
    """Every picture on which they can be recognised leaves the public, whoever else is on it."""
    Photo.objects.filter(people=registration).update(is_public=False, hidden_why=NO_CONSENT)


def _out(consent: GuardianConsent, why: str) -> None:
    row = Registration.objects.select_related("event", "person").get(pk=consent.registration_id)
    Registration.objects.filter(pk=row.pk).update(listed="nobody", listed_until=None)
    if REGISTRATION_STEPS.allows(row.state, "withdrawn") and not row.event.is_over:
        leave(row, "withdrawn", why)
    consent.registration = row


def _until(event: Event) -> date:
    """A consent lasts as long as the event's other personal data."""
    return (event.ends_at + event.keep_months * MONTH).date()
