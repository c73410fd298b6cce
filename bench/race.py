"""`make bench-race ROUNDS=20 PLACES=5 PEOPLE=16`: everybody at the same instant, through HTTP, against real servers.

Each round is an event with PLACES places. PEOPLE people, each with a session and a connection of their own, wait at a
barrier and send the form at once; every fourth sends it twice. Then three who have a place withdraw while those who
wait look on, and in the same instant everybody to whom a place is offered says yes. After each step the database is
asked, past the site: more units held than there are is oversold, a place free while somebody waits is lost.

With --guard off the same is run with what everybody writes first: count, then insert (bench/unguarded.py).
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import click

from bench import gathering, load, pages, site, world
from bench.learning import _process

NAME = "race"
NOTE = world.DATA / "race.json"
OWN = re.compile(r"/registrations/([0-9a-f-]{36})/")
PATIENCE = 60.0
LEAVE = 3


@dataclass
class Found:
    """What the database says after a step, added up over all rounds; and what the servers answered."""

    oversold: int = 0
    lost: int = 0
    uneven: int = 0
    answers: Counter[str] = field(default_factory=Counter)


@dataclass
class Runner:
    """Somebody at the barrier: their session, their connection, and where their registration is."""

    client: load.Client
    cookies: dict[str, str]
    mine: str = ""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rounds", default=20, show_default=True)
@click.option("--places", default=5, show_default=True)
@click.option("--people", default=16, show_default=True)
@click.option("--guard", type=click.Choice(["on", "off"]), default="on", show_default=True)
def main(rounds: int, places: int, people: int, guard: str) -> None:
    """Never one too many, never a place lost."""
    with world.running():
        url, made = filled(rounds, places, people)
        words = ("bench.unguarded",) if guard == "off" else ()
        with site.serving(url, *words, KOINON_WORKERS="4") as web:
            found = Found()
            for number in range(rounds):
                _round(web, url, made, f"r{number}", places, found)
                click.echo(f"  round {number + 1}: oversold {found.oversold}, lost {found.lost}, uneven {found.uneven}")
    click.echo(f"  answers: {', '.join(f'{said} {number}' for said, number in sorted(found.answers.items()))}")
    click.echo(f"oversold {found.oversold}, lost {found.lost}")


def filled(rounds: int, places: int, people: int) -> tuple[str, gathering.Gathering]:
    """A fresh database with so many events of so many places."""
    url = world.address(NAME)
    world._admin(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    _process("bench.gathering", str(NOTE), str(people), *(f"r{n}={places}" for n in range(rounds)), url=url)
    pages.prepare(url)
    return url, gathering.read(NOTE)


def _round(web: site.Site, url: str, made: gathering.Gathering, name: str, places: int, found: Found) -> None:
    slug, key = made.events[name]
    runners = [
        Runner(web.client(), {"Cookie": f"session={session}; csrftoken={pages.CSRF}"}) for session in made.people
    ]
    _together([_registers(each, slug, found, twice=n % 4 == 0) for n, each in enumerate(runners)])
    _look(url, key, places, found)
    state = _states(url, key)
    have = [each for each in runners if state.get(each.mine) == "confirmed"][:LEAVE]
    _together([_says(each, "withdraw", found) for each in have])
    _look(url, key, places, found)
    state = _states(url, key)
    asked = [each for each in runners if state.get(each.mine) == "offered"]
    more = [each for each in runners if state.get(each.mine) == "confirmed"][:1]
    acts = [_says(each, "accept-offer", found) for each in asked for _twice in range(2)]
    _together([*acts, *(_says(each, "withdraw", found) for each in more)])
    _look(url, key, places, found)
    for each in runners:
        each.client.close()


def _together(acts: Sequence[Callable[[], None]]) -> None:
    """All at the same instant, each in a thread that has its connection open."""
    if not acts:
        return
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait(PATIENCE)
        act()

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)


def _registers(runner: Runner, slug: str, found: Found, *, twice: bool) -> Callable[[], None]:
    """Send the form; some send the very same form a second time at the same instant, on another connection."""
    body = f"csrfmiddlewaretoken={pages.CSRF}&key={uuid4()}&listed=nobody".encode()
    runner.client.get("/health")
    second = load.Client(site.HOST, runner.client.port) if twice else None

    def send(client: load.Client) -> None:
        answer = client.post(f"/events/{slug}/register/", body, **runner.cookies)
        found.answers[f"register {answer.status}"] += 1
        if at := OWN.search(answer.headers.get("location", "")):
            runner.mine = at[1]

    def act() -> None:
        again = threading.Thread(target=send, args=(second,), daemon=True) if second else None
        if again:
            again.start()
        send(runner.client)
        if again:
            again.join(PATIENCE)

    return act


def _says(runner: Runner, word: str, found: Found) -> Callable[[], None]:
    client = load.Client(site.HOST, runner.client.port)
    client.get("/health")

    def act() -> None:
        body = f"csrfmiddlewaretoken={pages.CSRF}&do={word}".encode()
        answer = client.post(f"/registrations/{runner.mine}/", body, **runner.cookies)
        found.answers[f"{word} {answer.status}"] += 1
        client.close()

    return act


def _states(url: str, event: str) -> dict[str, str]:
    import psycopg

    with psycopg.connect(url) as connection:
        sql = "SELECT id::text, state FROM events_registration WHERE event_id = %s"
        return dict(connection.execute(sql, [event]).fetchall())


def _look(url: str, event: str, places: int, found: Found) -> None:
    """What is true now, from the rows alone: people with a place, people who wait, holds, counters."""
    import psycopg

    with psycopg.connect(url) as connection:
        count = "SELECT count(*) FROM events_registration WHERE event_id = %s AND state = ANY(%s)"
        (held,) = connection.execute(count, [event, ["offered", "confirmed", "attended", "missed"]]).fetchone() or (0,)
        (waiting,) = connection.execute(count, [event, ["waiting"]]).fetchone() or (0,)
        sums = (
            "SELECT coalesce((SELECT sum(h.units) FROM events_hold h JOIN events_counter c ON c.id = h.counter_id"
            " JOIN events_eventquota q ON q.id = c.quota_id WHERE q.event_id = %s), 0),"
            " coalesce((SELECT sum(c.taken) FROM events_counter c JOIN events_eventquota q ON q.id = c.quota_id"
            " WHERE q.event_id = %s), 0)"
        )
        holds, taken = connection.execute(sums, [event, event]).fetchone() or (0, 0)
    found.oversold += max(0, held - places)
    found.lost += max(0, min(places, held + waiting) - held)
    found.uneven += int(not held == holds == taken)


if __name__ == "__main__":
    main()
