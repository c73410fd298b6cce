"""The promises about speed and size, and which of them hold in a run. Nothing fails here: figures are only told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.measures import Goal, Verdict, times

SAME = 1.25
"""The same at 36,000 as at 2,000 means: at most a quarter more of the bare view's time."""

SEARCH, SEARCH_MS = "search, member", 100
"""What a question may cost the server, the encoder apart."""

Found = Mapping[str, Any]
MOST_KB, MOST_FILES, MOST_SCRIPT_KB = 100, 8, 30
HOME_KB, HOME_FILES = 150, 15
"""The learner home, for somebody on a prepaid connection with nothing in the cache."""
ARRIVALS = ("home", "home, Greek", "home, Macedonian", "network", "directory", "organisation")
"""Pages people arrive at; the map, which draws countries in the browser, is told beside them."""


def verdicts(found: Found) -> list[Verdict]:
    """One line for each goal; parts that were not measured have no value."""
    return [
        *_pages(found.get("pages") or []),
        *_visit(found.get("first visit") or {}),
        *_processes(found),
        *_work(found),
        *_learning(found.get("learning") or {}),
        Verdict(
            Goal("picture of a lineage of 50,000: gzipped", 60, "KB"), (found.get("lineage") or {}).get("picture KB")
        ),
    ]


def _pages(lines: Sequence[Found]) -> list[Verdict]:
    made = []
    limits = (
        ("organisation page, visitor", 4.0), ("organisation page, member", 4.0), ("directory, visitor", 6.0),
        ("directory, member", 6.0), ("desk, representative", 6.0),
    )  # fmt: skip
    for page, limit in limits:
        of_page = [line for line in lines if line["page"] == page]
        made += [
            Verdict(Goal(f"{page}, {line['organisations']:,}: times slower than bare", limit), line["times slower"])
            for line in of_page
        ]
        if page.startswith("organisation"):
            made += [
                Verdict(Goal(f"{page}, {line['organisations']:,}: CPU", 15, "ms"), line["CPU ms"]) for line in of_page
            ]
        if len(of_page) > 1:
            made.append(Verdict(Goal(f"{page}: large network beside small", SAME, "times"), _growth(of_page)))
    searches = [line for line in lines if line["page"] == SEARCH]
    return made + [
        Verdict(Goal(f"{SEARCH}, {line['organisations']:,}: CPU", SEARCH_MS, "ms"), line["CPU ms"]) for line in searches
    ]


def _growth(lines: Sequence[Found]) -> float:
    """CPU beside the bare view's, in the largest network as a multiple of that in the smallest."""
    ordered = sorted(lines, key=lambda line: line["organisations"])
    return round(times(ordered[-1]["times CPU"], ordered[0]["times CPU"]), 2)


def _visit(found: Found) -> list[Verdict]:
    pages = [found[name] for name in ARRIVALS if name in found]
    most: Callable[[str], float | None] = lambda key: max((page[key] for page in pages), default=None)  # noqa: E731
    return [
        Verdict(Goal("first visit: gzipped", MOST_KB, "KB"), most("KB")),
        Verdict(Goal("first visit: files", MOST_FILES), most("requests")),
        Verdict(Goal("first visit: script", MOST_SCRIPT_KB, "KB"), most("script KB")),
    ]


def _processes(found: Found) -> list[Verdict]:
    memory, start = found.get("memory") or {}, found.get("cold start s") or {}
    limits = {"web": 200, "worker": 150, "encoder": 650}
    return [
        *(
            Verdict(Goal(f"memory of {name} (PSS, whole family)", limit, "MB"), memory.get(name, {}).get("pss MB"))
            for name, limit in limits.items()
        ),
        Verdict(Goal("cold start until the first page", 3, "s"), start.get("database runs")),
        Verdict(Goal("cold start, the database too", 3, "s"), start.get("database starts too")),
    ]


def _work(found: Found) -> list[Verdict]:
    sheet = found.get("koinon match") or {}
    return [Verdict(Goal("koinon match of 1,000 rows", 120, "s"), sheet.get("seconds"))]


def _learning(found: Found) -> list[Verdict]:
    first, rush = found.get("first visit") or {}, found.get("rush") or {}
    return [
        Verdict(Goal("learner home, first visit: gzipped", HOME_KB, "KB"), first.get("KB")),
        Verdict(Goal("learner home, first visit: files", HOME_FILES), first.get("requests")),
        Verdict(Goal("2,000 hand in within a minute: lost", 0), rush.get("lost")),
        Verdict(Goal("2,000 hand in within a minute: not acknowledged", 0), rush.get("refused or unanswered")),
    ]


def said(verdict: Verdict) -> str:
    """One line: held or missed, by how much."""
    mark = {True: "held  ", False: "MISSED", None: "-     "}[verdict.is_met]
    value = "not measured" if verdict.value is None else f"{verdict.value:g}"
    return (
        f"  {mark} {verdict.goal.name:<66} {value:>12}  (at most {verdict.goal.limit:g} {verdict.goal.unit})".rstrip()
    )
