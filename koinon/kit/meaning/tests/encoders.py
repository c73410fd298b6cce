"""Encoders for tests: the real one (built once if it is not there), one that counts letters, one that is slow."""

import os
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from koinon.kit.meaning.build import build
from koinon.kit.meaning.local import Encoder
from koinon.kit.meaning.port import Kind, Vectors

ROOT = Path(__file__).resolve().parents[4]


def encoder_folder() -> Path:
    """Where the model of this machine lies; made in four seconds when it is not there."""
    told = os.environ.get("KOINON_ENCODER_FOLDER") or str(Path(os.environ.get("KOINON_DATA", ROOT / "var")) / "encoder")
    return build(Path(told))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder(encoder_folder())


class Letters:
    """Turns a text into counts of its letter pairs: no meaning, but like texts are near."""

    version = "letters.1"
    size = 64

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], Kind]] = []

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        self.asked.append((list(texts), kind))
        found = np.full((len(texts), self.size), 0.01, np.float32)
        for row, text in enumerate(texts):
            for left, right in pairwise(text):
                found[row, (ord(left) * 31 + ord(right)) % self.size] += 1
        return found / np.linalg.norm(found, axis=1, keepdims=True)


class Slow(Letters):
    """Holds long requests until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.began = threading.Event()

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        if len(texts) > 4:
            self.began.set()
            self.go.wait(20)
        return super().encode(texts, kind)
