"""Time and memory of a whole matching and clustering run, in a process of its own for each size, on plain arrays.

Each organisation has one text (every other a need, the rest offers) as a calibrated unit vector of the encoder's 384
numbers, in one of eight languages, around one of many subjects; kinds, countries and themes as a network has them;
and three ties to others, most of them to organisations of its own subject.
"""

import json
import os
import subprocess
import sys
import time
from typing import Any

import numpy as np

from bench import world
from koinon.kit import memory

SIZES = (2_000, 36_000)
LARGE = 360_000
LENGTH = 384
LANGUAGES = ("sq", "lt", "mk", "el", "en", "nb", "sl", "lv")
KINDS = ("expertise", "partner", "peer_visit", "mentor", "venue")
COUNTRIES = ("AL", "LT", "MK", "EL", "NO", "SI", "LV", "XK")
TIES = 3
BEGIN, END = "<!-- scale: written by make bench -->", "<!-- end of scale -->"


def measure(*, full: bool = False) -> list[dict[str, Any]]:
    """One line for each size: seconds of each part, and the most memory that the process ever had."""
    return [_run(size) for size in (*SIZES, *((LARGE,) if full else ()))]


def _run(size: int) -> dict[str, Any]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bench.scale", str(size)]
    done = subprocess.run(command, env=environment, cwd=world.ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(found: list[dict[str, Any]], day: str) -> str:
    """Markdown: a line for each size."""
    titles = list(found[0])
    lines = [
        f"Measured on {day}, one core.",
        "",
        "| " + " | ".join(titles) + " |",
        "|" + "|".join(["---"] * len(titles)) + "|",
    ]
    lines += ["| " + " | ".join(f"{line[title]:,}" for title in titles) + " |" for line in found]
    return "\n".join(lines) + "\n"


def run(size: int) -> dict[str, Any]:
    """Make the organisations, match them, cluster them; gives figures."""
    from koinon.matching.engine import communities, pairs

    vectors, subject, needs, offers, ties = _world(size)
    timed = {"made": _clock()}
    found = pairs.match(needs, offers)
    timed["matched"] = _clock()
    edges, near = communities.near_edges(vectors, [LANGUAGES[row % 8] for row in range(size)])
    joined, weights = communities.joined(
        np.concatenate([edges, ties]), np.concatenate([near, np.full(len(ties), communities.TIE)])
    )
    timed["joined"] = _clock()
    clusters = communities.clusters(size, joined, weights)
    timed["clustered"] = _clock()
    right = sum(subject[2 * pair.need] == subject[2 * pair.offer + 1] for pair in found)
    return {
        "organisations": size,
        "matches": len(found),
        "of one subject": round(right / max(1, len(found)), 3),
        "edges": len(joined),
        "clusters": int(clusters.labels.max()) + 1,
        **_spent(timed),
        "peak MB": memory.peak(),
    }


def _clock() -> tuple[float, float]:
    """Seconds by the wall and of this process."""
    return time.perf_counter(), time.process_time()


def _spent(timed: dict[str, tuple[float, float]]) -> dict[str, float]:
    wall = {name: at[0] for name, at in timed.items()}
    processor = {name: at[1] for name, at in timed.items()}
    return {
        "matching CPU s": round(processor["matched"] - processor["made"], 1),
        "neighbours CPU s": round(processor["joined"] - processor["matched"], 1),
        "clustering CPU s": round(processor["clustered"] - processor["joined"], 1),
        "all CPU s": round(processor["clustered"] - processor["made"], 1),
        "all wall s": round(wall["clustered"] - wall["made"], 1),
    }


def _world(size: int) -> tuple[Any, Any, Any, Any, Any]:
    """Vectors [size, 384], the subject of each, needs (even rows), offers (odd rows), ties [m, 2]."""
    from koinon.matching.engine.pairs import Side
    from koinon.matching.engine.signals import Item

    draw = np.random.default_rng(1)
    subjects = max(20, size // 60)
    middles = draw.standard_normal((subjects, LENGTH), np.float32)
    subject = draw.integers(0, subjects, size)
    vectors = middles[subject]
    for start in range(0, size, 20_000):
        vectors[start : start + 20_000] += draw.standard_normal(
            (len(vectors[start : start + 20_000]), LENGTH), np.float32
        )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    items = [
        Item(
            LANGUAGES[row % 8], row, KINDS[row % 5], frozenset({str(subject[row] // 3)}) if row % 3 else frozenset(),
            country=COUNTRIES[row % 8], speaks=frozenset({LANGUAGES[row % 8], "en"}),
        )
        for row in range(size)
    ]  # fmt: skip
    needs, offers = (Side(vectors[first::2], items[first::2]) for first in (0, 1))
    return vectors, subject, needs, offers, _ties(draw, subject, size)


def _ties(draw: Any, subject: Any, size: int) -> Any:
    """Four of five ties join two of one subject."""
    order = np.argsort(subject, kind="stable")
    place = np.empty(size, np.int64)
    place[order] = np.arange(size)
    one = np.repeat(np.arange(size), TIES)
    beside = order[np.clip(place[one] + draw.integers(-20, 21, len(one)), 0, size - 1)]
    other = np.where(draw.random(len(one)) < 0.8, beside, draw.integers(0, size, len(one)))
    return np.stack([one, other], 1)[one != other]


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
