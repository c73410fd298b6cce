"""Vectors for thousands of synthetic rows: the real encoder reads the 576 texts of the need-offer set once; a row's
vector is that of its text, moved a little at random, so that it has near and far neighbours as real ones do.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import world
from bench.synthetic import Said

Array = NDArray[np.float32]
NOISES = 1024
NOISE = 0.25
"""Length of the random move beside a unit vector: two rows of one text are about as near as two rewordings are."""


def of_texts(texts: Sequence[Said], prefix: str) -> tuple[Array, str]:
    """Vectors of these texts by the real encoder, float32 [n, size], and its version; kept in a file between runs."""
    from koinon.kit.meaning.build import read_manifest

    folder = world.encoder_folder()
    version = str(read_manifest(folder)["version"])
    plain = [f"{each.title} {each.text}" for each in texts]
    mark = hashlib.sha256("\0".join([version, prefix, *plain]).encode()).hexdigest()[:16]
    file = world.DATA / f"vectors-{mark}.npy"
    if file.exists():
        return np.load(file), version
    return _encoded(plain, prefix, folder, file), version


def noises(size: int) -> Array:
    """Random moves, float32 [NOISES, size]."""
    drawn = np.random.default_rng(5).standard_normal((NOISES, size)).astype(np.float32)
    return np.asarray(NOISE * drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def of_abouts(abouts: Sequence[Said], texts: Sequence[Said], vectors: Array) -> Array:
    """Vectors of texts made of several: the mean of those whose words they hold, as the encoder does with windows."""
    parts = [f"{each.title} {each.text}".strip() for each in texts]
    rows = []
    for about in abouts:
        held = [place for place, part in enumerate(parts) if part in about.text]
        mean = vectors[held].mean(0)
        rows.append(mean / np.linalg.norm(mean))
    return np.asarray(rows, np.float32)


def _encoded(plain: Sequence[str], prefix: str, folder: Path, file: Path) -> Array:
    from koinon.kit.meaning.local import Encoder

    vectors = Encoder(folder, threads=2).encode(plain, prefix)
    np.save(file, vectors)
    return vectors
