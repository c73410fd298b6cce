"""Letters that came back: what a mail server says in a delivery status report (RFC 3464), in plain values.

Servers that write no report are read with one guess: a status code and an address in the text of a bounce.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

MOST = 50
LONGEST = 300
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_OLD = re.compile(r"\b(5[0-5]\d)[ -]")
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w.-]{1,190}\.[\w-]{2,63}")
_LASTING = ("failed", "failure")
_OLD_MEANINGS = {"550": "5.1.1", "551": "5.1.6", "553": "5.1.3", "552": "5.2.2", "554": "5.0.0"}
_READ = 20_000


@dataclass(frozen=True)
class Failure:
    """One address that a letter did not reach; `status` as in RFC 3463; delayed letters are not lasting failures."""

    address: str
    status: str
    is_lasting: bool
    says: str


def failures(message: Message) -> list[Failure]:
    """Every failed recipient of a report, each once; [] when it is none. Never raises on what strangers send."""
    found = [_failure(fields) for fields in _recipients(message)] or list(_guess(message))
    once = {failure.address: failure for failure in found if failure is not None}
    return list(once.values())[:MOST]


def _recipients(message: Message) -> Iterator[Message]:
    """The groups of fields about one recipient each; the group about the message itself names none."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            groups = payload if isinstance(payload, list) else []
            yield from (group for group in groups if isinstance(group, Message) and _value(group, "Final-Recipient"))


def _failure(fields: Message) -> Failure | None:
    action = _value(fields, "Action").lower()
    named = _value(fields, "Original-Recipient") or _value(fields, "Final-Recipient")
    address = _address(named) or _address(_value(fields, "Final-Recipient"))
    found = _STATUS.search(_value(fields, "Status")) or _STATUS.search(_value(fields, "Diagnostic-Code"))
    status = found.group(1) if found else "5.0.0"
    if not address or not (action in (*_LASTING, "delayed") or status[0] in "45"):
        return None
    is_lasting = action in _LASTING and status[0] == "5"
    return Failure(address, status, is_lasting, _line(_value(fields, "Diagnostic-Code")))


def _guess(message: Message) -> Iterator[Failure]:
    """A bounce in plain words: who says they are a mail daemon, one address, one lasting code."""
    sender = parseaddr(str(message.get("From", "")))[1].lower().partition("@")[0]
    if sender not in ("mailer-daemon", "postmaster"):
        return
    text = _text(message)
    code, old = _STATUS.search(text), _OLD.search(text)
    status = code.group(1) if code else _OLD_MEANINGS.get(old.group(1), "5.0.0") if old else ""
    failed = str(message.get("X-Failed-Recipients", "")) or text
    address = _ADDRESS.search(failed)
    if status and address and not address.group(0).lower().startswith(("mailer-daemon@", "postmaster@")):
        yield Failure(address.group(0).lower(), status, status[0] == "5", _line(_around(text, status, old)))


def _text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            raw = part.get_payload(decode=True)
            return raw.decode("utf-8", "replace")[:_READ] if isinstance(raw, bytes) else ""
    return ""


def _around(text: str, status: str, old: "re.Match[str] | None") -> str:
    sign = status if status in text else old.group(1) if old else ""
    return next((line for line in text.splitlines() if sign and sign in line), "")


def _address(field: str) -> str:
    """`rfc822; anna@serres.gr` and its relatives (utf-8, quoted) as an address in small letters, or ""."""
    kind, _semicolon, rest = field.partition(";")
    found = _ADDRESS.search(rest if _semicolon else kind)
    return found.group(0).lower()[:254] if found else ""


def _value(fields: Message, name: str) -> str:
    """A header as one line; servers write what they like, also bytes that no header may hold."""
    try:
        return " ".join(str(fields.get(name, "")).split())
    except (ValueError, IndexError, AttributeError):  # the e-mail library trips over some broken headers
        return ""


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


__all__ = ["Failure", "failures"]
