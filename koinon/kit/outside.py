"""Reading from addresses that strangers name: https only, never a host inside our own network, little and not for long.

The address is looked up once, all that it stands for must be public, and the connection goes to what was looked up; so
a name that answers differently the second time leads nowhere else. Redirects are followed by the same rules.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import SplitResult, urljoin, urlsplit

LARGEST = 2 * 2**20
SECONDS = 10.0
MOST_REDIRECTS = 3
PIECE = 64 * 1024
REDIRECTS = (301, 302, 303, 307, 308)

LookUp = Callable[[str, int], Iterable[str]]
"""look_up(host, port) -> addresses (IPv4 or IPv6, as text); OSError when there are none."""
Connect = Callable[[str, str, int, float], socket.socket]
"""connect(address, host, port, seconds) -> a socket in which TLS has proved the host's name."""
Read = Callable[[http.client.HTTPResponse, float], bytes]


THERE = (401, 403, 405, 406, 429, 451)
"""Answers by which somebody who is there sends programs away; people may well be let in."""


class Unreachable(OSError):  # noqa: N818  (it reads as a sentence: raise Unreachable)
    """Nothing could be read, or we do not read from there; the text says which. `status`: what it answered, or 0."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


def fetch(url: str, *, accept: str = "*/*", look_up: LookUp | None = None, connect: Connect | None = None) -> bytes:
    """The bytes that stand at a public https address, at most 2 MB in 10 seconds. Raises Unreachable."""
    return _followed(url, accept, look_up, connect, _body)


def answers(url: str, *, look_up: LookUp | None = None, connect: Connect | None = None) -> bool:
    """Does a page stand at a public https address? Asked like fetch, but what it says is not read."""
    try:
        _followed(url, "*/*", look_up, connect, lambda _answer, _deadline: b"")
    except Unreachable as problem:
        return problem.status in THERE
    return True


def is_plain(url: str) -> bool:
    """Is this an address that we would ask, whatever stands there?"""
    try:
        _split(url)
    except Unreachable:
        return False
    return True


def _followed(url: str, accept: str, look_up: LookUp | None, connect: Connect | None, read: Read) -> bytes:
    deadline = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        said = _asked(url, accept, deadline, look_up or _look_up, connect or _connect, read)
        if isinstance(said, bytes):
            return said
        url = urljoin(url, said)
    raise Unreachable("redirected too often")


def is_public(address: str) -> bool:
    """Is this an address of the open internet? One that wraps another (mapped, 6to4, NAT64) is not."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (found.ipv4_mapped or found.sixtofour or found.teredo):
        return False
    if found in NAT64:
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _asked(url: str, accept: str, deadline: float, look_up: LookUp, connect: Connect, read: Read) -> bytes | str:
    """The body, or where we are sent to."""
    parts, host = _split(url)
    connection = http.client.HTTPConnection(host, 443, timeout=_left(deadline))
    watch = None
    try:
        connection.sock = connect(_public_address(host, look_up), host, 443, _left(deadline))
        watch = threading.Timer(_left(deadline), _hang_up, (connection.sock,))
        watch.daemon = True
        watch.start()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept": accept, "Accept-Encoding": "identity", "Host": host})
        answer = connection.getresponse()
        if answer.status in REDIRECTS:
            return answer.getheader("Location") or ""
        if answer.status != 200:
            raise Unreachable(f"answered {answer.status}", answer.status)
        return read(answer, deadline)
    except Unreachable:
        raise
    except (OSError, ValueError, http.client.HTTPException) as problem:
        raise Unreachable("could not be read") from problem
    finally:
        if watch:
            watch.cancel()
        connection.close()


def _hang_up(sock: socket.socket) -> None:
    """Time is over, however slowly the other side drips its bytes."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _split(url: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise Unreachable("not an address") from problem
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or port not in (None, 443):
        raise Unreachable("we read from plain https addresses only")
    if not is_plain:
        raise Unreachable("not an address")
    return parts, parts.hostname


def _public_address(host: str, look_up: LookUp) -> str:
    try:
        found = list(look_up(host, 443))
    except (OSError, UnicodeError) as problem:
        raise Unreachable("the name is not known") from problem
    if not found or not all(map(is_public, found)):
        raise Unreachable("not a public host")
    return found[0]


def _body(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    pieces, size = [], 0
    while piece := answer.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise Unreachable("too large")
        _left(deadline)
    if answer.length:
        raise Unreachable("cut short")
    return b"".join(pieces)


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise Unreachable("too slow")
    return seconds


def _look_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connect(address: str, host: str, port: int, seconds: float) -> socket.socket:
    plain = socket.create_connection((address, port), timeout=seconds)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
