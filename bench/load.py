"""A load generator for this machine: clients that keep their connection, ask the next address, and wait for the answer.

Threads over plain sockets, because the generator shares the processors with what it measures: a general HTTP client
would use more of them than the bare view does.
"""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

TIMEOUT = 30.0
LARGEST = 8 * 2**20


class WrongAnswer(Exception):  # noqa: N818
    """A page did not answer 200: what is measured would not be the page."""


@dataclass
class Load:
    """What came of one run: seconds it took, milliseconds of each request, bytes received (heads included)."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    received: int = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


@dataclass
class Answer:
    """One answer: status, headers with names in lower case, body as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int


class Client:
    """One connection, kept open."""

    def __init__(self, host: str, port: int, headers: dict[str, str] | None = None) -> None:
        self.host, self.port = host, port
        given = {"Host": f"{host}:{port}", "Accept-Encoding": "gzip", "Accept": "text/html", **(headers or {})}
        self.head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.socket: socket.socket | None = None
        self.rest = b""

    def get(self, address: str) -> Answer:
        """Ask for one address. A connection that the server closed meanwhile is opened anew, once."""
        request = f"GET {address} HTTP/1.1\r\n{self.head}\r\n".encode()
        try:
            return self._ask(request)
        except ConnectionError:
            self.close()
            return self._ask(request)

    def post(self, address: str, body: bytes, **headers: str) -> Answer:
        """Send a form once: whoever hears nothing does not know whether it arrived, so nothing is sent again here."""
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"POST {address} HTTP/1.1\r\n{self.head}{more}{kind}\r\n".encode() + body)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.rest = None, b""

    def _ask(self, request: bytes) -> Answer:
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        parts = [line.partition(":") for line in lines[1:]]
        pairs = [(name.strip().lower(), value.strip()) for name, _, value in parts]
        headers = dict(pairs)
        if "set-cookie" in headers:
            headers["set-cookie"] = "\n".join(value for name, value in pairs if name == "set-cookie")
        body = (
            self._chunks()
            if "chunked" in headers.get("transfer-encoding", "")
            else self._exactly(int(headers.get("content-length", "0")))
        )
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(lines[0].split()[1]), headers, body, len(head) + 4 + len(body))

    def _more(self) -> None:
        assert self.socket is not None
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.rest += data
        if len(self.rest) > LARGEST:
            raise WrongAnswer("an answer of more than 8 MB")

    def _until(self, mark: bytes) -> bytes:
        while (place := self.rest.find(mark)) < 0:
            self._more()
        found, self.rest = self.rest[:place], self.rest[place + len(mark) :]
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self.rest) < size:
            self._more()
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            parts.append(self._exactly(size))
            self._exactly(2)
        self._until(b"\r\n")
        return b"".join(parts)


def run(
    *,
    host: str,
    port: int,
    addresses: Sequence[str],
    headers: dict[str, str] | None = None,
    clients: int = 16,
    requests: int = 400,
    seconds: float = 8.0,
) -> Load:
    """Ask for the addresses in turn with so many clients at once, until `requests` are answered or the time is over.

    Raises WrongAnswer when a page does not answer 200.
    """
    turn, result, lock = count(), Load(), threading.Lock()
    troubles: list[Exception] = []
    begun = time.perf_counter()
    end = begun + seconds

    def ask() -> None:
        client = Client(host, port, headers)
        taken, received = [], 0
        try:
            while not troubles and (number := next(turn)) < requests and time.perf_counter() < end:
                address = addresses[number % len(addresses)]
                start = time.perf_counter()
                answer = client.get(address)
                taken.append((time.perf_counter() - start) * 1000)
                received += answer.size
                if answer.status != 200:
                    raise WrongAnswer(f"{address} answered {answer.status}")
        except Exception as trouble:  # told to whoever started the run, not lost in a thread
            troubles.append(trouble)
        finally:
            client.close()
        with lock:
            result.latencies.extend(taken)
            result.received += received

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + TIMEOUT)
    result.seconds = time.perf_counter() - begun
    if troubles:
        raise troubles[0]
    return result
