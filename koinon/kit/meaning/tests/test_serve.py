"""The encoder process and those who ask it: quick questions pass long jobs, and a dead server costs no time."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from koinon.kit.meaning import http, serve
from koinon.kit.meaning.local import Encoder
from koinon.kit.meaning.port import EncoderPort, EncoderUnavailable

from .encoders import ROOT, Letters, Slow, encoder_folder


@contextmanager
def running(encoder: EncoderPort, path: Path | None = None) -> Iterator[str]:
    """Serve in a thread; gives the address."""
    server = serve.make_server(encoder, socket=path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"unix:{path}" if path else f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(address: str, path: str, body: Any = None, raw: bytes | None = None) -> tuple[int, dict[str, Any]]:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    connection.request("GET" if data is None else "POST", path, data)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    return answer.status, found


def test_what_is_served_is_what_the_encoder_says(tmp_path: Path, encoder: Encoder):
    texts = ["Velenje", "Σέρρες \0 \ud800", "mokymai " * 900, ""]
    with running(encoder, tmp_path / "e.sock") as address:
        client = http.Encoder(address)
        assert client.version == encoder.version
        for kind in ("query", "passage"):
            assert np.abs(client.encode(texts, kind) - encoder.encode(texts, kind)).max() < 1e-5
        assert client.encode([]).shape[0] == 0


def test_many_texts_are_sent_in_portions_and_keep_their_order():
    letters = Letters()
    texts = [f"offer {each} " * (1 + each % 7 * 400) for each in range(150)]
    with running(letters) as address:
        found = http.Encoder(address).encode(texts, "query")
    assert np.allclose(found, Letters().encode([text.strip() for text in texts]), atol=1e-6)
    assert len(letters.asked) > 2
    assert all(len(part) <= 64 and kind == "query" for part, kind in letters.asked)


def test_openai_form():
    with running(Letters()) as address:
        status, found = ask(address, "/v1/embeddings", {"input": "one", "model": "any"})
        assert status == 200
        assert found["object"] == "list"
        assert found["model"] == "letters.1"
        assert found["data"][0]["index"] == 0
        assert len(found["data"][0]["embedding"]) == 64
        assert ask(address, "/health") == (200, {"status": "ok", "version": "letters.1", "waiting": 0})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"input": []}, 400),
        ({"input": [1, 2]}, 400),
        ({"input": ["a"] * (serve.TEXTS + 1)}, 400),
        ({"input": "a", "input_type": "poem"}, 400),
        ([], 400),
    ],
)
def test_a_request_that_makes_no_sense_gets_a_sentence(body: Any, status: int):
    with running(Letters()) as address:
        answered, found = ask(address, "/v1/embeddings", body)
        assert answered == status
        assert found["error"]["message"].endswith(".")
        assert ask(address, "/health")[0] == 200


def test_limits_of_the_protocol():
    with running(Letters()) as address:
        assert ask(address, "/v1/embeddings", raw=b"{" * 100_000)[0] == 400
        assert ask(address, "/other", {"input": "a"})[0] == 404
        assert ask(address, "/other")[0] == 404
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as plain:
            plain.sendall(f"POST /v1/embeddings HTTP/1.1\r\nContent-Length: {serve.BODY_BYTES + 1}\r\n\r\n".encode())
            assert b" 413 " in plain.recv(1000)
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as plain:
            plain.sendall(b"POST /v1/embeddings HTTP/1.1\r\n\r\n")
            assert b" 411 " in plain.recv(1000)


def test_a_question_does_not_wait_behind_a_long_job():
    slow = Slow()
    with running(slow) as address:
        job = threading.Thread(target=lambda: http.Encoder(address).encode([f"text {n}" for n in range(40)]))
        job.start()
        assert slow.began.wait(5)
        start = time.monotonic()
        assert http.Encoder(address, timeout=2).encode(["where is a mentor"], "query").shape == (1, 64)
        assert time.monotonic() - start < 1
        assert ask(address, "/health")[1]["waiting"] == 1
        slow.go.set()
        job.join()


def test_too_many_long_jobs_are_sent_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serve, "WAITING", 1)
    slow = Slow()
    with running(slow) as address:
        job = threading.Thread(target=lambda: http.Encoder(address).encode(["a"] * 9))
        job.start()
        assert slow.began.wait(5)
        with pytest.raises(EncoderUnavailable, match="503"):
            http.Encoder(address).encode(["b"] * 9)
        slow.go.set()
        job.join()


def test_a_server_that_is_down_costs_no_time(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"unix:{tmp_path}/none.sock", f"http://127.0.0.1:{port}"):
        client = http.Encoder(address, timeout=0.1)
        start = time.monotonic()
        with pytest.raises(EncoderUnavailable):
            client.encode(["a"], "query")
        assert time.monotonic() - start < 0.2
        start = time.monotonic()
        for _ in range(50):
            with pytest.raises(EncoderUnavailable, match="a moment ago"):
                client.encode(["a"], "query")
        assert time.monotonic() - start < 0.1


def test_a_server_that_says_nothing_costs_a_tenth_of_a_second_once():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = http.Encoder(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1)
        start = time.monotonic()
        with pytest.raises(EncoderUnavailable, match="timed out"):
            client.encode(["a"], "query")
        assert 0.05 < time.monotonic() - start < 0.5


def test_it_is_found_again_when_it_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "REST_SECONDS", (0.01, 0.02))
    path = tmp_path / "e.sock"
    client = http.Encoder(f"unix:{path}")
    with pytest.raises(EncoderUnavailable):
        client.encode(["a"])
    for _ in range(2):
        with running(Letters(), path):
            time.sleep(0.03)
            assert client.encode(["a"]).shape == (1, 64)  # the second time over a connection that has gone


class Foreign(BaseHTTPRequestHandler):
    """A strict server of somebody else: unknown fields are errors, there is no /health, numbers are lists."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, Any]] = []
    answer: Any = None

    def do_GET(self) -> None:
        self._say(404, {"error": "no"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(asked | {"key": self.headers.get("Authorization")})
        if asked.keys() - {"input", "model"}:
            self._say(400, {"error": {"message": "Unrecognized request argument supplied"}})
            return
        rows = [{"index": n, "embedding": [3.0, 4.0 * n]} for n in range(len(asked["input"]))]
        self._say(200, self.answer or {"model": "foreign-2", "data": rows[::-1]})

    def _say(self, status: int, said: Any) -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def foreign() -> Iterator[str]:
    Foreign.seen, Foreign.answer = [], None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_somebody_elses_server(foreign: str):
    client = http.Encoder(foreign, key="secret", model="multilingual-e5-large")
    assert np.allclose(client.encode(["a", "b"], "query"), [[1, 0], [0.6, 0.8]])
    assert client.version == "foreign-2"
    assert Foreign.seen[-1]["input"] == ["query: a", "query: b"]
    assert Foreign.seen[-1]["key"] == "Bearer secret"
    client.encode(["c"])
    assert [len(each) for each in Foreign.seen] == [5, 3, 3]  # the refusal is remembered


@pytest.mark.parametrize(
    "answer", [{"data": []}, {"data": "x"}, {"data": [{"index": 0, "embedding": [float("nan")]}]}, {"no": 1}]
)
def test_an_answer_that_is_no_embedding(foreign: str, answer: Any):
    Foreign.answer = answer
    with pytest.raises(EncoderUnavailable, match="answers"):
        http.Encoder(foreign).encode(["a"])


@pytest.mark.parametrize("address", ["", "localhost:80", "ftp://a/b", "unix:", "http://"])
def test_what_is_no_address(address: str):
    with pytest.raises(ValueError, match="no address"):
        http.Encoder(address)


def test_the_process_starts_answers_and_stops(tmp_path: Path):
    """As `koinon encoder` runs it, in a folder too deep for a socket's name; a second one is told off."""
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    path = folder / "e.sock"
    path.write_text("left over by a crash")
    program = (
        "import sys; from pathlib import Path; from koinon.kit.meaning.serve import run\n"
        "run(folder=Path(sys.argv[1]), socket=Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(encoder_folder()), str(path)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert "listens" in process.stderr.readline()
        assert http.Encoder(f"unix:{path}").encode(["Velenje"], "query").shape == (1, 384)
        assert path.stat().st_mode & 0o077 == 0
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "already running" in second.stderr
        process.terminate()
        assert process.wait(10) == 0
        assert not path.exists()
    finally:
        process.kill()
        process.communicate()
