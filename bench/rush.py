"""Everybody hands in at once: each learner in a session of their own, at a moment fixed before, and nothing lost.

Moments are drawn beforehand and latencies counted from them, not from when a client had time to send: a server that is
slow to answer one makes the next ones late, and that is counted too.
"""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from bench import load, pages, site
from bench.measures import percentile, rounded
from bench.schooling import School

CLIENTS = 64
PATIENCE = 120.0


@dataclass
class Rush:
    """What came of it: milliseconds from each moment to the answer, attempts that the server said it has, troubles."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def body_of(school: School) -> bytes:
    """The form of the whole quiz."""
    return urlencode({**school.answers, "csrfmiddlewaretoken": pages.CSRF, "do": "hand_in"}).encode()


def hand_in(client: load.Client, session: str, attempt: str, body: bytes, **more: str) -> load.Answer:
    """As the page's script does: it wants to know, so it asks for JSON."""
    cookies = f"session={session}; csrftoken={pages.CSRF}"
    return client.post(f"/learn/attempts/{attempt}/", body, Cookie=cookies, **{"Accept": "application/json", **more})


def is_acknowledged(answer: load.Answer) -> bool:
    """The server says that it has it."""
    if answer.status != 200:
        return False
    import gzip

    raw = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
    return json.loads(raw).get("state") in ("handed_in", "marked")


def run(
    web: site.Site, school: School, takers: Sequence[Sequence[str]], *, within: float, clients: int = CLIENTS
) -> Rush:
    """Each of `takers` (session, attempt) hands in once; their moments lie evenly in `within` seconds (0: at once)."""
    turn, found, lock, body = count(), Rush(), threading.Lock(), body_of(school)
    begun = time.perf_counter()

    def work() -> None:
        client = load.Client(site.HOST, web.port)
        while (number := next(turn)) < len(takers):
            session, attempt = takers[number]
            moment = begun + within * number / len(takers)
            time.sleep(max(0.0, moment - time.perf_counter()))
            start = moment if within else time.perf_counter()
            trouble = _tried(client, session, attempt, body)
            with lock:
                found.latencies.append((time.perf_counter() - start) * 1000)
                (found.troubles if trouble else found.acknowledged).append(trouble or attempt)
        client.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(within + PATIENCE)
    found.seconds = time.perf_counter() - begun
    return found


def _tried(client: load.Client, session: str, attempt: str, body: bytes) -> str:
    """What went wrong; "" when the server says it has it."""
    try:
        answer = hand_in(client, session, attempt, body)
        return "" if is_acknowledged(answer) else f"answered {answer.status}"
    except (OSError, load.WrongAnswer, ValueError) as problem:
        client.close()
        return type(problem).__name__


def kept(url: str) -> tuple[set[str], int, int]:
    """Attempts that are handed in, rows of marked answers, events of points; from the database, past the site."""
    import psycopg

    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT id::text FROM learning_attempt WHERE state <> 'open'").fetchall()
        marked = connection.execute("SELECT count(*) FROM learning_answered").fetchone()
        scored = connection.execute("SELECT count(*) FROM learning_happening WHERE kind = 'scored'").fetchone()
    return {key for (key,) in there}, int((marked or [0])[0]), int((scored or [0])[0])


def said(rush: Rush, there: set[str]) -> dict[str, Any]:
    """The figures; `lost` is what the server said it had and has not."""
    return {
        "learners": len(rush.latencies),
        "seconds": rounded(rush.seconds, 1),
        "acknowledged": len(rush.acknowledged),
        "lost": len(set(rush.acknowledged) - there),
        "refused or unanswered": len(rush.troubles),
        "p50 ms": rounded(percentile(rush.latencies, 0.5), 1),
        "p95 ms": rounded(percentile(rush.latencies, 0.95), 1),
        "longest ms": rounded(max(rush.latencies, default=0.0), 1),
        "troubles": sorted(set(rush.troubles)),
    }
