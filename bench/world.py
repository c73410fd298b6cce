"""The networks that are measured: a PostgreSQL of their own in var/bench, one database for each size.

A database is filled once, by COPY, and kept under a name that changes with the tables and with this folder; each run
works on a copy.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from koinon.kit.postgres import Cluster, Trouble

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var" / "bench"
SIZES = (2_000, 36_000)
SECRET = "a secret for measurements only, long enough to please every check"
CLUSTER = Cluster(DATA / "postgres")
SOURCES = ("world.py", "filling.py", "living.py", "rows.py", "synthetic.py", "quality/need_offer.jsonl")


@dataclass(frozen=True)
class World:
    """What a run needs to know of a filled database: addresses, sessions, and how long it took to fill."""

    size: int
    network: str
    slugs: list[str]
    places: list[int]
    member: str
    coordinator: str
    seconds: float
    rows: dict[str, int]


def database(size: int, copy: str = "") -> tuple[str, World]:
    """The address of a fresh copy of the network of this size, and what is in it. Fills the original if need be.

    `copy` names it; "koinon" is the one that a command takes when nobody names a database.
    """
    name = f"bench_{size}_{_fingerprint()}"
    note = DATA / f"{name}.json"
    if not note.exists() or not _exists(name):
        _fill(name, size, note)
    world = World(**json.loads(note.read_text("utf-8")))
    copy = copy or f"run_{size}"
    _admin(
        f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)',
        f'CREATE DATABASE "{copy}" TEMPLATE "{name}" STRATEGY FILE_COPY',
    )
    return address(copy), world


@contextmanager
def running() -> Iterator[None]:
    """The cluster of the measurements runs; it is stopped afterwards unless another run uses it."""
    DATA.mkdir(parents=True, exist_ok=True)
    with CLUSTER.used():
        yield


def address(name: str) -> str:
    return CLUSTER.url.replace("/koinon?", f"/{name}?")


def environment(url: str, *, port: int = 8000, **more: str) -> dict[str, str]:
    """What the measured processes are told: a real site's settings; only rate limits are off (one address asks all)."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KOINON_", "DATABASE_"))}
    return {
        **inherited,
        "KOINON_DATA": str(DATA),
        "KOINON_SECRET": SECRET,
        "KOINON_LIMITS": "0",
        "KOINON_WORKERS": "2",
        "KOINON_PORT": str(port),
        "KOINON_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": url,
        "PYTHONWARNINGS": "ignore",
        **more,
    }


def encoder_folder() -> Path:
    """The encoder model, shared with the development data folder so that it is made once."""
    from koinon.kit.meaning import build

    shared, own = ROOT / "var" / "encoder", DATA / "encoder"
    if not build.is_built(shared):
        build.build(shared)
    if not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        own.symlink_to(shared)
    return shared


def save(world: World, note: Path) -> None:
    note.write_text(json.dumps(asdict(world)), "utf-8")


def _fill(name: str, size: int, note: Path) -> None:
    """In a process of its own with the settings of that database; the name appears only when all is in it."""
    draft = f"draft_{size}"
    _forget_old(size)
    _admin(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)', f'CREATE DATABASE "{draft}"')
    encoder_folder()
    given = environment(address(draft), DJANGO_SETTINGS_MODULE="koinon.config.settings")
    done = subprocess.run(
        [sys.executable, "-m", "bench.filling", str(size), str(note)], env=given, cwd=ROOT, check=False
    )
    if done.returncode:
        note.unlink(missing_ok=True)
        raise Trouble(f"The network of {size} organisations could not be made.")
    _admin(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def _forget_old(size: int) -> None:
    for (old,) in _admin(f"SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_{size}\\_%'"):
        _admin(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    for note in DATA.glob(f"bench_{size}_*.json"):
        note.unlink()


def _exists(name: str) -> bool:
    return bool(_admin(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def _admin(*sentences: str) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(address("postgres"), autocommit=True) as connection:
        for sentence in sentences:
            cursor = connection.execute(sentence)
        return cursor.fetchall() if cursor.description else []


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = [*ROOT.glob("koinon/*/migrations/*.py"), *ROOT.glob("koinon/kit/search/*.py")]
    for file in sorted([*files, *(Path(__file__).parent / name for name in SOURCES)]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
