"""Certificates of attendance: issued by the rule, given by hand with a reason, revoked with one."""

import secrets

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events import seams
from koinon.events.models import COMING, Certificate, Registration
from koinon.events.notices import certificates as notices
from koinon.events.queries.presence import said, verdict_of
from koinon.events.rules import attending as rules
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
WHY = 300
LETTERS, LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 28
"""Codes that can be read aloud and typed; 138 bits, so nobody finds one by trying."""

conflict("certificate_revoked_with_reason", "why", gettext_lazy("Please say why."))


@verb("events.certificate_issued", rule=rules.may_certify, refusal=NOT_YOURS, then=notices.issued)
def issue(*, by: Actor, registration: Registration) -> Certificate:
    """By the rule: enough minutes, every mandatory session. Raises ValidationError with the sentence why not."""
    held = _held(registration)
    if not held.event.certifies:
        raise ValidationError(_("No certificates are given for this event."))
    if held.state != "attended" or held.event.state not in ("over", "reported"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if Certificate.objects.filter(registration=held).exists():
        raise ValidationError(_("This person has a certificate already."), code="held")
    verdict = verdict_of(held)
    if not verdict.is_earned:
        raise ValidationError(said(verdict))
    row = Certificate.objects.create(
        registration=held, code=_code(), minutes=verdict.minutes, required=verdict.required, language=held.language,
        given_by_id=by.person,
    )  # fmt: skip
    _follow(row)
    return row


@verb("events.certificate_given", rule=rules.may_certify, refusal=NOT_YOURS, then=notices.issued)
def give(*, by: Actor, registration: Registration, why: str) -> Certificate:
    """By hand, whatever the rule says, with a reason; one that was revoked is given anew under the same code."""
    reason = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    held = _held(registration)
    if held.state not in COMING:
        raise ValidationError(_("Only who has a place can have a certificate."))
    if held.event.state == "cancelled" or held.event.ends_at > timezone.now():
        raise ValidationError(_("Certificates are given when the event is over."))
    row = Certificate.objects.filter(registration=held).first()
    if row is not None and row.revoked_at is None:
        raise ValidationError(_("This person has a certificate already."), code="held")
    verdict = verdict_of(held)
    facts = {
        "minutes": verdict.minutes, "required": verdict.required, "by_hand_why": reason, "given_by_id": by.person,
        "revoked_at": None, "revoked_why": "", "given_at": timezone.now(),
    }  # fmt: skip
    if row is None:
        row = Certificate(registration=held, code=_code(), language=held.language)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    _follow(row)
    return row


@verb("events.certificate_revoked", rule=rules.may_revoke, refusal=NOT_YOURS, then=notices.revoked)
def revoke(*, by: Actor, certificate: Certificate, why: str) -> Certificate:
    """Not valid any more: whoever checks it reads that, the holder reads why, and badges that came with it go."""
    reason = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    facts = {"revoked_at": timezone.now(), "revoked_why": reason}
    if not Certificate.objects.filter(pk=certificate.pk, revoked_at=None).update(**facts):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    certificate.refresh_from_db(fields=["revoked_at", "revoked_why"])
    for follow in seams.uncertified:
        follow(certificate)
    return certificate


def _held(registration: Registration) -> Registration:
    """One after the other for a registration: two clicks make one certificate."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("event__organisation", "person")
    return rows.get(pk=registration.pk)


def _follow(row: Certificate) -> None:
    for follow in seams.certified:
        follow(row)


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _each in range(LENGTH))
