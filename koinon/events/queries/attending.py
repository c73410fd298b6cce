"""What somebody who takes part sees of their own attendance: the code, the minutes with the sentence why, the paper."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString

from koinon.events.models import COMING, Certificate, Registration
from koinon.events.queries import certificates, codes, presence


@dataclass(frozen=True)
class Attending:
    """For events/attending_mine.html, as `attending`."""

    code: str = ""
    qr: SafeString | str = ""
    said: str = ""
    certificate: Certificate | None = None
    page: str = ""


def attending(registration: Registration) -> Attending:
    """Of one registration; the code until the event is over, the sentence from its beginning. Five queries at most."""
    event, now = registration.event, timezone.now()
    if registration.state not in COMING:
        return Attending()
    is_past, has_begun = event.is_over, event.starts_at <= now
    row = certificates.mine(registration) if has_begun else None
    return Attending(
        "" if is_past else registration.code, "" if is_past else codes.qr(registration),
        presence.said(presence.verdict_of(registration)) if has_begun else "", row,
        certificates.page_of(row) if row else "",
    )  # fmt: skip
