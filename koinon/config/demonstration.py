"""`koinon demo`: everything on one machine with the demo network, until somebody stops it."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from koinon.config import environment
from koinon.kit.postgres import Trouble
from koinon.kit.supervise import Family

HOST = "127.0.0.1"
ROOM_MB = 600


def run(*, port: int, data: Path | None) -> int:
    """Start, wait, stop. Returns the exit code. Raises Trouble with a sentence when it cannot start."""
    folder = (data or Path(environment.text("KOINON_DATA"))).expanduser().resolve()
    begun = time.monotonic()
    _check_folder(folder)
    with _only_one(folder) as note:
        _check_port(port)
        mail_port, inbox_port = _free_port(), _free_port()
        _set_environment(folder, port, mail_port, inbox_port)
        from koinon.config.cli import database

        say(f"Koinon demo in {folder}")
        with database():
            _prepare_in_a_child()
            with Family(folder / "log") as family:
                family.add("mailbox", "mailbox", str(mail_port))
                family.add("encoder", "encoder")
                family.add("web", "serve")
                family.add("worker", "worker")
                family.add("inbox", "inbox")
                _wait_for_web(family, port)
                address = f"http://{HOST}:{port}/"
                note(address)
                _greet(address, folder, time.monotonic() - begun)
                trouble = family.watch()
                say("Stopping …")
        if trouble:
            raise Trouble(trouble)
        say("Stopped. Your data stays in " + str(folder))
    return 0


def say(text: str) -> None:
    click.echo(text)


def prepare() -> None:
    """Bring everything up to date and load the demo network; the child process of `koinon demo` does this."""
    import django

    django.setup()
    from koinon.config import demo_data, preparation

    for line in preparation.prepare():
        say("  " + line)
    for line in demo_data.load():
        say("  " + line)


def _prepare_in_a_child() -> None:
    """In a process of its own: the memory that loading takes goes back to the machine."""
    code = "from koinon.config import demonstration; demonstration.prepare()"
    if subprocess.run([sys.executable, "-c", code], check=False).returncode:  # noqa: S603
        raise Trouble("The demo could not be prepared; the lines above say why.")


def _set_environment(folder: Path, port: int, mail_port: int, inbox_port: int) -> None:
    os.environ.update(
        {
            "KOINON_DATA": str(folder),
            "KOINON_DEMO": "1",
            "KOINON_HOST": HOST,
            "KOINON_PORT": str(port),
            "KOINON_URL": f"http://{HOST}:{port}",
            "KOINON_PLAY_URL": f"http://play.localhost:{port}",
            "KOINON_SMTP": f"smtp://{HOST}:{mail_port}",
            "KOINON_INBOX": "replies@demo.koinon.example",
            "KOINON_INBOX_LISTEN": f"smtp://{HOST}:{inbox_port}",
            "KOINON_MAIL_FROM": "Koinon demo <koinon@demo.koinon.example>",
            "KOINON_WORKERS": os.environ.get("KOINON_WORKERS", "2"),
        }
    )


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_text("x")
        probe.unlink()
    except OSError as problem:
        raise Trouble(
            f"The data folder {folder} cannot be used ({problem.strerror}). Name another one: make demo DATA=/somewhere"
        ) from problem
    free = shutil.disk_usage(folder).free // 2**20
    if free < ROOM_MB:
        raise Trouble(f"The disk of {folder} is full: {free} MB left, {ROOM_MB} MB are needed.")


@contextmanager
def _only_one(folder: Path) -> Iterator:
    """Hold the folder; a second start while running says where the first one is."""
    lock = (folder / "demo.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        lock.seek(0)
        known = json.loads(lock.read() or "{}")
        raise Trouble(
            f"Koinon is running already: {known.get('address', 'it is just starting')} (process "
            f"{known.get('process', '?')}). Stop it with Ctrl-C in its window, or: kill {known.get('process', '…')}"
        ) from problem

    def note(address: str) -> None:
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"address": address, "process": os.getpid()}))
        lock.flush()

    try:
        note("")
        yield note
    finally:
        lock.close()


def _check_port(port: int) -> None:
    if not 1 <= port <= 65535:
        raise Trouble(f"{port} is not a port: choose one from 1024 to 65535, e.g. make demo PORT=8123")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as problem:
            raise Trouble(f"Port {port} needs more rights. Choose one above 1024: make demo PORT=8123") from problem
        except OSError as problem:
            raise Trouble(f"Port {port} is taken by another program. Choose another: make demo PORT=8123") from problem


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for_web(family: Family, port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not family.asked_to_stop:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    if not family.asked_to_stop:
        raise Trouble(f"The web server does not answer: see {family.folder / 'web.log'}")


def _greet(address: str, folder: Path, seconds: float) -> None:
    say("")
    say(f"  Koinon is running: {address}   (ready after {seconds:.0f} s)")
    say("")
    say(f"  Sign in by one click as coordinator, representative, reviewer or visitor:  {address}demo/")
    for name, email in _accounts():
        say(f"    {name:<48} {email}")
    say(f"  Letters it sends land in the local mailbox:  {address}demo/mailbox/")
    say(f"  Logs: {folder / 'log'}    Stop: Ctrl-C (or kill {os.getpid()})")
    say("")


def _accounts() -> list[tuple[str, str]]:
    """(role, e-mail) of the demo persons that people try first."""
    import psycopg

    from koinon.config import settings

    wanted = "^(Coordinator|Representative of the Municipality of Serres|Reviewer|Visitor|Operator)"
    sql = "SELECT name, email FROM accounts_person WHERE is_demo AND is_active AND name ~ %s ORDER BY email LIMIT 9"
    with psycopg.connect(settings.DATABASE_URL) as connection:
        return connection.execute(sql, [wanted]).fetchall()
