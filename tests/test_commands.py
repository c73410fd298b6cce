"""Commands beside each other in one data folder: the embedded database stays as long as one of them uses it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from koinon.config import demonstration
from koinon.kit import supervise
from koinon.kit.postgres import Cluster, Trouble

ASKS = "from django.db import connection; connection.ensure_connection(); print('in', flush=True); sys.stdin.read(); "


def command(folder, code):
    environment = {**os.environ, "KOINON_DATA": str(folder), "DATABASE_URL": ""}
    words = [sys.executable, "-m", "koinon", "manage", "shell", "--verbosity", "0", "-c", "import sys; " + code]
    return subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def leave(process):
    process.stdin.close()
    with process.stdout:
        assert process.wait(60) == 0


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "postgres")
    yield made
    made.stop()


def test_a_command_that_ends_takes_the_database_from_nobody(cluster, tmp_path):
    first = command(tmp_path, ASKS)
    assert first.stdout.readline() == "in\n"
    second = command(tmp_path, ASKS + "connection.cursor().execute('SELECT 1')")
    assert second.stdout.readline() == "in\n"
    leave(first)
    assert cluster.is_running()
    leave(second)
    assert not cluster.is_running()


@pytest.mark.parametrize("phase", ["postgres/data.new", "postgres/data/postmaster.pid"])
@pytest.mark.parametrize("words", ["worker", "migrate"])
def test_a_command_that_is_stopped_while_it_starts_leaves_no_database(cluster, tmp_path, words, phase):
    environment = {**os.environ, "KOINON_DATA": str(tmp_path), "DATABASE_URL": ""}
    starting = subprocess.Popen([sys.executable, "-m", "koinon", words], env=environment, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not (tmp_path / phase).exists() and time.monotonic() < end:
        time.sleep(0.02)
    starting.terminate()
    assert starting.wait(60) == 128 + signal.SIGTERM
    assert not cluster.is_running()
    assert not any(str(tmp_path).encode() in each for each in environments_and_words())


@pytest.mark.parametrize("phase", ["postgres/data.new", "secret"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_stopped_while_it_starts_leaves_nothing_behind(tmp_path, phase, number):
    """While the database is made, and while a process of its own fills it."""
    with demo(tmp_path) as starting:
        end = time.monotonic() + 60
        while not (tmp_path / phase).exists() and time.monotonic() < end:
            time.sleep(0.02)
        starting.send_signal(number)
        assert starting.wait(60) == 0
    assert not any(str(tmp_path).encode() in each for each in environments_and_words())


def test_a_demo_in_a_folder_of_somebody_else_says_so(tmp_path):
    (tmp_path / "demo.lock").mkdir()
    with demo(tmp_path) as starting:
        said, _ = starting.communicate(timeout=60)
    assert starting.returncode == 1
    assert said == f"{tmp_path} belongs to somebody else. Name another one: make demo DATA=/somewhere\n"


def test_a_disk_that_fills_while_the_demo_is_made_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(supervise.Family, "run", lambda *_: 1)
    with pytest.raises(Trouble, match="the lines above say why"):
        demonstration._prepare_in_a_child(supervise.Family(tmp_path), tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 10**6, 10**6))
    with pytest.raises(Trouble, match=f"The disk of {tmp_path} is full"):
        demonstration._prepare_in_a_child(supervise.Family(tmp_path), tmp_path)


def test_trouble_while_the_demo_is_made_is_a_sentence(capfd, tmp_path):
    code = "from koinon.config import cli; from koinon.kit.postgres import Trouble\n"
    code += "def run(): raise Trouble('another build')\ncli.tell(run)"
    assert supervise.Family(tmp_path).run(sys.executable, "-c", code) == 1
    assert capfd.readouterr().err == "another build\n"


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


def test_the_demo_finds_its_own_web_server_where_the_machine_has_a_proxy(tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    family = supervise.Family(tmp_path)
    web = supervise.Child("web", [], {}, tmp_path / "web.log")
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        Thread(target=server.handle_request, daemon=True).start()
        assert demonstration._wait_for_web(web, family, server.server_port, seconds=1)


def test_a_web_server_that_dies_is_not_waited_for(tmp_path):
    web = supervise.Child("web", [sys.executable, "-c", "raise SystemExit(1)"], {}, tmp_path / "web.log")
    web.start()
    with pytest.raises(Trouble, match=r"see .*web\.log"):
        demonstration._wait_for_web(web, supervise.Family(tmp_path), 9, seconds=3600)


def demo(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = [sys.executable, "-m", "koinon", "demo", "--port", port, "--data", str(folder)]
    own = {"DATABASE_URL": "", "KOINON_DATA": "", "KOINON_URL": "", "KOINON_SECRET": ""}
    return subprocess.Popen(
        words, env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def environments_and_words():
    """Of each living process that we may look into."""
    for entry in Path("/proc").glob("[0-9]*"):
        for file in ("environ", "cmdline"):
            with suppress(OSError):
                yield (entry / file).read_bytes()
