"""Letters: written in the reader's language as text and HTML, queued with the rows, sent by a job, never in a page."""

from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from koinon.kit import jobs


def send(*, to: str, template: str, language: str, context: dict[str, Any], unsubscribe: str = "") -> None:
    """Queue one letter.

    `template` names three files: `<template>.subject.txt`, `.txt` and `.html`. They are rendered now, in `language`,
    so that the letter says what was true when it was written. `unsubscribe` is an absolute address (RFC 8058).
    """
    with translation.override(language):
        facts = {**context, "language": language, "site": settings.KOINON_URL, "unsubscribe": unsubscribe}
        subject = " ".join(render_to_string(f"{template}.subject.txt", facts).split())
        text = render_to_string(f"{template}.txt", facts)
        html = render_to_string(f"{template}.html", facts)
    jobs.later(deliver, to=to, subject=subject, text=text, html=html, unsubscribe=unsubscribe, language=language)


@jobs.task("kit.deliver", queue_name="mail")
def deliver(*, to: str, subject: str, text: str, html: str, unsubscribe: str = "", language: str = "en") -> None:
    """Hand one letter to the mail server; the queue retries with back-off when it does not answer."""
    headers = {
        "Message-ID": make_msgid(domain=settings.KOINON_MAIL_DOMAIN),
        "Content-Language": language,
        "Auto-Submitted": "auto-generated",
    }
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(subject=subject, body=text, to=[to], headers=headers)
    letter.attach_alternative(html, "text/html")
    letter.send()
