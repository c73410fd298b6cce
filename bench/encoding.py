"""Texts embedded per second by the encoder of this machine: short ones as offers and needs are, and long ones."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import synthetic, world
from bench.measures import rounded

SHORT, LONG, QUESTIONS = 384, 48, 60
WARM = 32


def measure() -> dict[str, Any]:
    """Texts per second and per CPU second, with one thread and with two; milliseconds of one question."""
    from koinon.kit.meaning.build import read_manifest
    from koinon.kit.meaning.local import Encoder

    folder = world.encoder_folder()
    texts = synthetic.said()
    short = [f"{each.title} {each.text}" for each in texts][:SHORT]
    long = [each.text for each in synthetic.abouts(texts)][:LONG]
    found: dict[str, Any] = {"encoder": read_manifest(folder)["version"]}
    for threads in (1, 2):
        encoder = Encoder(folder, threads=threads)
        encoder.encode(short[:WARM], "query")
        found[f"short, {threads} threads"] = _rate(encoder, short)
        found[f"long, {threads} threads"] = _rate(encoder, long)
    found["one question ms"] = _question(folder, [each.title for each in texts[:QUESTIONS]])
    return found


def _rate(encoder: Any, texts: Sequence[str]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    encoder.encode(texts, "query")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    letters = sum(map(len, texts)) / len(texts)
    return {
        "texts/s": rounded(len(texts) / wall, 1),
        "texts/CPU-s": rounded(len(texts) / cpu, 1),
        "letters": rounded(letters, 0),
    }


def _question(folder: Path, words: Sequence[str]) -> float:
    """What somebody waits for who searches: one short text alone, one thread."""
    from koinon.kit.meaning.local import Encoder

    encoder = Encoder(folder, threads=1)
    encoder.encode(words[:2], "query")
    begun = time.perf_counter()
    for each in words:
        encoder.encode([each], "query")
    return rounded((time.perf_counter() - begun) / len(words) * 1000, 1)
