"""Asks an encoder in another process or on another machine: any server that speaks OpenAI's embeddings.

`unix:/data/encoder.sock` is ours (`serve`); `http://host:port` or `https://host/v1` may be any other. When it is
down the answer is EncoderUnavailable at once, not after a wait: a search goes on with words alone.
"""

import base64
import http.client
import json
import math
import os
import socket
import sys
import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from koinon.kit.meaning.arrays import np

from .clean import clean
from .port import EncoderUnavailable, Kind, Vectors
from .reading import Reading

TEXTS_AT_ONCE = 64
LETTERS_AT_ONCE = 100_000
CONNECT_SECONDS = 2.0
REST_SECONDS = (0.5, 20.0)
"""After a failure nobody asks for half a second, after each further one twice as long, up to twenty."""

ANSWER_BYTES = 64_000_000
VERSION_SECONDS = 60.0
_PATH_LONGEST = 100


class NoReader(EncoderUnavailable):
    """The server embeds texts and does nothing else: it is not ours."""


class Encoder:
    """A client that many threads may use; each keeps its own connection open.

    `timeout` is all the time, in seconds, that one request may take, connecting included; `key` and `model` are for
    servers that want them.
    """

    def __init__(self, address: str, *, key: str = "", model: str = "", timeout: float = 30.0) -> None:
        """Understand the address; raises ValueError when it is none. Nothing is asked yet."""
        self._address, self._key, self._model, self._timeout = address.strip(), key, model, timeout
        parts = urlsplit(self._address)
        if parts.scheme not in {"unix", "http", "https"} or not (
            parts.path if parts.scheme == "unix" else parts.netloc
        ):
            raise ValueError(f"{address!r} is no address of an encoder: use unix:/path, http://… or https://…")
        self._parts = parts
        path = "" if parts.scheme == "unix" else parts.path.rstrip("/")
        self._base = path.removesuffix("/embeddings").removesuffix("/v1")
        self._own = threading.local()
        self._plain = self._only_embeds = False
        self._asked, self._version = 0.0, ""
        self._rest, self._resting_until = REST_SECONDS[0], 0.0

    @property
    def version(self) -> str:
        """The model's name as the server gives it; asked again each minute. Raises EncoderUnavailable."""
        if not self._version or time.monotonic() - self._asked > VERSION_SECONDS:
            status, found = self._request("GET", f"{self._base}/health", None)
            named = found.get("version") if status == 200 else None
            if named:
                self._learn(str(named))
            else:
                self.encode(["version"], "query")
        return self._version

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Give unit vectors float32 [len(texts), size] in the order of the texts; raises EncoderUnavailable."""
        parts = [self._embed(part, kind) for part in _portions(texts)]
        if not parts:
            return np.zeros((0, 0), np.float32)
        found = np.concatenate(parts)
        result: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return result

    def question(
        self, text: str, language: str, spoken: Sequence[str] = (), *, seconds: float
    ) -> tuple[Reading, list[float] | None]:
        """Give what `reading.read` says of a question, and its unit vector if that is made within `seconds`.

        Raises NoReader when this server only embeds, EncoderUnavailable when it does not answer.
        """
        asked = {"text": text, "language": language, "spoken": list(spoken), "seconds": seconds}
        return _read(self._own_answer("/v1/questions", asked), self._where)

    def words(self, texts: Sequence[tuple[str, str]]) -> list[list[list[str]]]:
        """Give what `words.lexemes` says of each text in its language; raises NoReader or EncoderUnavailable."""
        said = self._own_answer("/v1/words", {"texts": [list(each) for each in texts]}).get("words")
        if not isinstance(said, list) or len(said) != len(texts) or not all(_is_words(each) for each in said):
            raise EncoderUnavailable(f"The encoder at {self._where} answers something else than words.")
        return said

    def _own_answer(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Ask what only our own server answers."""
        if self._only_embeds:
            raise NoReader(f"The encoder at {self._where} reads nothing.")
        status, found = self._request("POST", self._base + path, asked)
        if status in {404, 405, 501}:
            self._only_embeds = True
            raise NoReader(f"The encoder at {self._where} reads nothing.")
        if status != 200:
            raise EncoderUnavailable(f"The encoder at {self._where} answers {status}: {_reason(found)}")
        return found

    def _embed(self, texts: list[str], kind: Kind) -> Vectors:
        asked: dict[str, Any] = {"input": texts, "model": self._model or "default"}
        if self._plain:
            asked["input"] = [_prefix(self._model, kind) + text or " " for text in texts]
        else:
            asked |= {"input_type": kind, "encoding_format": "base64"}
        status, found = self._request("POST", f"{self._base}/v1/embeddings", asked)
        if status in {400, 422} and not self._plain:
            self._plain = True  # it does not know our two extra fields: never send them again
            return self._embed(texts, kind)
        if status != 200:
            raise EncoderUnavailable(f"The encoder at {self._where} answers {status}: {_reason(found)}")
        self._learn(str(found.get("model") or self._model or self._where))
        return _vectors(found, len(texts), self._where)

    @property
    def _where(self) -> str:
        return self._parts.path if self._parts.scheme == "unix" else self._parts.netloc.rpartition("@")[2]

    def _learn(self, version: str) -> None:
        self._version, self._asked = version, time.monotonic()

    def _request(self, verb: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        """Ask once, a second time when a connection that was kept open has been closed meanwhile."""
        with self._breaker():
            if getattr(self._own, "connection", None) is not None:
                try:
                    return self._exchange(verb, path, body)
                except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                    self._close()
            return self._exchange(verb, path, body)

    @contextmanager
    def _breaker(self) -> Iterator[None]:
        """While the server is away, say so without asking; let one question through now and then."""
        if time.monotonic() < self._resting_until:
            raise EncoderUnavailable(f"The encoder at {self._where} did not answer a moment ago.")
        try:
            yield
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._close()
            self._resting_until = time.monotonic() + self._rest
            self._rest = min(2 * self._rest, REST_SECONDS[1])
            raise EncoderUnavailable(f"The encoder at {self._where} does not answer: {error}") from error
        self._rest = REST_SECONDS[0]

    def _exchange(self, verb: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        until = time.monotonic() + self._timeout
        connection = self._connect(until)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        connection.request(verb, path, None if body is None else json.dumps(body).encode(), headers)
        self._patience(until)
        answer = connection.getresponse()
        self._patience(until)
        data = answer.read(ANSWER_BYTES)
        if answer.will_close or not answer.isclosed():
            self._close()
        try:
            found = json.loads(data)
        except ValueError:
            found = {}
        return answer.status, found if isinstance(found, dict) else {}

    def _connect(self, until: float) -> http.client.HTTPConnection:
        if getattr(self._own, "connection", None) is None:
            wait = min(CONNECT_SECONDS, self._timeout)
            if self._parts.scheme == "unix":
                self._own.connection = _UnixConnection(Path(self._parts.path), wait)
            else:
                kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
                self._own.connection = kind(self._parts.hostname or "", self._parts.port, timeout=wait)
            self._own.connection.connect()
        self._patience(until)
        connection: http.client.HTTPConnection = self._own.connection
        return connection

    def _patience(self, until: float) -> None:
        """Give the next step only the time that is left."""
        if self._own.connection.sock is not None:
            self._own.connection.sock.settimeout(max(0.001, until - time.monotonic()))

    def _close(self) -> None:
        connection = getattr(self._own, "connection", None)
        self._own.connection = None
        if connection is not None:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: Path, wait: float) -> None:
        super().__init__("localhost", timeout=wait)
        self._path = path

    def connect(self) -> None:
        with reachable(self._path) as name:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            self.sock.connect(name)


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """Give a name for a socket that is short enough for the system (108 bytes), however deep its folder lies."""
    if len(os.fsencode(path)) <= _PATH_LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _portions(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut texts into requests that are answered within seconds, however long the texts are."""
    part: list[str] = []
    letters = 0
    for text in texts:
        plain = clean(text)
        if part and (len(part) == TEXTS_AT_ONCE or letters + len(plain) > LETTERS_AT_ONCE):
            yield part
            part, letters = [], 0
        part.append(plain)
        letters += len(plain)
    if part:
        yield part


def _prefix(model: str, kind: Kind) -> str:
    """The words that the e5 family expects in front, for servers that do not set them."""
    name = model.lower()
    return f"{kind}: " if "e5-" in name and "instruct" not in name else ""


def _reason(found: dict[str, Any]) -> str:
    error = found.get("error")
    said = error.get("message") if isinstance(error, dict) else error
    return str(said or found.get("message") or "no reason given")[:200]


def _vectors(found: dict[str, Any], count: int, where: str) -> Vectors:
    """Read the vectors of an answer, as numbers or packed, and put them into the order of the texts."""
    try:
        rows = sorted(found["data"], key=lambda each: int(each["index"]))
        made = [
            np.frombuffer(base64.b64decode(each["embedding"]), "<f4")
            if isinstance(each["embedding"], str)
            else np.asarray(each["embedding"], np.float32)
            for each in rows
        ]
        vectors = np.stack(made).astype(np.float32)
    except (KeyError, TypeError, ValueError) as error:
        raise EncoderUnavailable(f"The encoder at {where} answers something else than embeddings.") from error
    if len(vectors) != count or vectors.ndim != 2 or not vectors.size or not np.isfinite(vectors).all():
        raise EncoderUnavailable(f"The encoder at {where} answers {len(vectors)} embeddings for {count} texts.")
    return vectors


def _read(found: dict[str, Any], where: str) -> tuple[Reading, list[float] | None]:
    """Read the answer to a question; one that has another form is none."""
    words: Any = found.get("words")
    language, packed = found.get("language"), found.get("embedding")
    if not _is_words(words) or not all(words) or not (language is None or isinstance(language, str)):
        raise EncoderUnavailable(f"The encoder at {where} answers something else than the words of a question.")
    return Reading(words, language), None if packed is None else _unit(packed, where)


def _unit(packed: str, where: str) -> list[float]:
    """The unit vector of one text, read without numpy, which web processes do not load."""
    try:
        numbers = array("f", base64.b64decode(packed))
    except (TypeError, ValueError) as error:
        raise EncoderUnavailable(f"The encoder at {where} answers something else than embeddings.") from error
    if sys.byteorder == "big":
        numbers.byteswap()
    length = math.sqrt(math.fsum(number * number for number in numbers))
    if not numbers or not math.isfinite(length):
        raise EncoderUnavailable(f"The encoder at {where} answers something else than embeddings.")
    return [number / max(length, 1e-12) for number in numbers]


def _is_words(given: Any) -> bool:
    """Whether this is a list of words, each a list of its forms."""
    return isinstance(given, list) and all(
        isinstance(forms, list) and all(isinstance(form, str) for form in forms) for forms in given
    )
