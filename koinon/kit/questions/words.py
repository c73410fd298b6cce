"""How many words a text has, as a person counts them who writes in that language.

Word boundaries are those of Unicode (UAX #29), so accents, Cyrillic and apostrophes inside words are right by
themselves. On top of them: what is joined by a hyphen is one word, an address of the web or of mail is one, digits in
groups are one number where the language writes them so, and Greek has its ό,τι and its raised point.
Scripts without blanks (Chinese, Thai) are counted by signs, as their writers do.
"""

import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError

LETTERS = 400_000
"""Signs of a text that are read."""

_HYPHENS = frozenset("-\u2010\u2011")
_SPACES = frozenset(" \u00a0\u2009\u202f")


class _Patterns(NamedTuple):
    boundary: Any
    says_something: Any
    address: Any
    grouped: Any
    anything: Any


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    """Read when words are counted first: the tables of Unicode are 2 MB, and most web processes count none."""
    import regex  # type: ignore[import-untyped]

    return _Patterns(
        boundary=regex.compile(r"(?V1w)\b"),
        says_something=regex.compile(r"[\p{L}\p{N}]"),
        address=regex.compile(r"(?:https?://|www\.)[^\s<>]+|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+"),
        grouped=regex.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)"),
        anything=regex.compile(r"(?i)\b[όο],τι(?=\w*\b)"),
    )


def word_count(text: str, language: str = "") -> int:
    """Count the words of `text` written in `language` (a code; "" or an unknown one: the rules of Unicode alone)."""
    patterns = _patterns()
    plain = patterns.address.sub("x", unicodedata.normalize("NFC", text[:LETTERS]))
    if language[:2] == "el":
        plain = patterns.anything.sub("ότι", plain.replace("\u00b7", " "))
    if _groups_by_blanks(language[:2]):
        plain = patterns.grouped.sub("1", plain)
    count, is_open, follows = 0, False, False
    for piece in patterns.boundary.split(plain):
        if not piece:
            continue
        if patterns.says_something.search(piece):
            count += not is_open
            is_open = False
            follows = True
        else:
            is_open = piece in _HYPHENS and count > 0 and follows
            follows = False
    return count


@lru_cache(maxsize=64)
def _groups_by_blanks(language: str) -> bool:
    """True if the language writes 12 345: then it is one number, with whatever blank it was typed."""
    try:
        symbols = Locale.parse(language).number_symbols
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return symbols.get("latn", symbols).get("group") in _SPACES
