"""Questions read by the encoder process: the same answer as read here, whatever happens to the process."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.meaning import http, reading, serve, words
from koinon.kit.meaning.port import EncoderUnavailable

from .encoders import Letters
from .test_serve import ask, running

ASKED = [
    ("mokykla ieško partnerių", "en", ["en", "lt", "sq"]),
    ("училиште бара партнери", "mk", []),
    ("σχολείο ψάχνει συνεργάτες για την κυκλική οικονομία", "en", ["el", "en"]),
    ("of and for", "en", []),
    ("shkolla", "xx", ["sq", "nowhere"]),
    ("\0 \ud800 !!", "", [""]),
    ("Велење", "sl", ["sl", "sr", "mk", "el", "en", "nb", "lt"]),
]


class Late(Letters):
    """Embeds when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def encode(self, texts: Any, kind: Any = "passage") -> Any:
        self.may.wait(5)
        return super().encode(texts, kind)


class Broken(Letters):
    def encode(self, texts: Any, kind: Any = "passage") -> Any:
        raise EncoderUnavailable("The model is gone.")


@contextmanager
def answering(status: int, data: bytes) -> Iterator[str]:
    """A server that says the same to everybody."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(("text", "language", "spoken"), ASKED)
def test_the_process_reads_as_it_is_read_here(tmp_path: Path, text: str, language: str, spoken: list[str]):
    encoder = Letters()
    with running(encoder, tmp_path / "e.sock") as address:
        read, vector = http.Encoder(address).question(text, language, spoken, seconds=5)
    assert read == reading.read(text, language, spoken)
    assert vector is not None
    assert np.abs(vector - http.np.asarray(encoder.encode([http.clean(text)], "query")[0])).max() < 1e-5


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(str.strip), st.sampled_from(["en", "lt", "mk", ""]))
def test_any_text_reads_the_same_on_both_sides(text: str, language: str):
    lanes = serve.Lanes(Letters())
    sent = json.loads(json.dumps({"text": text, "language": language, "spoken": ["sq", "el"]}))
    found = json.loads(json.dumps(serve.read(lanes, sent)))
    assert http._read(found, "here")[0] == reading.read(text, language, ["sq", "el"])


def test_a_late_vector_does_not_hold_up_the_words(tmp_path: Path):
    late = Late()
    reading.read("circular economy", "en")
    with running(late, tmp_path / "e.sock") as address:
        begun = time.monotonic()
        read, vector = http.Encoder(address).question("circular economy", "en", seconds=0.05)
        assert time.monotonic() - begun < 2
        late.may.set()
    assert (vector, read) == (None, reading.read("circular economy", "en"))


def test_words_come_when_the_model_fails(tmp_path: Path):
    with running(Broken(), tmp_path / "e.sock") as address:
        read, vector = http.Encoder(address).question("schools", "en", seconds=1)
    assert vector is None
    assert read.words == [["schools", "school"]]


def test_many_at_once_are_all_answered_and_none_takes_anothers_answer(tmp_path: Path):
    said = [f"school {number} partners" for number in range(80)]
    with running(Letters(), tmp_path / "e.sock") as address:
        client = http.Encoder(address)
        with ThreadPoolExecutor(16) as threads:
            found = list(threads.map(lambda text: client.question(text, "en", seconds=5)[0], said))
    assert found == [reading.read(text, "en") for text in said]


def test_a_process_that_is_away_is_said_at_once(tmp_path: Path):
    client = http.Encoder(f"unix:{tmp_path / 'nobody.sock'}", timeout=2)
    begun = time.monotonic()
    for _ in range(20):
        with pytest.raises(EncoderUnavailable):
            client.question("schools", "en", seconds=0.1)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"<html>",
        b"{}",
        b'{"words": [["a"]], "language": 3}',
        b'{"words": "a", "language": null}',
        b'{"words": [[]], "language": null}',
        b'{"words": [[1]], "language": null}',
        b'{"words": [], "language": null, "embedding": "!"}',
        b'{"words": [], "language": null, "embedding": []}',
        b'{"words": [], "language": null, "embedding": [NaN]}',
    ],
)
def test_an_answer_of_another_form_is_none(said: bytes):
    with answering(200, said) as address, pytest.raises(EncoderUnavailable):
        http.Encoder(address).question("schools", "en", seconds=1)


def test_a_server_that_only_embeds_is_asked_once():
    with answering(404, b"{}") as address:
        client = http.Encoder(address)
        with pytest.raises(http.NoReader):
            client.question("schools", "en", seconds=1)
    with pytest.raises(http.NoReader):
        client.question("schools", "en", seconds=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "a" * 1_001},
        {"text": " "},
        {"text": 3},
        {"language": None},
        {"language": "x" * 41},
        {"spoken": "en"},
        {"spoken": ["en"] * 41},
        {"spoken": [1]},
        {"seconds": "soon"},
        {"seconds": -1},
        {"seconds": 99},
    ],
)
def test_what_is_no_question_is_refused_with_a_sentence(wrong: dict[str, Any]):
    with running(Letters()) as address:
        status, said = ask(address, "/v1/questions", {"text": "schools", "language": "en", **wrong})
        assert status == 400
        assert said["error"]["message"].endswith(".")
        with pytest.raises(EncoderUnavailable):
            http.Encoder(address).question("a" * 1_001, "en", seconds=1)


def test_tables_can_be_given_back_and_come_again():
    before = reading.read("mokykla ieško partnerių", "lt")
    reading.forget()
    assert not words._loaded
    assert reading.read("mokykla ieško partnerių", "lt") == before


def test_texts_are_split_as_they_are_split_here(tmp_path: Path):
    texts = [
        ("Mokyklos ir bibliotekos", "lt"),
        ("", ""),
        ("училишта", "mk"),
        ("schools " * 5_000, "en"),
        ("\0 \ud800", "x"),
    ]
    with running(Letters(), tmp_path / "e.sock") as address:
        client = http.Encoder(address)
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(client.words, [texts] * 16))
    assert found == [[words.lexemes(text, language) for text, language in texts]] * 16


@pytest.mark.parametrize("wrong", ["a", None, ["a"], [["a"]], [["a", 1]], [["a", "x" * 41]], [["a", "en"]] * 513])
def test_what_are_no_texts_is_refused_with_a_sentence(wrong: Any):
    with running(Letters()) as address:
        status, said = ask(address, "/v1/words", {"texts": wrong})
    assert status == 400
    assert said["error"]["message"].endswith(".")


@pytest.mark.parametrize("said", [b"{}", b'{"words": []}', b'{"words": [1]}', b'{"words": [[["a"], 1]]}'])
def test_other_words_than_asked_for_are_none(said: bytes):
    with answering(200, said) as address, pytest.raises(EncoderUnavailable):
        http.Encoder(address).words([("schools", "en")])
