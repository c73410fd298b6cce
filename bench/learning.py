"""Pages of learning beside the bare view, 2,000 learners handing in within a minute, a first visit, courses taken over.

A database of its own, filled anew in some seconds (schooling.py), so that no other figure depends on it.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from bench import load, pages, rush, schooling, site, visit, world
from bench.measures import rounded, times
from koinon.kit.postgres import Trouble

NAME = "school"
RUSH, MINUTE = 2_000, 60.0
CLOSED, WARM = 400, 60
NOTE = world.DATA / "school.json"


def measure(*, quick: bool = False, tell: Callable[[str], None] = print) -> dict[str, Any]:
    """`pages`: a line each, as pages.py has them; `rush`, `first visit`, `taking over`."""
    crowd = 200 if quick else RUSH
    url, school = filled(crowd + WARM + CLOSED * pages.ROUNDS)
    rounds = 1 if quick else pages.ROUNDS
    with ExitStack() as open_until_end:
        web = open_until_end.enter_context(site.serving(url))
        meter = pages.Meter(web.pid, site.postmaster())
        tell(pages.TITLES.replace("organisations", "     learners"))
        lines = [_told(tell, _page(web, school, subject, meter, rounds)) for subject in subjects(web, school)]
        lines.append(_told(tell, _handing_in(web, school, meter, rounds)))
        minute = _rushed(web, url, school, crowd, MINUTE * crowd / RUSH, tell)
        first = _first_visit(web, school, tell)
    return {"pages": lines, "rush": minute, "first visit": first, "taking over": _taking(url, quick, tell)}


def filled(takers: int) -> tuple[str, schooling.School]:
    """A fresh database with the school in it."""
    url = world.address(NAME)
    world._admin(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    _process("bench.schooling", str(NOTE), str(takers), url=url)
    pages.prepare(url)
    return url, schooling.read(NOTE)


def subjects(web: site.Site, school: schooling.School) -> list[pages.Subject]:
    """What learners open each day, and what those who teach them do."""
    lessons = [f"/learn/{school.run}/{key}/" for key in school.pages]
    listed = f"/runs/{school.run}/teach/learners/"
    parts = [f"{listed}?sort={sort}&after={page}" for sort in ("name", "progress", "seen") for page in (1, 2, 17, 33)]
    return [
        pages.Subject("learner home", ["/learn/"], school.learner),
        pages.Subject("lesson", lessons, school.learner),
        pages.Subject("30 among 1,000 learners", parts, school.facilitator),
        pages.Subject("desk of a run, 1,000", [f"/runs/{school.run}/teach/"], school.facilitator),
        pages.Subject("all my 20 runs", ["/runs/"], school.facilitator),
    ]


def _page(
    web: site.Site, school: schooling.School, subject: pages.Subject, meter: pages.Meter, rounds: int
) -> dict[str, Any]:
    return {"organisations": schooling.COHORT, **pages.compare(web, school, subject, meter, rounds)}


def _handing_in(web: site.Site, school: schooling.School, meter: pages.Meter, rounds: int) -> dict[str, Any]:
    """A quiz of ten questions handed in, by as many clients as ask for pages, in turns with the bare view."""
    bare, of_bare, run = pages.Subject("bare", [f"/bare/{key}/" for key in school.places]), pages.Run(), pages.Run()
    rush.run(web, school, school.takers[1:WARM], within=0, clients=pages.CLIENTS)
    for turn in range(rounds):
        first = WARM + turn * CLOSED
        pages._round(web, bare, meter, of_bare, pages.BARE_REQUESTS, pages.BARE_SECONDS)
        before = meter.read()
        came = rush.run(web, school, school.takers[first : first + CLOSED], within=0, clients=pages.CLIENTS)
        after = meter.read()
        if came.troubles:
            raise load.WrongAnswer(f"handing in: {came.troubles[0]}")
        run.latencies += came.latencies
        run.rates.append(len(came.latencies) / came.seconds)
        run.spent.requests += len(came.latencies)
        run.spent.web += after[0] - before[0]
        run.spent.postgres += after[1] - before[1]
    return {"organisations": schooling.COHORT, **pages._line("quiz handed in", of_bare, run, _queries(web, school))}


def _queries(web: site.Site, school: schooling.School) -> float:
    client = web.client()
    session, attempt = school.takers[0]
    answer = rush.hand_in(client, session, attempt, rush.body_of(school), **{"X-Count-Queries": "1"})
    client.close()
    return float(answer.headers.get("x-queries", "0"))


def _rushed(
    web: site.Site, url: str, school: schooling.School, crowd: int, within: float, tell: Callable[[str], None]
) -> dict[str, Any]:
    """The minute before the deadline; then what the database has is held against what was acknowledged."""
    takers = school.takers[-crowd:]
    came = rush.run(web, school, takers, within=within)
    there, marked, scored = rush.kept(url)
    found = rush.said(came, there)
    mine = {attempt for _session, attempt in takers} & there
    found |= {"rows": len(mine), "answers of each": rounded(times(marked, len(there)), 1),
              "events of each": rounded(times(scored, len(there)), 2)}  # fmt: skip
    tell("  handed in within a minute: " + ", ".join(f"{name} {value}" for name, value in found.items()))
    return found


def _first_visit(web: site.Site, school: schooling.School, tell: Callable[[str], None]) -> dict[str, Any]:
    """The learner home with an empty cache, counted from its HTML: a browser would have to sign in first."""
    cookies = {"Cookie": f"session={school.learner}; csrftoken={pages.CSRF}"}
    found = visit.totals(list(visit.by_reading(web, "/learn/", "en", **cookies)))
    tell(f"  first visit of the learner home: {found['requests']} files, {found['KB']} KB {found['by kind KB']}")
    return found


def _taking(url: str, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Seconds for each MB of a file that is read, and taken as a course."""
    import json

    said = _process("bench.taking", "2" if quick else "8", url=url)
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    for name, line in found.items():
        tell(f"  {name:<12} {line}")
    return found


def _process(*words: str, url: str) -> str:
    """`python -m <words>` with the settings of that database; what it says."""
    given = world.environment(url, DJANGO_SETTINGS_MODULE="koinon.config.settings")
    done = subprocess.run(
        [sys.executable, "-m", *words], env=given, cwd=world.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Trouble(f"{words[0]} ended with {done.returncode}: {done.stderr[-800:]}")
    return done.stdout


def _told(tell: Callable[[str], None], line: dict[str, Any]) -> dict[str, Any]:
    tell(pages.said(line))
    return line
