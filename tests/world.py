"""The world of the tests: a real PostgreSQL of its own, one template database per state of the migrations, a copy of it
for each worker, and no way out to the network.

Loaded by `-p tests.world` before Django reads its settings. Several test runs may share the server; the last one to
leave stops it.
"""

import fcntl
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("KOINON_TEST_DATA", ROOT / "var" / "test")).resolve()
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid():x}")[:8]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"run_{RUN}_{WORKER}"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koinon.config.settings")
os.environ["KOINON_DATA"] = str(DATA)
os.environ["KOINON_SECRET"] = "a secret for tests only, long enough to please every check"
os.environ["KOINON_LIMITS"] = "0"
os.environ["KOINON_DEMO"] = "0"
os.environ["KOINON_URL"] = "http://testserver"
os.environ.setdefault("KOINON_ENCODER_FOLDER", str(ROOT / "var" / "encoder"))

from koinon.kit.postgres import Cluster  # noqa: E402  (the environment comes first)

CLUSTER = Cluster(DATA / "postgres", quick=True)
ADMIN = CLUSTER.url.replace("/koinon?", "/postgres?")
os.environ["DATABASE_URL"] = CLUSTER.url.replace("/koinon?", f"/{DATABASE}?")


def fingerprint() -> str:
    """Changes when any migration changes, ours or a library's: then the template is made anew."""
    digest = hashlib.sha256()
    for file in sorted(ROOT.glob("koinon/*/migrations/*.py")) + [ROOT / "koinon" / "config" / "settings.py"]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One process at a time."""
    DATA.mkdir(parents=True, exist_ok=True)
    with (DATA / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def admin(sql: str) -> list[tuple]:
    import psycopg

    with psycopg.connect(ADMIN, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def template() -> str:
    """The name of a migrated database; made when it is not there."""
    name = f"template_{fingerprint()}"
    with alone("template.lock"):
        if admin(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return name
        for (old,) in admin("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"):
            if not admin(f"SELECT 1 FROM pg_stat_activity WHERE datname = '{old}'"):
                admin(f'DROP DATABASE IF EXISTS "{old}"')
        draft = f"draft_{os.getpid()}"
        admin(f'DROP DATABASE IF EXISTS "{draft}"')
        admin(f'CREATE DATABASE "{draft}"')
        _migrate(draft)
        admin(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _migrate(name: str) -> None:
    """In a process of its own, so that no connection to the draft stays open."""
    import subprocess
    import sys

    environment = {**os.environ, "DATABASE_URL": CLUSTER.url.replace("/koinon?", f"/{name}?")}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"], check=True, env=environment, cwd=ROOT
    )


def copy(name: str, source: str | None = None) -> str:
    """A fresh database `name`, a copy of the template (or of `source`); returns its address."""
    admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    with alone("copy.lock"):
        admin(f'CREATE DATABASE "{name}" TEMPLATE "{source or template()}"')
    return CLUSTER.url.replace("/koinon?", f"/{name}?")


def drop(name: str) -> None:
    admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _be_patient() -> None:
    """A machine may be busy: property tests are judged by what they find, never by how long it took."""
    from hypothesis import HealthCheck, settings

    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        (DATA / "static").mkdir(parents=True, exist_ok=True)
        CLUSTER.start()
        make_the_encoder()
    close_the_network()
    _be_patient()


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not CLUSTER.is_running():
        return
    for (name,) in admin(f"SELECT datname FROM pg_database WHERE datname LIKE 'run\\_{RUN}%'"):
        drop(name)
    CLUSTER.stop()


def make_the_encoder() -> None:
    """The real encoder, from its weights, once (some seconds): many tests ask it."""
    from koinon.kit.meaning import build

    folder = Path(os.environ["KOINON_ENCODER_FOLDER"])
    if not build.is_built(folder):
        print(f"Making the encoder in {folder} …")
        build.build(folder)


def close_the_network() -> None:
    """Tests reach this machine only."""
    real = socket.socket.connect

    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if not (host.startswith("127.") or host in ("localhost", "::1", "0.0.0.0")):
                raise AssertionError(f"a test wanted to reach {host}: tests use this machine only")
        return real(self, address)

    socket.socket.connect = connect


@pytest.fixture(autouse=True)
def clean_cache():
    """No test sees what another one kept."""
    from django.core.cache import cache
    from django.utils import timezone, translation

    cache.clear()
    translation.activate("en")
    timezone.deactivate()  # a page leaves the zone of its reader, and late in the evening that is another day


def wipe(_case) -> None:
    """After a test that commits: empty every table at once, also those that refuse it to everybody else."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%I', relname), ', ') FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'p') AND n.nspname = 'public' AND NOT relispartition AND relname NOT IN "
            "('django_migrations', 'django_content_type', 'auth_permission')"
        )
        tables = cursor.fetchone()[0]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture(scope="session", autouse=True)
def wipe_instead_of_flush():
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = wipe
