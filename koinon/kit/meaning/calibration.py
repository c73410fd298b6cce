"""Takes the accent of languages out of vectors, so that texts meet by what they say.

Raw cosines mislead: two random texts of one language look more alike than a text and its translation often do. So
the mean of each language and kind of text is removed, learnt from the network's own texts, each mean leaning on
the whole when texts are few. What `nearest` does with the result is the other half.
"""

import ast
import hashlib
import io
import json
import math
import sys
import zipfile
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from koinon.kit.meaning.arrays import Wholes, np

from .port import Vectors

WEIGHT = 10
"""How many texts the mean of everything counts for, beside the texts of one language and kind."""

METHOD = "means.1"
DUST = 1e-6
"""A shorter vector is what rounding left of nothing."""

Key = tuple[str, str]
"""Language and kind of text: ("lt", "need")."""


@dataclass(frozen=True)
class Calibration:
    """What was learnt from the texts of one network: a mean for each language and kind.

    `means` has one row per key of `keys`, already leaning; `counts` says from how many texts. `kinds` holds the
    mean of each kind over all languages, for a language that was not seen; `whole` that of everything.
    """

    encoder: str
    keys: tuple[Key, ...]
    counts: tuple[int, ...]
    means: Vectors = field(repr=False)
    kinds: dict[str, Vectors] = field(repr=False)
    whole: Vectors = field(repr=False)

    @property
    def version(self) -> str:
        """Name of this calibration: encoder, method and a checksum of the means; stored beside every vector."""
        mixed = hashlib.sha256(np.round(self.means, 5).tobytes() + json.dumps(self.keys).encode())
        return f"{self.encoder}/{METHOD}/{mixed.hexdigest()[:12]}"

    def mean(self, language: str, kind: str) -> Vectors:
        """Give the mean to take away from a text of this language and kind, float32 [size].

        A language that was not among the texts of its kind gets the mean of the kind, an unknown kind that of all.
        """
        key = (language, kind)
        if key in self.keys:
            row: Vectors = self.means[self.keys.index(key)]
            return row
        return self.kinds.get(kind, self.whole)

    def apply(self, vectors: Vectors, languages: Sequence[str], kinds: Sequence[str]) -> Vectors:
        """Give vectors [n, size] without their mean, of unit length again; a vector that equals its mean is zero."""
        found = np.array(vectors, np.float32, copy=True)
        for key, rows in group(languages, kinds).items():
            found[rows] -= self.mean(*key)
        return unit(found)

    def to_bytes(self) -> bytes:
        """Write everything as one npz file, about 1.5 KB per language and kind."""
        about = {
            "encoder": self.encoder,
            "method": METHOD,
            "keys": self.keys,
            "counts": self.counts,
            "kinds": list(self.kinds),
        }
        rows = [self.means, *(each[None] for each in self.kinds.values()), self.whole[None]]
        file = io.BytesIO()
        np.savez(file, about=np.frombuffer(json.dumps(about).encode(), np.uint8), rows=np.concatenate(rows))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Calibration":
        """Read what `to_bytes` wrote; raises ValueError for anything else, also for another method."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                about: dict[str, Any] = json.loads(file["about"].tobytes())
                rows = np.asarray(file["rows"], np.float32)
        except Exception as error:  # a zip or an array may be broken in many ways
            raise ValueError("This is not a calibration.") from error
        if about.get("method") != METHOD:
            raise ValueError(f"This calibration was made by another method: {about.get('method')}.")
        keys = tuple((str(language), str(kind)) for language, kind in about["keys"])
        return cls(
            encoder=about["encoder"],
            keys=keys,
            counts=tuple(about["counts"]),
            means=rows[: len(keys)],
            kinds=dict(zip(about["kinds"], rows[len(keys) : -1], strict=True)),
            whole=rows[-1],
        )


@dataclass(frozen=True)
class Means:
    """What a calibration takes away from one text, read and done without numpy: for the questions of web processes."""

    of: dict[Key, Sequence[float]] = field(repr=False)
    kinds: dict[str, Sequence[float]] = field(repr=False)
    whole: Sequence[float] = field(repr=False)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Means":
        """Read what `Calibration.to_bytes` wrote; raises ValueError for anything else."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                about: dict[str, Any] = json.loads(_npy(file.read("about.npy"))[1])
                (count, size), numbers = _npy(file.read("rows.npy"))
            rows = array("f", numbers)
        except Exception as error:  # a zip may be broken in many ways
            raise ValueError("This is not a calibration.") from error
        if sys.byteorder == "big":
            rows.byteswap()
        each = [rows[place * size : (place + 1) * size] for place in range(count)]
        keys = [(str(language), str(kind)) for language, kind in about["keys"]]
        return cls(
            of=dict(zip(keys, each, strict=False)),
            kinds=dict(zip(about["kinds"], each[len(keys) : -1], strict=True)),
            whole=each[-1],
        )

    def centred(self, vector: Sequence[float], language: str, kind: str) -> list[float]:
        """The vector [size] without its mean, of unit length again, as `Calibration.apply` gives it."""
        mean = self.of.get((language, kind)) or self.kinds.get(kind, self.whole)
        found = [number - usual for number, usual in zip(vector, mean, strict=True)]
        length = math.sqrt(math.fsum(number * number for number in found))
        return [number / length for number in found] if length > DUST else [0.0] * len(found)


def _npy(data: bytes) -> tuple[tuple[int, ...], bytes]:
    """Shape and numbers of an array as numpy's format 1.0 keeps them (NEP 1): magic, length of the header, header."""
    begin = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:begin].decode("latin-1"))
    if data[:8] != b"\x93NUMPY\x01\x00" or header["descr"] not in ("<f4", "|u1") or header["fortran_order"]:
        raise ValueError("This is not an array that a calibration has.")
    return header["shape"], data[begin:]


def fit(vectors: Vectors, languages: Sequence[str], kinds: Sequence[str], *, encoder: str = "") -> Calibration:
    """Learn the means from unit vectors [n, size] of the network's own texts.

    With n texts of a language and kind: (n * own + 10 * all) / (n + 10), where `all` is the mean of that kind over
    every language. No text at all gives a calibration that changes nothing.
    """
    size = vectors.shape[1] if vectors.ndim == 2 else 0
    by_kind = {kind: _mean(vectors[rows], size) for kind, rows in _rows(kinds).items()}
    parts = group(languages, kinds)
    means = [
        (vectors[rows].sum(0, dtype=np.float64) + WEIGHT * by_kind[kind]) / (len(rows) + WEIGHT)
        for (_, kind), rows in parts.items()
    ]
    return Calibration(
        encoder=encoder,
        keys=tuple(parts),
        counts=tuple(len(rows) for rows in parts.values()),
        means=np.array(means, np.float32).reshape(len(means), size),
        kinds=by_kind,
        whole=_mean(vectors, size),
    )


def unit(vectors: Vectors) -> Vectors:
    """Bring every row to length one; a row of zeros, or of the dust of rounding, becomes zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = np.where(length > DUST, vectors / np.maximum(length, DUST), 0).astype(np.float32)
    return result


def group(languages: Sequence[str], kinds: Sequence[str]) -> dict[Key, Wholes]:
    """Collect the positions of each (language, kind), keys in order."""
    return _rows(list(zip(languages, kinds, strict=True)))


def _rows(keys: Sequence[Any]) -> dict[Any, Wholes]:
    found: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return {key: np.array(found[key], np.int64) for key in sorted(found)}


def _mean(vectors: Vectors, size: int) -> Vectors:
    if not len(vectors):
        return np.zeros(size, np.float32)
    return np.asarray(vectors.mean(0, dtype=np.float64), np.float32)
