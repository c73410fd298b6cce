"""Registrations per second from end to end, the event page while 500 register in a minute, scans per second.

A registration is what somebody with an account does: open the event's page, open the form, send it; it is counted when
the database has it as confirmed. Each is beside the bare view at the same number of clients.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from bench import anchor, gathering, load, pages, shop, site, world
from bench.learning import _process
from bench.measures import percentile, rounded, times

NAME = "events"
NOTE = world.DATA / "events.json"
LEVELS = (16, 64)
EACH, CROWD, MINUTE = 320, 500, 60.0
READERS, A_SECOND = 8, 10
SCANS, LETTER, DEVICES = 400, 50, 16
BARE_SECONDS = 2.0

Job = Callable[[load.Client], None]


@dataclass
class Crowd:
    """What came of jobs done by so many at once: seconds, milliseconds of each from its moment, what went wrong."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def measure(*, quick: bool = False, tell: Callable[[str], None] = print) -> dict[str, Any]:
    """`registering`: a line for each number of clients; `minute`, `scans`, `pretix`."""
    each, crowd = (EACH // 5, CROWD // 5) if quick else (EACH, CROWD)
    url, made = filled(max(each + LEVELS[-1], crowd, SCANS))
    with ExitStack() as open_until_end:
        web = open_until_end.enter_context(site.serving(url))
        lines = [_registering(web, url, made, clients, each, tell) for clients in LEVELS]
        minute = _minute(web, url, made, crowd, MINUTE * crowd / CROWD, tell)
        scans = {name: _scanned(web, url, made, size, tell) for name, size in (("one by one", 1), ("letters", LETTER))}
    return {"registering": lines, "minute": minute, "scans": scans, "pretix": _beside(each // 4, tell)}


def filled(people: int) -> tuple[str, gathering.Gathering]:
    """A fresh database with an event for each part, and people who are signed in."""
    url = world.address(NAME)
    world._admin(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    events = [f"with{clients}=5000" for clients in LEVELS] + ["minute=5000", "door=5000"]
    _process("bench.gathering", str(NOTE), str(people), *events, url=url)
    pages.prepare(url)
    return url, gathering.read(NOTE)


def crowd(web: site.Site, jobs: Sequence[Job], *, clients: int, within: float = 0.0) -> Crowd:
    """All jobs by so many clients; their moments lie evenly in `within` seconds (0: one after the other at once)."""
    turn, found, lock = count(), Crowd(), threading.Lock()
    begun = time.perf_counter()

    def work() -> None:
        client = load.Client(site.HOST, web.port)
        while (number := next(turn)) < len(jobs):
            moment = begun + within * number / len(jobs)
            time.sleep(max(0.0, moment - time.perf_counter()) if within else 0)
            start = moment if within else time.perf_counter()
            trouble = ""
            try:
                jobs[number](client)
            except (OSError, load.WrongAnswer) as problem:
                client.close()
                trouble = str(problem) or type(problem).__name__
            with lock:
                found.latencies.append((time.perf_counter() - start) * 1000)
                found.troubles += [trouble] if trouble else []
        client.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(within + 600)
    found.seconds = time.perf_counter() - begun
    return found


def registers(session: str, slug: str, *, reads_first: bool = True) -> Job:
    """Page, form, send."""
    cookies = {"Cookie": f"session={session}; csrftoken={pages.CSRF}"}

    def act(client: load.Client) -> None:
        for address in [f"/events/{slug}/"] * reads_first + [f"/events/{slug}/register/"]:
            _expect(_get(client, address, cookies), 200, address)
        body = f"csrfmiddlewaretoken={pages.CSRF}&key={uuid4()}&listed=nobody".encode()
        _expect(client.post(f"/events/{slug}/register/", body, **cookies), 302, "the form")

    return act


def reads(session: str, address: str) -> Job:
    cookies = {"Cookie": f"session={session}; csrftoken={pages.CSRF}"}
    return lambda client: _expect(_get(client, address, cookies), 200, address)


def scans(organiser: str, slug: str, session: str, codes: Sequence[str]) -> Job:
    """What a phone at the door sends."""
    items = [{"id": str(uuid4()), "session": session, "code": code, "way": "in"} for code in codes]
    body = json.dumps({"device": str(uuid4()), "items": items}).encode()
    cookies = {"Cookie": f"session={organiser}; csrftoken={pages.CSRF}", "X-CSRFToken": pages.CSRF}
    return lambda client: _expect(client.post(f"/events/{slug}/scans/", body, **cookies), 200, "scans")


def _registering(
    web: site.Site, url: str, made: gathering.Gathering, clients: int, each: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    slug, key = made.events[f"with{clients}"]
    jobs = [registers(session, slug) for session in made.people]
    crowd(web, jobs[:clients], clients=clients)
    before = _confirmed(url, key)
    bare = load.run(
        host=site.HOST, port=web.port, addresses=[f"/bare/{place}/" for place in made.places], clients=clients,
        requests=100_000, seconds=BARE_SECONDS,
    )  # fmt: skip
    came = crowd(web, jobs[clients : clients + each], clients=clients)
    done = _confirmed(url, key) - before
    found = {
        "clients": clients, "registrations": done, "per second": rounded(times(done, came.seconds), 1),
        "p50 ms": rounded(percentile(came.latencies, 0.5)), "p95 ms": rounded(percentile(came.latencies, 0.95)),
        "bare requests/s": rounded(bare.rate), "bare p95 ms": rounded(percentile(bare.latencies, 0.95), 1),
        "bare requests for one registration": rounded(times(bare.rate, times(done, came.seconds)), 1),
        "troubles": sorted(set(came.troubles)),
    }  # fmt: skip
    tell("  registered: " + _said(found))
    return found


def _beside(each: int, tell: Callable[[str], None]) -> list[dict[str, Any]] | str:
    """Free orders in pretix by as many clients: in the shop that is named, else in one of our own making."""
    if anchor.SHOP:
        return [_ordering(anchor.SHOP, None, clients, each, tell) for clients in LEVELS]
    try:
        with shop.open_shop(tell) as address:
            return [_ordering(address, shop.orders, clients, each, tell) for clients in LEVELS]
    except shop.Absent as problem:
        tell(f"  pretix is not measured: {problem}")
        return f"not measured: {problem}"


def _ordering(
    address: str, counted: Callable[[], int] | None, clients: int, each: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Orders that the shop's database has afterwards, or that it has thanked for where we cannot look into it."""
    there, job = site.Site(urlsplit(address).port or 80, 0, ""), anchor.orders_at(address)
    crowd(there, [job] * clients, clients=clients)
    before = counted() if counted else 0
    came = crowd(there, [job] * max(each, clients), clients=clients)
    done = counted() - before if counted else len(came.latencies) - len(came.troubles)
    found = {
        "clients": clients, "orders": done, "per second": rounded(times(done, came.seconds), 1),
        "p50 ms": rounded(percentile(came.latencies, 0.5)), "p95 ms": rounded(percentile(came.latencies, 0.95)),
        "troubles": sorted(set(came.troubles))[:3],
    }  # fmt: skip
    tell("  pretix: " + _said(found))
    return found


def _minute(
    web: site.Site, url: str, made: gathering.Gathering, number: int, within: float, tell: Callable[[str], None]
) -> dict[str, Any]:
    """So many register at moments fixed before; others read the event's page, signed in, ten times a second."""
    slug, key = made.events["minute"]
    jobs = [registers(session, slug, reads_first=False) for session in made.people[:number]]
    looks = [reads(made.people[n % 50], f"/events/{slug}/") for n in range(int(within * A_SECOND))]
    seen: list[Crowd] = []
    reader = threading.Thread(target=lambda: seen.append(crowd(web, looks, clients=READERS, within=within)))
    reader.start()
    came = crowd(web, jobs, clients=LEVELS[-1], within=within)
    reader.join(within + 600)
    found = {
        "people": number, "seconds": rounded(came.seconds, 1), "confirmed": _confirmed(url, key),
        "p95 ms of a registration": rounded(percentile(came.latencies, 0.95)),
        "event page, times read": len(seen[0].latencies),
        "event page p50 ms": rounded(percentile(seen[0].latencies, 0.5), 1),
        "event page p95 ms": rounded(percentile(seen[0].latencies, 0.95), 1),
        "troubles": sorted({*came.troubles, *seen[0].troubles}),
    }  # fmt: skip
    tell("  in a minute: " + _said(found))
    return found


def _scanned(
    web: site.Site, url: str, made: gathering.Gathering, size: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """So many scans in a letter, by as many phones as a large entrance has."""
    slug, _key = made.events["door"]
    parts = [made.codes[n : n + size] for n in range(0, SCANS, size)]
    before = _kept(url)
    came = crowd(web, [scans(made.organiser, slug, made.session, part) for part in parts], clients=DEVICES)
    done = _kept(url) - before
    found = {
        "scans": done, "in a letter": size, "per second": rounded(times(done, came.seconds), 1),
        "p95 ms": rounded(percentile(came.latencies, 0.95)), "troubles": sorted(set(came.troubles)),
    }  # fmt: skip
    tell("  scanned: " + _said(found))
    return found


def _get(client: load.Client, address: str, cookies: dict[str, str]) -> load.Answer:
    """As `Client.get`, as somebody: one connection serves several people here."""
    head, client.head = client.head, client.head + "".join(f"{name}: {said}\r\n" for name, said in cookies.items())
    try:
        return client.get(address)
    finally:
        client.head = head


def _expect(answer: load.Answer, status: int, what: str) -> None:
    if answer.status != status:
        raise load.WrongAnswer(f"{what} answered {answer.status}")


def _confirmed(url: str, event: str) -> int:
    return _number(url, "SELECT count(*) FROM events_registration WHERE state = 'confirmed' AND event_id = %s", event)


def _kept(url: str) -> int:
    return _number(url, "SELECT count(*) FROM events_scan")


def _number(url: str, sql: str, *values: str) -> int:
    import psycopg

    with psycopg.connect(url) as connection:
        return int((connection.execute(sql, values).fetchone() or [0])[0])


def _said(found: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in found.items() if value != [])
