"""The process that receives mail: SMTP or LMTP, for signed addresses only, one letter at a time into the database."""

import asyncio
import signal
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.db import connection

from koinon.kit.inbox.addresses import is_ours
from koinon.kit.inbox.arrivals import TooMany, receive

log = structlog.get_logger(__name__)
LARGEST = 10 * 2**20


class Handler:
    """Refuses at the door what is not for us; says "taken" only when the row is in the database."""

    async def handle_RCPT(  # noqa: N802  (aiosmtpd asks for it)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not is_ours(address):
            return "550 5.1.1 Nobody here takes letters at this address"
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time, please"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return await asyncio.to_thread(_receive, bytes(envelope.content), envelope.rcpt_tos[0], envelope.mail_from)


def _receive(raw: bytes, to: str, sender: str | None) -> str:
    try:
        receive(raw=raw, to=to, envelope=sender or "")
    except LookupError:
        return "550 5.1.1 Nobody here takes letters at this address"
    except TooMany:
        return "451 4.7.1 Too many letters at once, please try again later"
    except RecursionError:
        return "554 5.6.0 This letter has parts within parts without end"
    except Exception as problem:
        log.warning("letter not taken", problem=type(problem).__name__)
        return "451 4.3.0 Please try again later"
    finally:
        connection.close()
    return "250 2.0.0 Taken"


def start(listen: str) -> Any:
    """Listen in a thread at smtp://host:port, lmtp://host:port or lmtp:///path; call `.stop()` on what comes back.

    Raises OSError when the place is taken, ValueError when the address is none.
    """
    where = urlsplit(listen)
    if where.scheme not in ("smtp", "lmtp"):
        raise ValueError("KOINON_INBOX_LISTEN: write lmtp://host:port, lmtp:///path/of/socket or smtp://host:port.")
    kind = LMTP if where.scheme == "lmtp" else SMTP

    def factory() -> SMTP:
        return kind(Handler(), data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Koinon", hostname="koinon")

    controller: Any
    if where.path.strip("/") and not where.hostname:
        Path(where.path).unlink(missing_ok=True)
        controller = UnixSocketController(Handler(), unix_socket=where.path)
    else:
        controller = Controller(Handler(), hostname=where.hostname or "127.0.0.1", port=where.port or 8024)
    controller.factory = factory
    controller.start()
    return controller


def serve(listen: str) -> None:
    """Run until TERM or INT."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    controller = start(listen)
    try:
        stopped.wait()
    finally:
        controller.stop()
