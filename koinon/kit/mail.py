"""Letters: written in the reader's language as text and HTML, queued with the rows, sent by a job, never in a page."""

import base64
from email.utils import make_msgid, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.kit import inbox, jobs

NOWHERE = "@nowhere.invalid"
"""How the addresses of people without e-mail end: they keep the database whole, and no letter ever goes there."""
LONGEST_ADDRESS = 254
"""RFC 5321 has room for no more, and neither have our tables."""


def reachable(said: str, field: str = "email") -> str:
    """An address that letters reach, in small letters. Raises ValidationError beside `field`."""
    address = said.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise ValidationError({field: problem.messages}) from problem
    if address.endswith(NOWHERE) or len(address) > LONGEST_ADDRESS:
        raise ValidationError({field: [_("No letter can reach this address.")]})
    return address


def send(
    *, to: str, template: str, language: str, context: dict[str, Any], unsubscribe: str = "",
    person: UUID | None = None, reply_to: str = "", invitation: bytes = b"",
) -> None:  # fmt: skip
    """Queue one letter.

    `template` names three files: `<template>.subject.txt`, `.txt` and `.html`. They are rendered now, in `language`,
    so that the letter says what was true when it was written. `unsubscribe` is an absolute address (RFC 8058).
    `person`: whose letter it is; where the site takes mail, its bounce names them. `reply_to`: where answers go.
    `invitation`: a calendar's invitation (kit.calendars), put in so that calendars find it.
    """
    if to.endswith(NOWHERE):
        return
    with translation.override(language):
        facts = {**context, "language": language, "site": settings.KOINON_URL, "unsubscribe": unsubscribe}
        subject = " ".join(render_to_string(f"{template}.subject.txt", facts).split())
        text = render_to_string(f"{template}.txt", facts)
        html = render_to_string(f"{template}.html", facts)
    more: dict[str, Any] = {"envelope": inbox.bounce_address(person) if person else "", "reply_to": reply_to}
    more["invitation"] = base64.b64encode(invitation).decode()
    jobs.later(
        deliver, to=to, subject=subject, text=text, html=html, unsubscribe=unsubscribe, language=language,
        **{name: value for name, value in more.items() if value},
    )  # fmt: skip


@jobs.task("kit.deliver", queue_name="mail")
def deliver(
    *, to: str, subject: str, text: str, html: str, unsubscribe: str = "", language: str = "en", envelope: str = "",
    reply_to: str = "", invitation: str = "",
) -> None:  # fmt: skip
    """Hand one letter to the mail server; the queue retries with back-off when it does not answer."""
    headers = {
        "Message-ID": make_msgid(domain=settings.KOINON_MAIL_DOMAIN),
        "Content-Language": language,
        "Auto-Submitted": "auto-generated",
    }
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if envelope:
        headers["From"] = settings.DEFAULT_FROM_EMAIL  # people see this; the envelope takes bounces
    letter = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[to],
        from_email=envelope or None,
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    letter.attach_alternative(html, "text/html")
    if invitation:
        _invite(letter, base64.b64decode(invitation))
    letter.send()


def sender() -> tuple[str, str]:
    """(name, e-mail) in whose name the site writes."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)


def _invite(letter: EmailMultiAlternatives, calendar: bytes) -> None:
    """As a part that calendars act upon, and as a file for those who open it by hand."""
    method = "CANCEL" if b"METHOD:CANCEL" in calendar else "REQUEST"
    letter.attach_alternative(calendar.decode(), f"text/calendar; method={method}")
    letter.attach("invite.ics", calendar, "application/ics")
