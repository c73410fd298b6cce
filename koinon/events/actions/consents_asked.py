"""Asking a guardian: a plain function for the verbs that register a minor."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.events.actions import given
from koinon.events.models import GuardianConsent, Registration
from koinon.kit import prose


def ask(row: Registration, *, guardian: str, email: str, language: str) -> GuardianConsent:
    """The record in which the guardian will say yes or no; the letter goes out when the registration waits for it."""
    name = prose.said(guardian, "guardian", given.NAME, is_needed=True, is_line=True)
    address = given.address(email, "guardian_email")
    if row.person is not None and row.person.email.lower() == address:
        raise ValidationError({"guardian_email": [_("Please give the address of the guardian, not your own.")]})
    return GuardianConsent.objects.create(registration=row, guardian=name, email=address, language=language)
