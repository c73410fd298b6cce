"""The demo's own mail server: letters are really sent by SMTP and kept as .eml files, to be read in a page."""

import email
import email.policy
import re
import signal
import smtplib
import threading
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from koinon.kit.ids import uuid7

MOST = 200
NAME = re.compile(r"[0-9a-f-]{36}\Z")


@dataclass(frozen=True)
class Letter:
    """One letter as the mailbox page shows it."""

    name: str
    sender: str
    to: str
    subject: str
    at: datetime | None
    text: str = ""
    html: str = ""
    reply_to: str = ""


class Keeper:
    """Writes each letter that arrives into `folder`, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd asks for it)
        name = str(uuid7())
        draft = self.folder / f"{name}.part"
        draft.write_bytes(envelope.content)
        draft.rename(self.folder / f"{name}.eml")
        for old in sorted(self.folder.glob("*.eml"))[:-MOST]:
            old.unlink(missing_ok=True)
        return "250 Kept"


def start(folder: Path, port: int) -> Controller:
    """Listen on 127.0.0.1:`port` in a thread; call `.stop()` on what comes back. Raises OSError when it is taken."""
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=port, data_size_limit=10 * 2**20)
    controller.start()
    return controller


def serve(folder: Path, port: int) -> None:
    """Run until TERM or INT."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    controller = start(folder, port)
    try:
        stopped.wait()
    finally:
        controller.stop()


def letters(folder: Path, *, count: int = 50) -> list[Letter]:
    """The newest letters, without their bodies."""
    files = sorted(folder.glob("*.eml"), reverse=True)[:count]
    return [_letter(file, is_whole=False) for file in files]


def letter(folder: Path, name: str) -> Letter | None:
    """One letter with its text and HTML version; None when there is none of that name."""
    file = folder / f"{name}.eml"
    return _letter(file, is_whole=True) if NAME.match(name) and file.is_file() else None


def answer(letter: Letter, text: str, listen: str) -> None:
    """Answer a letter as a mail program would, quoting it, to where `koinon inbox` listens. Raises OSError."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = letter.to, letter.reply_to, "Re: " + " ".join(letter.subject.split())
    made["Message-ID"] = make_msgid(domain="demo.koinon.example")
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    made.set_content(f"{text}\n\nOn {letter.at or '-'}, {letter.sender} wrote:\n{quoted}\n")
    where = urlsplit(listen)
    with smtplib.SMTP(where.hostname or "127.0.0.1", where.port or 25, timeout=10) as client:
        client.send_message(made, from_addr=parseaddr(letter.to)[1], to_addrs=[parseaddr(letter.reply_to)[1]])


def _letter(file: Path, *, is_whole: bool) -> Letter:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return Letter(
        name=file.stem,
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        at=_moment(str(message.get("Date", ""))),
        text=_body(message, "plain") if is_whole else "",
        html=_body(message, "html") if is_whole else "",
        reply_to=str(message.get("Reply-To", "")),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
