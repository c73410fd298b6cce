"""What came in by mail, read: a letter of a person, an automatic answer, a calendar's answer, or a bounce. Pure."""

import email
import email.policy
import hashlib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from koinon.kit.inbox import quotes

LONGEST = 20_000
MOST_PARTS = 100
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-from", "x-autoreply-from", "feedback-id", "list-id")
_PRECEDENCE = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_WORDS = (
    "auto:",
    "automatic reply",
    "out of office",
    "autoreply",
    "auto-reply",
    "undeliverable",
    "mail delivery failed",
)


@dataclass(frozen=True)
class Parsed:
    """`why` says why nobody should read it as somebody's words ("" if it is a person's letter)."""

    message_id: str
    sender: str
    subject: str
    text: str = ""
    dropped: list[str] = field(default_factory=list)
    why: str = ""
    is_cut: bool = False
    message: Any = None


def read(raw: bytes, *, envelope: str = "-") -> Parsed:
    """Read a letter as it came over the wire; `envelope` is the envelope sender, "" for the null one."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    known = _header(message, "Message-ID").strip() or hashlib.sha256(raw).hexdigest()
    subject = _header(message, "Subject")[:300]
    facts: dict[str, Any] = {"message_id": known[:998], "sender": _sender(message), "subject": subject}
    if why := _automatic(message, envelope, facts["subject"]):
        return Parsed(**facts, why=why, message=message)
    text, dropped = _content(message)
    if not text:
        return Parsed(**facts, why="empty", dropped=dropped, message=message)
    return Parsed(**facts, text=text[:LONGEST], dropped=dropped, is_cut=len(text) > LONGEST, message=message)


def keepable(text: str) -> str:
    """Without what no database keeps: NUL, and halves of signs that broken encodings leave behind."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _sender(message: EmailMessage) -> str:
    """The address of the one sender; "" when the letter names several, since each server believes another of them."""
    if len(message.get_all("From", [])) != 1:
        return ""
    named = getaddresses([_header(message, "From")])
    return named[0][1].strip().lower()[:254] if len(named) == 1 else ""


def _automatic(message: EmailMessage, envelope: str, subject: str) -> str:
    """Why this was written by a machine (RFC 3834 and the customs beside it); "" when a person wrote it."""
    if message.get_content_type() == "multipart/report":
        return "report"
    if envelope == "":
        return "null sender"
    said = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if said not in ("", "no"):
        return "auto-submitted"
    if _header(message, "Precedence").strip().lower() in _PRECEDENCE or any(name in message for name in _AUTOMATIC):
        return "bulk"
    if any(part.get_content_type() == "text/calendar" for part in message.walk()):
        return "calendar"
    if subject.strip().lower().startswith(_WORDS):
        return "auto subject"
    return ""


def _content(message: EmailMessage) -> tuple[str, list[str]]:
    """The new words of the first readable body, and the names of what is left out."""
    plain = page = ""
    dropped: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        if part.is_multipart():
            continue
        name, kind = part.get_filename(), part.get_content_type()
        if name or part.get_content_disposition() == "attachment":
            dropped.append(keepable(name or kind)[:120])
        elif kind == "text/plain" and not plain:
            plain = _decoded(part)
        elif kind == "text/html" and not page:
            page = _decoded(part)
    text = quotes.answer_of(plain) if plain.strip() else quotes.answer_of(quotes.text_of(page))
    return keepable(text).strip(), dropped


def _decoded(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        payload = part.get_payload(decode=True) or b""
        return bytes(payload).decode("utf-8", "replace")


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one that cannot be parsed is as good as none."""
    try:
        return keepable(str(message.get(name, "") or ""))
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""
