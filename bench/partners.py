"""How well new partners are found: `koinon quality --partners` on a public record, at two years."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import world

RECORD = Path(__file__).parent / "partners" / "participations_2014_2018.csv.gz"
SPLITS = (2017, 2018)
BEGIN, END = "<!-- partners: written by make bench -->", "<!-- end of partners -->"
COLUMNS = {
    "hit@10": "hit@10", "P@10": "P@10", "R@10": "R@10", "newcomers hit@10": "newcomers: hit@10",
    "newcomers P@10": "P@10", "newcomers R@10": "R@10", "coverage": "coverage", "share_of_top_1_percent": "top 1 %",
    "seconds": "seconds",
}  # fmt: skip
NAMES = {"koinon": "**Koinon**"}


def measure(record: Path = RECORD) -> list[dict[str, Any]]:
    """What the command prints, for each split."""
    return [_run(record, year) for year in SPLITS]


def _run(record: Path, year: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "koinon", "quality", "--partners", str(record), "--split", str(year)]
    done = subprocess.run(
        command, env=world.environment(""), cwd=world.ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def tables(found: list[dict[str, Any]], day: str) -> str:
    """Markdown: for each split what was known, and one line for each method."""
    lines = []
    for run in found:
        known = run["known"]
        lines += [
            f"Split at {run['split']} (measured on {day}): known are {known['projects']:,} projects, "
            f"{known['organisations']:,} organisations, {known['ties']:,} ties; {run['with_new_partner_later']:,} "
            f"organisations have a new partner later, {run['asked']:,} ask, {run['asked_newcomers']:,} of these "
            f"are newcomers. {run['seconds']} seconds ({run['cpu_seconds']} of one core), {run['peak_memory_mb']} MB "
            "for all methods together.",
            "",
            "| method | " + " | ".join(COLUMNS.values()) + " |",
            "|" + "|".join(["---"] * (len(COLUMNS) + 1)) + "|",
        ]
        for name, measures in run["methods"].items():
            cells = [f"{measures[each]:.1f}" if each == "seconds" else f"{measures[each]:.3f}" for each in COLUMNS]
            lines.append(f"| {NAMES.get(name, name)} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)
