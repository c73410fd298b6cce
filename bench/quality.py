"""How well needs find their offers across languages: `koinon quality` on our test set, with and without calibration."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import world
from bench.measures import rounded

SET = Path(__file__).parent / "quality" / "need_offer.jsonl"
PAGE = world.ROOT / "docs" / "quality.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
SHOWN = ("recall@1", "recall@5", "recall@10", "mean_reciprocal_rank")
NAMES = {
    "sq": "Albanian", "lt": "Lithuanian", "mk": "Macedonian", "el": "Greek", "en": "English", "nb": "Norwegian",
    "sl": "Slovene",
}  # fmt: skip


def measure(file: Path = SET) -> dict[str, Any]:
    """What the command prints, calibrated and raw, with the seconds of each run (start and encoding included)."""
    world.encoder_folder()
    return {"file": str(file.relative_to(world.ROOT)), "calibrated": _run(file), "raw": _run(file, "--raw")}


def _run(file: Path, *words: str) -> dict[str, Any]:
    environment = world.environment("", KOINON_ENCODER_FOLDER=str(world.DATA / "encoder"))
    begun = time.perf_counter()
    command = [sys.executable, "-m", "koinon", "quality", str(file), *words]
    done = subprocess.run(command, env=environment, cwd=world.ROOT, check=True, capture_output=True, text=True)
    return {**json.loads(done.stdout), "seconds": rounded(time.perf_counter() - begun, 1)}


def write(found: dict[str, Any], day: str, page: Path = PAGE) -> None:
    """Put the tables between the markers of the page; everything around them stays as it was written by hand."""
    put(page, BEGIN, END, tables(found, day))


def put(page: Path, begin: str, end: str, text: str) -> None:
    """The text between two markers of a page becomes this one."""
    before, rest = page.read_text("utf-8").split(begin, 1)
    _, after = rest.split(end, 1)
    page.write_text(f"{before}{begin}\n{text}{end}{after}", "utf-8")


def tables(found: dict[str, Any], day: str) -> str:
    """Markdown: where the figures come from, the total, by language of the need and of the offer, and each pair."""
    calibrated, raw = found["calibrated"], found["raw"]
    lines = [
        f"Measured on {day} with encoder `{calibrated['encoder']}`, calibration `{_method(calibrated)}`, "
        f"on `{found['file']}` ({calibrated['all']['queries']} needs, {calibrated['pool']} texts in the pool).",
        "",
        *_table(["All languages"], [(["calibrated"], calibrated["all"]), (["raw cosine"], raw["all"])], own=True),
        "",
        "By the language of the need, and by the language of the offer that serves it (calibrated, then raw):",
        "",
        *_by_side(calibrated["pairs"], raw["pairs"]),
        "",
        "Each pair of languages (four needs each: one need moves recall by 25 points; read the pattern, not the cell):",
        "",
        *_pairs(calibrated["pairs"], raw["pairs"]),
    ]
    return "\n".join(lines) + "\n"


def by_language(pairs: dict[str, dict[str, float]], place: int) -> dict[str, dict[str, float]]:
    """Averages over pairs by the language of the need (place 0) or of the offer (1), each need counting once."""
    found: dict[str, dict[str, float]] = {}
    for pair, measures in pairs.items():
        part = found.setdefault(pair.split("-")[place], {"queries": 0, **dict.fromkeys(SHOWN, 0.0)})
        part["queries"] += measures["queries"]
        for name in SHOWN:
            part[name] += measures[name] * measures["queries"]
    for part in found.values():
        part.update({name: part[name] / part["queries"] for name in SHOWN})
    return found


def _method(measured: dict[str, Any]) -> str:
    """The method of a calibration without the checksum of its means, which changes with each text."""
    name, _, rest = str(measured["calibration"]).rpartition("/")
    return f"{name.rpartition('/')[2]}+{rest.partition('+')[2]}" if name else rest


def _table(first: list[str], rows: list[tuple[list[str], dict[str, float]]], *, own: bool = False) -> list[str]:
    titles = [
        *first,
        "needs",
        "recall@1",
        "recall@5",
        "recall@10",
        "MRR",
        *(["own language in the top ten"] if own else []),
    ]
    lines = ["| " + " | ".join(titles) + " |", "|" + "|".join(["---"] * len(titles)) + "|"]
    for names, measures in rows:
        figures = [f"{measures[name]:.3f}" for name in SHOWN]
        more = [f"{measures['own_language@10']:.0%}"] if own else []
        lines.append("| " + " | ".join([*names, f"{measures['queries']:.0f}", *figures, *more]) + " |")
    return lines


def _by_side(calibrated: dict[str, Any], raw: dict[str, Any]) -> list[str]:
    lines = [
        "| | need: recall@1 | @5 | @10 | MRR | offer: recall@1 | @5 | @10 | MRR |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    sides = [(by_language(calibrated, place), by_language(raw, place)) for place in (0, 1)]
    for language, name in NAMES.items():
        cells = [
            f"{with_means[language][each]:.2f} / {without[language][each]:.2f}"
            for with_means, without in sides
            for each in SHOWN
            if language in with_means
        ]
        lines.append(f"| {name} `{language}` | " + " | ".join(cells) + " |")
    return lines


def _pairs(calibrated: dict[str, Any], raw: dict[str, Any]) -> list[str]:
    lines = [
        "| need → offer | recall@1 | recall@5 | recall@10 | MRR | raw: recall@1 | recall@5 | recall@10 | MRR |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for pair in sorted(calibrated):
        figures = [f"{each[pair][name]:.2f}" for each in (calibrated, raw) for name in SHOWN]
        lines.append(f"| {pair.replace('-', ' → ')} | " + " | ".join(figures) + " |")
    return lines
