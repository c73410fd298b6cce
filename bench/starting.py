"""Cold start: from `koinon serve` on the command line until the first page answers 200, with and without PostgreSQL."""

import subprocess
import sys
import time

from bench import pages, site, world
from bench.measures import median, rounded

TIMES = 3
PAGE = "/"


def measure(size: int) -> dict[str, float]:
    """Seconds (median of three): the database is running already, and the command starts it, too."""
    url, _ = world.database(size, "koinon")
    pages.prepare(url)
    warm = [_start(world.environment(url, port=site.free_port())) for _ in range(TIMES)]
    world.CLUSTER.stop()
    try:
        cold = [_with_database() for _ in range(TIMES)]
    finally:
        world.CLUSTER.start()
    return {"database runs": rounded(median(warm)), "database starts too": rounded(median(cold))}


def _with_database() -> float:
    """The embedded cluster of the data folder is started by the command itself, as on a real machine."""
    environment = world.environment("", port=site.free_port())
    environment.pop("DATABASE_URL")
    return _start(environment)


def _start(environment: dict[str, str]) -> float:
    folder = world.DATA / "log"
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with (folder / "start.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "koinon", "serve"],
            env=environment,
            cwd=world.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        site.wait_for_answer(int(environment["KOINON_PORT"]), started, PAGE)
        return time.perf_counter() - begun
    finally:
        site.stop(started)
