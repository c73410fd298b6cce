"""The processes that are measured, started as on a real site and stopped again: web, worker, encoder."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import load, world
from koinon.kit.postgres import Trouble

HOST = "127.0.0.1"
PATIENCE = 40.0


@dataclass(frozen=True)
class Site:
    """A running web server: its port, the process that supervises it, its database."""

    port: int
    pid: int
    url: str

    def client(self, **headers: str) -> load.Client:
        return load.Client(HOST, self.port, headers)


@contextmanager
def serving(url: str, *words: str, **more: str) -> Iterator[Site]:
    """The web server on a free port, ready; `words`: the module to run (default: with the yardstick)."""
    port = free_port()
    environment = world.environment(url, port=port, DJANGO_SETTINGS_MODULE="bench.settings", **more)
    with process(*(words or ("bench.serving",)), environment=environment, name="web") as started:
        wait_for_answer(port, started)
        yield Site(port, started.pid, url)


@contextmanager
def process(*words: str, environment: dict[str, str], name: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m <words>` until the block ends; its output goes to var/bench/log/<name>.log."""
    folder = world.DATA / "log"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", *words],
            env=environment,
            cwd=world.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        stop(started)


@contextmanager
def encoder(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """The encoder process of the machine, ready."""
    world.encoder_folder()
    sock = world.DATA / "encoder.sock"
    sock.unlink(missing_ok=True)
    with process("koinon", "encoder", environment=world.environment(url), name="encoder") as started:
        end = time.monotonic() + PATIENCE
        while not sock.exists():
            if time.monotonic() > end or started.poll() is not None:
                raise Trouble(f"The encoder did not start: see {world.DATA / 'log' / 'encoder.log'}")
            time.sleep(0.05)
        yield started


def wait_for_answer(port: int, started: subprocess.Popen[bytes], address: str = "/health") -> float:
    """Seconds until `address` answers 200 for the first time."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < PATIENCE and started.poll() is None:
        try:
            client = load.Client(HOST, port)
            if client.get(address).status == 200:
                client.close()
                return time.perf_counter() - begun
        except OSError:
            pass
        time.sleep(0.01)
    raise Trouble(f"The web server did not answer {address}: see {world.DATA / 'log' / 'web.log'}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def postmaster() -> int:
    """The process above all PostgreSQL processes of the measurements."""
    return int((world.CLUSTER.data / "postmaster.pid").read_text().split()[0])


def stop(started: subprocess.Popen[bytes]) -> None:
    if started.poll() is None:
        started.terminate()
    try:
        started.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
