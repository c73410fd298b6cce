"""A whole site on this machine for journeys and screenshots: a copy of the demo database, web, worker, encoder, mail.

The demo is loaded once per state of migrations, data and code that loads it; each run works on a copy.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests import world

ROOT = world.ROOT
DEMO_SOURCES = ("koinon/*/demo/*", "koinon/*/migrations/*.py", "koinon/network/data/*", "koinon/*/engine/*.py")


@dataclass
class Site:
    """A running site: where it is and where its files lie."""

    url: str
    data: Path
    database: str = ""

    def ask(self, sql: str, *values: object) -> object:
        """The first value of a query, straight from the database."""
        import psycopg

        with psycopg.connect(self.database) as connection:
            row = connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def run_clock(self, task: str, seconds: float = 30) -> None:
        """Let the site's own worker do a job of the clock now; done jobs are deleted."""
        ask = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('clock', %s, '{\"timestamp\": 0}')"
        job, end = self.ask(f"{ask} RETURNING id", task), time.monotonic() + seconds
        while self.ask("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", job):
            assert time.monotonic() < end, f"{task} was not done within {seconds} s"
            time.sleep(0.1)

    def sign_in(self, page, email: str) -> None:
        """One click on the demo page, as the person with this address."""
        key = self.ask("SELECT id FROM accounts_person WHERE email = %s", email)
        page.goto(f"{self.url}/demo/")
        page.locator(f"button[name=person][value='{key}']").first.click()
        page.wait_for_url(lambda url: "/demo/" not in url)

    def letters(self) -> list[Path]:
        """Letters that arrived, oldest first."""
        return sorted((self.data / "mail").rglob("*.eml"), key=lambda file: file.stat().st_mtime)

    def wait_for_letter(self, to: str, seconds: float = 20, after: int = 0) -> str:
        """The text of the newest letter to `to` beyond the first `after` letters; fails when none comes."""
        return self.wait_for_post(to, seconds, after).get_body(("plain",)).get_content()

    def wait_for_post(self, to: str, seconds: float = 20, after: int = 0) -> EmailMessage:
        """The same as a message, with headers and HTML."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for file in reversed(self.letters()[after:]):
                letter = _parsed(file)
                if to in (letter["To"] or ""):
                    return letter
            time.sleep(0.2)
        raise AssertionError(f"no letter to {to} came within {seconds} s")


def _parsed(file: Path) -> EmailMessage:
    import email
    import email.policy

    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def demo_fingerprint() -> str:
    digest = hashlib.sha256(world.fingerprint().encode())
    for pattern in DEMO_SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def demo_template() -> str:
    """The name of a database that holds the demo network; made when it is not there (about a minute)."""
    name = f"demo_{demo_fingerprint()}"
    with world.alone("demo.lock"):
        if world.admin(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return name
        for (old,) in world.admin("SELECT datname FROM pg_database WHERE datname LIKE 'demo\\_%'"):
            world.drop(old)
        _share_encoder(world.DATA)
        draft = f"draftdemo_{os.getpid()}"
        address = world.copy(draft)
        _prepare(address)
        world.admin(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


@contextmanager
def running(name: str = "site", *, workers: int = 1) -> Iterator[Site]:
    """A site on a copy of the demo database, with its own mail and files; everything stops at the end."""
    template = demo_template()
    database = f"run_{world.RUN}_{world.WORKER}_{name}"
    address = world.copy(database, template)
    data = world.DATA / database
    data.mkdir(parents=True, exist_ok=True)
    port, mail_port, inbox_port = free_port(), free_port(), free_port()
    environment = {
        **_environment(address, data),
        "KOINON_PORT": str(port),
        "KOINON_URL": f"http://127.0.0.1:{port}",
        "KOINON_SMTP": f"smtp://127.0.0.1:{mail_port}",
        "KOINON_WORKERS": str(workers),
        "KOINON_INBOX": "replies@demo.koinon.example",
        "KOINON_INBOX_LISTEN": f"smtp://127.0.0.1:{inbox_port}",
    }
    _share_encoder(data)
    if (world.DATA / "files").exists():  # pictures of the demo, kept where its template was made
        shutil.copytree(world.DATA / "files", data / "files", dirs_exist_ok=True)
    with world.alone("demo.lock"):
        _prepare(address)  # style sheets, scripts and catalogues change more often than the demo network does
    static = data / "static"
    if not static.exists():
        static.symlink_to(world.DATA / "static")
    commands = (["mailbox", str(mail_port)], ["encoder"], ["serve"], ["worker"], ["inbox"])
    processes = [_start(words, environment, data) for words in commands]
    try:
        wait_for(f"http://127.0.0.1:{port}/health", processes, data)
        yield Site(f"http://127.0.0.1:{port}", data, address)
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        world.drop(database)
        shutil.rmtree(data, ignore_errors=True)


def _prepare(address: str) -> None:
    code = "from koinon.config import demonstration; demonstration.prepare()"
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment(address, world.DATA), cwd=ROOT)


def _share_encoder(data: Path) -> None:
    """All sites of the tests share one encoder; where it is not there yet it is made, once."""
    folder = Path(os.environ["KOINON_ENCODER_FOLDER"]).resolve()
    if not (folder / "manifest.json").exists():
        code = (
            "import sys; from pathlib import Path; from koinon.kit.meaning import build; build.build(Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True, cwd=ROOT)
    link = data / "encoder"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, processes: list[subprocess.Popen], data: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the site did not start: {(data / 'serve.log').read_text()[-3000:]}")


def _environment(address: str, data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": address,
        "KOINON_DATA": str(data),
        "KOINON_DEMO": "1",
        "KOINON_LIMITS": "0",
        "KOINON_MAIL_FROM": "Koinon demo <koinon@demo.koinon.example>",
    }


def _start(words: list[str], environment: dict[str, str], data: Path) -> subprocess.Popen:
    log = (data / f"{words[0]}.log").open("ab")
    command = [sys.executable, "-m", "koinon", *words]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
