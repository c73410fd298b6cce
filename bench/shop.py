"""pretix beside us: installed from its package, on the same PostgreSQL, with as many processes and threads as our site.

Nothing of it is in Koinon's environment or repository. What is installed and migrated stays in var/bench/pretix: a
second run begins in seconds. Where it does not install, the reason is told and the rest is measured. Its settings are
those that its own documentation gives for production without Redis: no debugging, sessions in the database.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench import load, site, world

FOLDER = world.DATA / "pretix"
PYTHON = FOLDER / "venv" / "bin" / "python"
PACKAGES = ("pretix", "gunicorn")
DATABASE = "pretix"
SHOP = "/house/conf/"
WORKERS, THREADS, PATIENCE = 2, 3, 60.0
SETTINGS = """[pretix]
instance_name=Measured
url={url}
datadir={folder}/data
trust_x_forwarded_for=off
registration=off
[database]
backend=postgresql
name={name}
user={user}
password={password}
host={host}
port={port}
[mail]
from=shop@bench.example
host=127.0.0.1
port={mail}
[django]
debug=off
secret=a secret for measurements only, long enough to please every check
"""
FILL = """
import datetime as dt
from django_scopes import scopes_disabled
from django.utils.timezone import now
from pretix.base.models import Event, Organizer
with scopes_disabled():
    if not Organizer.objects.filter(slug="house").exists():
        house = Organizer.objects.create(name="House of hubs", slug="house")
        event = Event.objects.create(
            organizer=house, name="Conference", slug="conf", currency="EUR", live=True,
            date_from=now() + dt.timedelta(days=30), plugins="pretix.plugins.ticketoutputpdf",
        )
        item = event.items.create(name="Place", default_price=0)
        quota = event.quotas.create(name="All", size=1_000_000)
        quota.items.add(item)
        event.settings.set("attendee_names_asked", False)
        event.settings.set("attendee_emails_asked", False)
"""
COUNT = "SELECT count(*) FROM pretixbase_order WHERE status = 'p'"


class Absent(Exception):  # noqa: N818
    """It cannot be had here; the words say why."""


@contextmanager
def open_shop(tell: Callable[[str], None] = print) -> Iterator[str]:
    """The address of a shop with a free item, answering; Absent where pretix does not install or does not begin."""
    _install(tell)
    port = site.free_port()
    environment = _configure(port)
    _prepare(environment, tell)
    command = [
        PYTHON, "-m", "gunicorn", "pretix.wsgi", "--bind", f"{site.HOST}:{port}", "--workers", str(WORKERS),
        "--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "30",
    ]  # fmt: skip
    with (FOLDER / "web.log").open("ab") as log:
        started = subprocess.Popen(
            command, env=environment, cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait(port, started)
        yield f"http://{site.HOST}:{port}{SHOP}"
    finally:
        site.stop(started)


def orders() -> int:
    """Orders that the database has, paid as free ones are."""
    import psycopg

    with psycopg.connect(world.address(DATABASE)) as connection:
        row = connection.execute(COUNT).fetchone()
    return int((row or [0])[0])


def _install(tell: Callable[[str], None]) -> None:
    kept = FOLDER / "installed.txt"
    if kept.exists() and kept.read_text() == " ".join(PACKAGES):
        return
    tell("  pretix is installed into a folder of its own (some minutes, once)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", "--clear", PYTHON.parent.parent], {**os.environ}, "make an environment", 120)
    _run(
        [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES], {**os.environ}, "install", 900
    )
    kept.write_text(" ".join(PACKAGES))


def _configure(port: int) -> dict[str, str]:
    """Its settings file, and what its processes are told."""
    there = urlsplit(world.address(DATABASE))
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    (FOLDER / "data").mkdir(parents=True, exist_ok=True)
    file = FOLDER / "pretix.cfg"
    file.write_text(
        SETTINGS.format(
            url=f"http://{site.HOST}:{port}", folder=FOLDER, name=DATABASE, user=there.username or "",
            password=there.password or "", host=there.hostname or asked.get("host", ""),
            port=there.port or asked.get("port", ""), mail=site.free_port(),
        )
    )  # fmt: skip
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("KOINON_", "DATABASE_", "DJANGO_"))
    }
    return {
        **kept,
        "PRETIX_CONFIG_FILE": str(file),
        "DJANGO_SETTINGS_MODULE": "pretix.settings",
        "PYTHONWARNINGS": "ignore",
    }


def _prepare(environment: dict[str, str], tell: Callable[[str], None]) -> None:
    """Tables and the shop, once."""
    made = FOLDER / "made.txt"
    if made.exists() and world._exists(DATABASE):
        return
    tell("  pretix makes its tables (some minutes, once)")
    world._admin(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)', f'CREATE DATABASE "{DATABASE}"')
    _run([PYTHON, "-m", "pretix", "migrate", "-v", "0"], environment, "make its tables", 900)
    _run([PYTHON, "-m", "pretix", "shell", "-c", FILL], environment, "make a shop", 120)
    made.write_text("made")


def _run(command: list[str | Path], environment: dict[str, str], what: str, seconds: int) -> None:
    try:
        subprocess.run(
            [str(each) for each in command], env=environment, cwd=FOLDER, check=True, capture_output=True, text=True,
            timeout=seconds, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        last = str(getattr(problem, "stderr", "") or problem).strip().splitlines()[-1:]
        raise Absent(f"pretix could not {what}: {' '.join(last)[:200]}") from problem


def _wait(port: int, started: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and started.poll() is None:
        try:
            client = load.Client(site.HOST, port)
            if client.get(SHOP).status in (200, 302):
                client.close()
                return
        except (OSError, load.WrongAnswer):
            pass
        time.sleep(0.2)
    raise Absent(f"pretix did not answer: see {FOLDER / 'web.log'}")
