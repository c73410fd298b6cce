"""One small POST of JSON with a time limit, for translation servers."""

import http.client
import json
import socket
from contextlib import suppress
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from koinon.kit.languages.machine import Unavailable

SECONDS = 30
LARGEST = 2 * 2**20


def post(address: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    """POST `body` as JSON and return the answer's JSON. Raises Unavailable with the reason."""
    parts = urlsplit(address)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=SECONDS)
    watch = None
    try:
        connection.connect()
        watch = Timer(SECONDS, _hang_up, [connection.sock])  # the time-out of a socket begins anew with each byte
        watch.daemon = True
        watch.start()
        connection.request("POST", parts.path or "/", json.dumps(body), {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        data = answer.read(LARGEST)
        if answer.status != 200:
            raise Unavailable(f"the translation server answered {answer.status}")
        return json.loads(data)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Unavailable(f"the translation server: {type(problem).__name__}") from problem
    finally:
        if watch:
            watch.cancel()
        connection.close()


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
