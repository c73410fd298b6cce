"""What came in, kept once, and handed by a job to whoever takes letters of its kind."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from koinon.kit import jobs, limits
from koinon.kit.inbox import proofs
from koinon.kit.inbox.addresses import BOUNCE, key_of
from koinon.kit.inbox.letters import Parsed, keepable, read
from koinon.kit.models import Arrival, MailAddress
from koinon.kit.seams import Seam

log = structlog.get_logger(__name__)
MOST_AN_HOUR = 30
"""Letters taken at one address in an hour; more are turned away for a while, the sender's server tries again."""


@dataclass(frozen=True)
class Letter:
    """Somebody answered about `noun` at the address that was given to `person`; `sender` is what the letter says.

    `is_proved`: the mail server says that it comes from there, or nobody told us the mail server's name.
    """

    person: UUID
    noun: UUID
    sender: str
    text: str
    dropped: list[str] = field(default_factory=list)
    is_cut: bool = False
    message_id: str = ""
    is_proved: bool = False


@dataclass(frozen=True)
class Bounce:
    """A letter to `address` could not be delivered; `person`: whom it was for, if the report came to their address."""

    person: UUID | None
    address: str
    status: str
    is_lasting: bool
    says: str
    at: datetime


bounced: Seam[[Bounce], None] = Seam("A letter could not be delivered: what follows?")
_TAKERS: dict[str, Callable[[Letter], None]] = {}


class TooMany(Exception):  # noqa: N818
    """This address has had enough letters for now."""


def takes(purpose: str) -> Callable[[Callable[[Letter], None]], Callable[[Letter], None]]:
    """Declare who takes letters of `purpose`; runs in a job and in one transaction with the note that it was taken."""

    def register(function: Callable[[Letter], None]) -> Callable[[Letter], None]:
        _TAKERS[purpose] = function
        return function

    return register


def receive(*, raw: bytes, to: str, envelope: str = "-") -> Arrival | None:
    """Keep a letter to one of our addresses and queue what follows, in one transaction; None: we have it already.

    Raises LookupError when the address is none of ours (any more), TooMany when it gets too many letters.
    """
    address = MailAddress.objects.filter(key=key_of(to)).first() if key_of(to) else None
    if address is None:
        raise LookupError(to)
    parsed = read(raw, envelope=envelope)
    key = hashlib.sha256(f"{address.key}\n{parsed.message_id}".encode()).hexdigest()
    if Arrival.objects.filter(key=key).exists():
        return None
    if not limits.spend(f"inbox:{address.key}", times=MOST_AN_HOUR, per=timedelta(hours=1)):
        raise TooMany(to)
    with transaction.atomic():
        found, is_new = Arrival.objects.get_or_create(key=key, defaults={"address": address, **_facts(address, parsed)})
        if is_new and found.state == "waiting":
            jobs.later(take, arrival=str(found.pk))
    return found if is_new else None


@jobs.task("kit.take_letter")
def take(arrival: str) -> None:
    """Hand one arrival on; running again does nothing, and what fails leaves it waiting."""
    with transaction.atomic():
        row = Arrival.objects.select_for_update().filter(pk=arrival, state="waiting").select_related("address").first()
        if row is None:
            return
        if row.address.purpose == BOUNCE:
            _tell_bounces(row)
        elif taker := _TAKERS.get(row.address.purpose):
            taker(Letter(person=row.address.person, noun=row.address.noun, **row.said))
        row.state, row.said = "taken", {}
        row.save(update_fields=["state", "said"])


def _facts(address: MailAddress, parsed: Parsed) -> dict[str, object]:
    if address.purpose == BOUNCE:
        from koinon.kit import bounces

        failures = bounces.failures(parsed.message)
        said = {
            "failures": [
                [keepable(each.address), keepable(each.status), each.is_lasting, keepable(each.says)]
                for each in failures
            ]
        }
        return {"state": "waiting" if failures else "ignored", "why": "" if failures else "no report", "said": said}
    if parsed.why:
        log.info("letter ignored", why=parsed.why)
        return {"state": "ignored", "why": parsed.why}
    said_ = {
        "sender": parsed.sender,
        "text": parsed.text,
        "dropped": parsed.dropped,
        "is_cut": parsed.is_cut,
        "message_id": parsed.message_id,
        "is_proved": _is_proved(parsed),
    }
    return {"state": "waiting", "said": said_}


def _is_proved(parsed: Parsed) -> bool:
    authority = settings.KOINON_INBOX_AUTHSERV
    return not authority or proofs.is_proved(parsed.message, parsed.sender, authority)


def _tell_bounces(row: Arrival) -> None:
    for address, status, is_lasting, says in row.said["failures"]:
        bounced.gather(
            Bounce(
                person=row.address.person,
                address=address,
                status=status,
                is_lasting=is_lasting,
                says=says,
                at=timezone.now(),
            )
        )
