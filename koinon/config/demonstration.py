"""`koinon demo`: everything on one machine with the demo network, until somebody stops it."""

import fcntl
import json
import os
import shutil
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from koinon.config import environment
from koinon.kit.postgres import Trouble
from koinon.kit.supervise import Child, Family

HOST = "127.0.0.1"
ROOM_MB, FULL_MB = 600, 40
"""Free space to begin with, and the space below which a failure is the disk's fault."""


def run(*, port: int, data: Path | None) -> int:
    """Start, wait, stop. Returns the exit code. Raises Trouble with a sentence when it cannot start."""
    folder = (data or Path(environment.text("KOINON_DATA"))).expanduser().resolve()
    begun = time.monotonic()
    _check_folder(folder)
    with _only_one(folder) as note:
        _check_port(port)
        mail_port, inbox_port = _free_port(), _free_port()
        _set_environment(folder, port, mail_port, inbox_port)
        from koinon.config.cli import embedded

        say(f"Koinon demo in {folder}")
        family = Family(folder / "log")
        family.listen()  # from here on whoever asks us to stop is heard between two steps, and nothing is left behind
        with embedded():
            _prepare_in_a_child(family, folder)
            with family:
                family.add("mailbox", "mailbox", str(mail_port))
                family.add("encoder", "encoder")
                web = family.add("web", "serve")
                family.add("worker", "worker")
                family.add("inbox", "inbox")
                if _wait_for_web(web, family, port):
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


def _prepare_in_a_child(family: Family, folder: Path) -> None:
    """In a process of its own: the memory that loading takes goes back to the machine."""
    code = "from koinon.config import cli, demonstration; cli.tell(demonstration.prepare)"
    if family.run(sys.executable, "-c", code):
        _check_room(folder, FULL_MB)
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
    _check_room(folder, ROOM_MB)


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < needed:
        raise Trouble(f"The disk of {folder} is full: {free} MB left, {ROOM_MB} MB are needed.")


@contextmanager
def _only_one(folder: Path) -> Iterator:
    """Hold the folder; a second start while running says where the first one is."""
    try:
        lock = (folder / "demo.lock").open("a+")
    except OSError as problem:
        raise Trouble(f"{folder} belongs to somebody else. Name another one: make demo DATA=/somewhere") from problem
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


def _wait_for_web(web: Child, family: Family, port: int, seconds: float = 60) -> bool:
    """True when it answers, False when somebody asked to stop first."""
    near = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the machine's proxy does not know our port
    end = time.monotonic() + seconds
    while not family.asked_to_stop:
        try:
            with near.open(f"http://{HOST}:{port}/health", timeout=2):
                return True
        except OSError as problem:
            if time.monotonic() > end or web.has_ended:
                raise Trouble(f"The web server does not answer: see {web.log}") from problem
            time.sleep(0.1)
    return False


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
