"""`make bench`: measures everything in one run, prints it, keeps it as JSON, says which goals hold.

python -m bench                      everything, in less than ten minutes on two cores
python -m bench --only pages   pages | visit | memory | start | embed | match | quality | partners | scale | badges |
                                learning | lineage | events
python -m bench --only scale --full  the scale curve with 360,000 organisations too
python -m bench --quick              the smaller network and one round: minutes less, for looking, not for keeping
"""

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bench import (
    attending,
    badging,
    encoding,
    goals,
    learning,
    lineage,
    matching,
    memory,
    pages,
    partners,
    quality,
    scale,
    starting,
    visit,
    world,
)

RESULTS = Path(__file__).parent / "results"
PARTS = (
    "pages", "visit", "memory", "start", "embed", "match", "quality", "partners", "scale", "badges", "learning",
    "lineage", "events",
)  # fmt: skip
ALONE = {"partners", "scale", "badges"}
"""Parts that need no site."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", default="", help=f"Parts, with commas between: {', '.join(PARTS)}.")
@click.option("--quick", is_flag=True, help="The smaller network, one round; nothing is kept.")
@click.option("--full", is_flag=True, help="The scale curve with 360,000 organisations too (minutes more).")
@click.option(
    "--keep/--no-keep",
    default=None,
    help="Write bench/results, of a whole run docs/quality.md too (default: whole runs).",
)
def main(only: str, quick: bool, full: bool, keep: bool | None) -> None:
    """Measure pages beside a bare view, processes, the encoder, matching and its quality."""
    chosen = [part.strip() for part in only.split(",") if part.strip()] or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}", param_hint="--only")
    sizes = world.SIZES[:1] if quick else world.SIZES
    begun = time.perf_counter()
    found: dict[str, Any] = {"about": _about(sizes)}
    found["about"]["full"] = full
    with nullcontext() if set(chosen) <= ALONE else world.running():
        for part in chosen:
            _titled(part)
            found |= _scale(full) if part == "scale" else PART[part](sizes, quick)
    found["about"]["seconds"] = round(time.perf_counter() - begun)
    _judge(found)
    is_whole = not quick and set(chosen) == set(PARTS)
    if keep if keep is not None else is_whole:
        _keep(found, () if is_whole else chosen)
    click.echo(f"\n{found['about']['seconds']} s")


def _pages(sizes: tuple[int, ...], quick: bool) -> dict[str, Any]:
    return {"pages": pages.measure(sizes, rounds=1 if quick else pages.ROUNDS, tell=click.echo)}


def _visit(sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    found = visit.measure(sizes[0])
    for name, page in found.items():
        click.echo(
            f"  {name:<17} {page['requests']:>3} files {page['KB']:>7} KB, {page['script KB']:>6} KB script "
            f"{page['by kind KB']} ({page['counted by']})"
        )
    return {"first visit": found}


def _memory(sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    found = memory.measure(sizes[-1])
    click.echo("\n".join(memory.said(found)))
    return {"memory": found}


def _start(sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    return {"cold start s": _told(starting.measure(sizes[0]))}


def _embed(_sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    return {"embedding": _told(encoding.measure())}


def _match(sizes: tuple[int, ...], quick: bool) -> dict[str, Any]:
    network = _told(matching.network(sizes[-1]))
    return {"matching": network, "koinon match": _told(matching.spreadsheet(200 if quick else matching.ROWS))}


def _quality(_sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    found = quality.measure()
    for name in ("calibrated", "raw"):
        click.echo(f"  {name:<11} {found[name]['seconds']} s  {found[name]['all']}")
    return {"quality": found}


def _partners(_sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    found = partners.measure()
    for run in found:
        for name, measures in run["methods"].items():
            click.echo(f"  {run['split']} {name:<34} {measures}")
    return {"partners": found}


def _badges(_sizes: tuple[int, ...], _quick: bool) -> dict[str, Any]:
    return {"badges": _told(badging.measure())}


def _learning(_sizes: tuple[int, ...], quick: bool) -> dict[str, Any]:
    return {"learning": learning.measure(quick=quick, tell=click.echo)}


def _lineage(_sizes: tuple[int, ...], quick: bool) -> dict[str, Any]:
    return {"lineage": lineage.measure(quick=quick, tell=click.echo)}


def _events(_sizes: tuple[int, ...], quick: bool) -> dict[str, Any]:
    return {"events": attending.measure(quick=quick, tell=click.echo)}


def _scale(full: bool) -> dict[str, Any]:
    return {"scale": [_told(line) for line in scale.measure(full=full)]}


PART: dict[str, Callable[[tuple[int, ...], bool], dict[str, Any]]] = {
    "pages": _pages,
    "visit": _visit,
    "memory": _memory,
    "start": _start,
    "embed": _embed,
    "match": _match,
    "quality": _quality,
    "partners": _partners,
    "badges": _badges,
    "learning": _learning,
    "lineage": _lineage,
    "events": _events,
}


def _told(found: dict[str, Any]) -> dict[str, Any]:
    click.echo("\n".join(f"  {name}: {value}" for name, value in found.items()))
    return found


def _titled(part: str) -> None:
    click.echo(f"\n{part}  ({datetime.now(UTC):%H:%M:%S}, load {os.getloadavg()[0]:.1f})")


def _about(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Where and when: figures of two machines, or of a busy one, do not compare; those of one run do."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=world.ROOT, capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "processors": os.cpu_count(),
        "processor": _processor(),
        "load at start": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sizes": list(sizes),
        "clients": pages.CLIENTS,
        "web workers": 2,
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _judge(found: dict[str, Any]) -> None:
    click.echo("\ngoals")
    judged = goals.verdicts(found)
    for verdict in judged:
        click.echo(goals.said(verdict))
    found["goals"] = [
        {"goal": v.goal.name, "limit": v.goal.limit, "unit": v.goal.unit, "value": v.value, "is met": v.is_met}
        for v in judged
    ]


def _keep(found: dict[str, Any], parts: Sequence[str]) -> None:
    """A whole run by its day, with the tables of docs/quality.md; some parts beside such runs, by what they are."""
    day = found["about"]["at"][:10]
    file = RESULTS / "parts" / f"{day}-{'-'.join(parts)}.json" if parts else RESULTS / f"{day}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    click.echo(f"\nKept in {file}")
    if parts:
        return
    quality.write(found["quality"], day)
    quality.put(quality.PAGE, partners.BEGIN, partners.END, partners.tables(found["partners"], day))
    quality.put(quality.PAGE, scale.BEGIN, scale.END, scale.table(found["scale"], day))


if __name__ == "__main__":
    main()
