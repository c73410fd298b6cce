"""The encoder process: one model for the web and the worker of a machine, on a Unix socket or loopback.

Speaks OpenAI's embeddings (POST /v1/embeddings, with our extra field "input_type": "query" or "passage") and
GET /health. It also reads questions (POST /v1/questions): the forms of their words, their language and their vector
in one answer, and splits texts into words for the index (POST /v1/words): so the tables for it are in memory once
and not in every web process and worker.

A question somebody waits for is answered at once, beside whatever is being indexed: long requests take turns in one
lane of lower priority, short ones do not wait for it. No text is logged or kept.
"""

import base64
import json
import os
import signal
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket
from typing import Any

from . import reading, words
from .clean import clean
from .http import reachable
from .port import EncoderPort, EncoderUnavailable, Kind, Vectors

BODY_BYTES = 8_000_000
TEXTS = 512
SHORT = (4, 2_000)
"""Texts and letters up to which a request is a question that somebody waits for."""

QUESTION = 1_000
"""Letters of a question; longer ones are texts, not questions."""

CODES = (40, 40)
"""Languages that may be named with a question, and letters of each name."""

VECTOR_SECONDS = 5.0
AT_ONCE = 4
WAITING = 32
"""Long requests that may wait for their turn; the next one is told to come back."""

CONNECTIONS = 64
IDLE_SECONDS = 60.0
NICE = 5


class Refused(Exception):  # noqa: N818  (an answer to the client, not a fault of ours)
    """A request that is not answered: HTTP status and a sentence."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Lanes:
    """Who is encoded when: short requests at once in their own thread, long ones in turn."""

    def __init__(self, encoder: EncoderPort) -> None:
        self.encoder = encoder
        self.waiting = 0
        self._count = threading.Lock()
        self._lane = ThreadPoolExecutor(1, "long", initializer=_step_back)
        self._questions = ThreadPoolExecutor(AT_ONCE, "question")

    def begin(self, question: str) -> Future[Vectors]:
        """Start on the vector of a question; whoever asked may stop waiting for it."""
        return self._questions.submit(self.encoder.encode, [question], "query")

    def encode(self, texts: list[str], kind: Kind) -> Vectors:
        """Give the vectors of `texts` when it is their turn; raises Refused when too many wait."""
        if len(texts) <= SHORT[0] and sum(map(len, texts)) <= SHORT[1]:
            return self.encoder.encode(texts, kind)
        vectors: Vectors = self.in_turn(self.encoder.encode, texts, kind)
        return vectors

    def in_turn(self, work: Callable[..., Any], *given: Any) -> Any:
        """Do long work when it is its turn; raises Refused when too much waits."""
        with self._count:
            if self.waiting >= WAITING:
                raise Refused(503, "Too many requests are waiting; please come back.")
            self.waiting += 1
        try:
            return self._lane.submit(work, *given).result()
        finally:
            with self._count:
                self.waiting -= 1


def _step_back() -> None:
    """Let this thread give way to those that somebody waits for (Linux: a thread has a priority of its own)."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


class Handler(BaseHTTPRequestHandler):
    """Reads a request and writes its answer; the server holds the lanes."""

    server: "LoopbackServer"
    protocol_version = "HTTP/1.1"
    server_version = "koinon-encoder"
    sys_version = ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        if self.path.split("?")[0] == "/health":
            state = {"status": "ok", "version": self.server.lanes.encoder.version, "waiting": self.server.lanes.waiting}
            self._answer(200, state)
        else:
            self._answer(404, _error("There is nothing here; POST /v1/embeddings or GET /health."))

    def do_POST(self) -> None:
        try:
            answer = ANSWERS.get(self.path.split("?")[0])
            if answer is None:
                self.close_connection = True
                raise Refused(404, "There is nothing here; POST /v1/embeddings or /v1/questions.")
            self._answer(200, answer(self.server.lanes, self._body()))
        except Refused as refused:
            self.close_connection = self.close_connection or refused.status == 413
            self._answer(refused.status, _error(str(refused)))

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self.close_connection = True
            raise Refused(411, "The length of the request is missing.")
        if int(length) > BODY_BYTES:
            raise Refused(413, f"A request may have {BODY_BYTES} bytes.")
        try:
            found = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise Refused(400, "The request is not JSON.") from None
        if not isinstance(found, dict):
            raise Refused(400, "The request must be an object.")
        return found

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        data = json.dumps(said).encode()
        with suppress(OSError):  # whoever asked has gone
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: who asked what is nobody's business."""


def embed(lanes: Lanes, asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one request in the form that OpenAI's clients read; raises Refused with a sentence."""
    texts, kind = asked.get("input"), asked.get("input_type", "passage")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not texts or not all(isinstance(each, str) for each in texts):
        raise Refused(400, "input must be a text or a list of texts.")
    if len(texts) > TEXTS:
        raise Refused(400, f"A request may have {TEXTS} texts.")
    if kind not in {"query", "passage"}:
        raise Refused(400, 'input_type must be "query" or "passage".')
    form: Callable[[Any], Any] = _packed if asked.get("encoding_format") == "base64" else _listed
    vectors = lanes.encode(texts, kind)
    return {
        "object": "list",
        "model": lanes.encoder.version,
        "data": [
            {"object": "embedding", "index": place, "embedding": form(vector)} for place, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": 0, "total_tokens": 0},
    }


def read(lanes: Lanes, asked: dict[str, Any]) -> dict[str, Any]:
    """Read a question: its words and its language, and its vector if that is there within `seconds`, else null."""
    text, language, spoken = asked.get("text"), asked.get("language"), asked.get("spoken", [])
    seconds = asked.get("seconds", VECTOR_SECONDS)
    if not isinstance(text, str) or not text.strip() or len(text) > QUESTION:
        raise Refused(400, f"text must be a question of at most {QUESTION} letters.")
    if not isinstance(spoken, list) or len(spoken) > CODES[0] or not all(map(_is_code, [language, *spoken])):
        raise Refused(400, "language must be a code of a language, spoken a list of them.")
    if not isinstance(seconds, (int, float)) or not 0 <= seconds <= VECTOR_SECONDS:
        raise Refused(400, f"seconds must be at most {VECTOR_SECONDS:.0f}.")
    begun = lanes.begin(clean(text))
    until = time.monotonic() + seconds
    found = reading.read(text, str(language), spoken)
    try:
        vector = _packed(begun.result(max(0.0, until - time.monotonic()))[0])
    except (EncoderUnavailable, TimeoutError, CancelledError):  # the words alone are an answer, too
        begun.cancel()
        vector = None
    return {"model": lanes.encoder.version, "words": found.words, "language": found.language, "embedding": vector}


def lexemes(lanes: Lanes, asked: dict[str, Any]) -> dict[str, Any]:
    """Give the forms of the words of texts, each a pair of text and language, as `words.lexemes` does."""
    texts = asked.get("texts")
    if not isinstance(texts, list) or len(texts) > TEXTS:
        raise Refused(400, f"texts must be a list of at most {TEXTS}.")
    if not all(
        isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) and _is_code(each[1]) for each in texts
    ):
        raise Refused(400, "Each of the texts must be a text and the code of its language.")
    if sum(len(text) for text, _ in texts) <= SHORT[1]:
        return {"words": _lexemes(texts)}
    return {"words": lanes.in_turn(_lexemes, texts)}


def _lexemes(texts: list[list[str]]) -> list[list[list[str]]]:
    return [words.lexemes(text, language) for text, language in texts]


def _is_code(given: Any) -> bool:
    return isinstance(given, str) and len(given) <= CODES[1]


ANSWERS: dict[str, Callable[[Lanes, dict[str, Any]], dict[str, Any]]] = {
    "/v1/embeddings": embed,
    "/embeddings": embed,
    "/v1/questions": read,
    "/v1/words": lexemes,
}


def _packed(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def _listed(vector: Vectors) -> list[float]:
    return [float(each) for each in vector]


def _error(said: str) -> dict[str, Any]:
    return {"error": {"message": said, "type": "invalid_request_error"}}


class LoopbackServer(ThreadingHTTPServer):
    """A thread for each connection, and a limit to how many there are."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: Any, encoder: EncoderPort) -> None:
        self.lanes = Lanes(encoder)
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        super().__init__(address, Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is no news."""


class UnixServer(LoopbackServer):
    """The same on a socket in the file system, which only this user may open."""

    address_family = AF_UNIX

    def server_bind(self) -> None:
        path = Path(str(self.server_address))
        with reachable(path) as name:
            if _is_alive(name):
                raise OSError(f"An encoder is already running on {path}.")
            path.unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                self.socket.bind(name)
            finally:
                os.umask(before)
        self.server_name, self.server_port = "localhost", 0

    def get_request(self) -> tuple[Any, Any]:
        request, _ = self.socket.accept()
        return request, ("local", 0)


def _is_alive(name: str) -> bool:
    with socket(AF_UNIX, SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        with suppress(OSError):
            probe.connect(name)
            return True
    return False


def make_server(
    encoder: EncoderPort, *, socket: Path | None = None, host: str = "127.0.0.1", port: int = 0
) -> socketserver.BaseServer:
    """Open the socket (a path, else host and port) and give a server that is not yet answering; raises OSError."""
    return UnixServer(str(socket), encoder) if socket else LoopbackServer((host, port), encoder)


def run(
    *,
    folder: Path,
    socket: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8765,
    threads: int = 1,
    languages: Sequence[str] = (),
) -> None:
    """Load the model of `folder` and serve until TERM or INT; ends the process with a sentence when it cannot.

    The tables for questions in `languages` are loaded at once, those of others with the first question.
    """
    from .local import Encoder

    try:
        server = make_server(Encoder(folder, threads), socket=socket, host=host, port=port)
    except (EncoderUnavailable, OSError) as error:
        raise SystemExit(str(error)) from error
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    print(f"The encoder listens on {socket or f'http://{host}:{port}'}.", file=sys.stderr, flush=True)
    if languages:
        threading.Thread(target=reading.warm, args=(languages,), daemon=True).start()
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        if socket:
            socket.unlink(missing_ok=True)
