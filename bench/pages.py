"""Requests/s, p50/p95, queries and CPU of pages beside the bare view, in turns, on the same server and database."""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bench import load, site, synthetic, world
from bench.measures import median, percentile, rounded, slower, times
from bench.processes import cpu_ms

CLIENTS = 16
ROUNDS = 3
REQUESTS = 400
SECONDS = 2.4
BARE_SECONDS = 0.8
BARE_REQUESTS = 3000
WARM = 96
QUESTIONS = 4000
CSRF = "measuredmeasuredmeasuredmeasured"
_AFTER = re.compile(r'href="([^"]*[?&](?:amp;)?after=[^"]*)"')


@dataclass(frozen=True)
class Subject:
    """What is measured: a name, the addresses asked in turn, and who asks ("" is a visitor without a session)."""

    name: str
    addresses: Sequence[str]
    session: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """A browser that has been here before carries both cookies."""
        return {"Cookie": f"session={self.session}; csrftoken={CSRF}"} if self.session else {}


@dataclass
class Spent:
    """CPU milliseconds of the web processes, of PostgreSQL and of the encoder over some requests."""

    requests: int = 0
    web: float = 0.0
    postgres: float = 0.0
    encoder: float = 0.0

    @property
    def each(self) -> float:
        """CPU per request: web and PostgreSQL."""
        return times(self.web + self.postgres, self.requests)


@dataclass
class Run:
    """Several loads of one subject."""

    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    received: int = 0


def measure(sizes: Sequence[int], *, rounds: int = ROUNDS, tell: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """One line for each subject and size."""
    return [line for size in sizes for line in _size(size, rounds, tell)]


def _size(size: int, rounds: int, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    url, known = world.database(size)
    prepare(url)
    lines = []
    with ExitStack() as open_until_end:
        encoder = open_until_end.enter_context(site.encoder(url))
        web = open_until_end.enter_context(site.serving(url))
        meter = Meter(web.pid, site.postmaster(), encoder.pid)
        tell(TITLES)
        for subject in subjects(web, known):
            line = {"organisations": size, **compare(web, known, subject, meter, rounds)}
            tell(said(line))
            lines.append(line)
    return lines


def prepare(url: str) -> None:
    """Catalogues and static files of this checkout, as on every start."""
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-m", "koinon", "migrate"],
        env=world.environment(url, DJANGO_SETTINGS_MODULE="koinon.config.settings"),
        cwd=world.ROOT,
        check=True,
        capture_output=True,
    )


def subjects(web: site.Site, known: world.World, *, yardstick: bool = True) -> list[Subject]:
    """The pages of the issue, for visitors (kept for a minute) and for a member who has signed in (never kept)."""
    first = [Subject("bare, no middleware", [f"/naked/{key}/" for key in known.places])] if yardstick else []
    directory = f"/networks/{known.network}/organisations/"
    pages = following(web, directory)
    organisations = [f"/organisations/{slug}/" for slug in known.slugs]
    questions = synthetic.questions(synthetic.said(), QUESTIONS)
    searches = [f"{directory}?q={_quoted(words)}" for words in questions]
    filters = (
        "country=LT",
        "country=AL&country=MK",
        "kind=school",
        "language=el",
        "has=offers",
        "kind=library&country=GR",
    )
    return [
        *first,
        Subject("organisation page, visitor", organisations),
        Subject("organisation page, member", organisations, known.member),
        Subject("directory, visitor", pages),
        Subject("directory, member", pages, known.member),
        Subject("directory, filtered, member", [f"{directory}?{each}" for each in filters], known.member),
        Subject("search, member", searches, known.member),
        Subject("desk, representative", ["/desk/"], known.member),
    ]


def following(web: site.Site, address: str, count: int = 12) -> list[str]:
    """The first pages of a list, by its own links to the next one."""
    client, found = web.client(**{"Accept-Encoding": "identity"}), [address]
    while len(found) < count:
        links = [unescape(link) for link in _AFTER.findall(client.get(found[-1]).body.decode())]
        fresh = [link for link in links if link not in found]
        if not fresh:
            break
        found.append(fresh[-1] if fresh[-1].startswith("/") else address + fresh[-1])
    client.close()
    return found


class Meter:
    """CPU time of the processes that answer, read before and after."""

    def __init__(self, web: int, postgres: int, encoder: int = 0) -> None:
        self.roots = (web, postgres, encoder)

    def read(self) -> tuple[float, float, float]:
        web, postgres, encoder = self.roots
        return cpu_ms(web), cpu_ms(postgres), cpu_ms(encoder) if encoder else 0.0


def compare(web: site.Site, known: world.World, subject: Subject, meter: Meter, rounds: int) -> dict[str, Any]:
    """The subject and the bare view in turns; what came of both."""
    bare = Subject("bare", [f"/bare/{key}/" for key in known.places])
    of_bare, of_subject = Run(), Run()
    queries = _queries(web, subject)
    for each in (bare, subject):
        load.run(host=site.HOST, port=web.port, addresses=each.addresses, headers=each.headers, clients=CLIENTS,
                 requests=WARM, seconds=SECONDS)  # fmt: skip
    for turn in range(rounds):
        part = _turned(subject, turn * REQUESTS)
        _round(web, bare, meter, of_bare, BARE_REQUESTS, BARE_SECONDS)
        _round(web, part, meter, of_subject, REQUESTS, SECONDS)
    return _line(subject.name, of_bare, of_subject, queries)


def _turned(subject: Subject, first: int) -> Subject:
    """The same with other addresses first, so that no round repeats the questions of the one before."""
    cut = first % len(subject.addresses)
    return Subject(subject.name, [*subject.addresses[cut:], *subject.addresses[:cut]], subject.session)


def _round(web: site.Site, subject: Subject, meter: Meter, run: Run, requests: int, seconds: float) -> None:
    before = meter.read()
    came = load.run(
        host=site.HOST,
        port=web.port,
        addresses=subject.addresses,
        headers=subject.headers,
        clients=CLIENTS,
        requests=requests,
        seconds=seconds,
    )
    after = meter.read()
    run.latencies += came.latencies
    run.rates.append(came.rate)
    run.received += came.received
    run.spent.requests += len(came.latencies)
    run.spent.web += after[0] - before[0]
    run.spent.postgres += after[1] - before[1]
    run.spent.encoder += after[2] - before[2]


def _queries(web: site.Site, subject: Subject) -> float:
    """Statements for one request: the middle of several addresses, the second time each is asked."""
    client = web.client(**subject.headers, **{"X-Count-Queries": "1"})
    counts = []
    for address in subject.addresses[:7]:
        client.get(address)
        counts.append(int(client.get(address).headers.get("x-queries", "0")))
    client.close()
    return median(counts)


def _line(name: str, bare: Run, run: Run, queries: float) -> dict[str, Any]:
    spent, requests = run.spent, run.spent.requests
    return {
        "page": name,
        "requests/s": rounded(median(run.rates), 1),
        "p50 ms": rounded(percentile(run.latencies, 0.5), 1),
        "p95 ms": rounded(percentile(run.latencies, 0.95), 1),
        "queries": queries,
        "web CPU ms": rounded(times(spent.web, requests)),
        "PostgreSQL CPU ms": rounded(times(spent.postgres, requests)),
        "CPU ms": rounded(spent.each),
        "encoder CPU ms": rounded(times(spent.encoder, requests)),
        "KB": rounded(times(run.received, requests) / 1024, 1),
        "times slower": rounded(slower(list(zip(bare.rates, run.rates, strict=True)))),
        "times CPU": rounded(times(spent.each, bare.spent.each)),
        "requests": requests,
        "bare requests/s": rounded(median(bare.rates), 1),
        "bare p50 ms": rounded(percentile(bare.latencies, 0.5), 1),
        "bare p95 ms": rounded(percentile(bare.latencies, 0.95), 1),
        "bare CPU ms": rounded(bare.spent.each),
    }


COLUMNS = (
    ("page", 28), ("requests/s", 11), ("p50 ms", 8), ("p95 ms", 8), ("queries", 8), ("web CPU ms", 11),
    ("PostgreSQL CPU ms", 18), ("CPU ms", 8), ("encoder CPU ms", 15), ("KB", 7), ("bare requests/s", 16),
    ("bare CPU ms", 12), ("times slower", 13), ("times CPU", 10),
)  # fmt: skip
TITLES = "organisations  " + " ".join(title.rjust(width) for title, width in COLUMNS)


def said(line: dict[str, Any]) -> str:
    """One line of the table."""
    cells = [str(line[title]).rjust(width) if title != "page" else line[title].ljust(width) for title, width in COLUMNS]
    return f"{line['organisations']:>13,}  " + " ".join(cells)


def _quoted(words: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(words)
