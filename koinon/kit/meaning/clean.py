"""Prepares a text for the encoder: any string that a person can send becomes one that cannot hurt."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

WINDOW = 500
"""Tokens read at once; the model knows 512 places, two of them for the ends and a few for the prefix."""

WINDOWS = 8
"""Windows of one text that are read; what stands after four thousand tokens does not count."""

LETTERS = 32_000
"""Letters of a text that are looked at, before and after one letter may have become eighteen (U+FDFA)."""

_NOT_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_SPACE = re.compile(r"\s+")


def clean(text: str | None) -> str:
    """Give `text` in NFC, in one line, without NUL, control signs, lone surrogates, and at most LETTERS long.

    Never fails and is the same when done twice; None becomes empty.
    """
    if not text:
        return ""
    plain = _NOT_TEXT.sub(" ", text[:LETTERS])
    plain = unicodedata.normalize("NFC", plain)
    return _SPACE.sub(" ", plain).strip()[:LETTERS].strip()


def widened(text: str) -> str:
    """Write a cleaned text as the tokenizer will (NFKC), so that its length can be limited beforehand."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)[:LETTERS]


def windows(tokens: Sequence[int], size: int = WINDOW, most: int = WINDOWS) -> list[Sequence[Any]]:
    """Cut tokens into even windows of at most `size`, at most `most` of them; no token gives one empty window."""
    kept = tokens[: size * most]
    count = max(1, -(-len(kept) // size))
    edges = [len(kept) * each // count for each in range(count + 1)]
    return [kept[start:stop] for start, stop in pairwise(edges)]
