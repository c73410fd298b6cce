"""How many words a text has, as a person counts them who writes in that language.

Word boundaries are those of Unicode (UAX #29), so accents, Cyrillic and apostrophes inside words are right by
themselves. On top of them: what is joined by a hyphen is one word, an address of the web or of mail is one, digits in
groups are one number where the language writes them so, and Greek has its ό,τι and its raised point.
Scripts without blanks (Chinese, Thai) are counted by signs, as their writers do.
"""

import unicodedata
from functools import lru_cache

import regex  # type: ignore[import-untyped]
from babel import Locale, UnknownLocaleError

LETTERS = 400_000
"""Signs of a text that are read."""

_BOUNDARY = regex.compile(r"(?V1w)\b")
_SAYS_SOMETHING = regex.compile(r"[\p{L}\p{N}]")
_ADDRESS = regex.compile(r"(?:https?://|www\.)[^\s<>]+|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_GROUPED = regex.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")
_ANYTHING = regex.compile(r"(?i)\b[όο],τι(?=\w*\b)")
_HYPHENS = frozenset("-\u2010\u2011")
_SPACES = frozenset(" \u00a0\u2009\u202f")


def word_count(text: str, language: str = "") -> int:
    """Count the words of `text` written in `language` (a code; "" or an unknown one: the rules of Unicode alone)."""
    plain = _ADDRESS.sub("x", unicodedata.normalize("NFC", text[:LETTERS]))
    if language[:2] == "el":
        plain = _ANYTHING.sub("ότι", plain.replace("\u00b7", " "))
    if _groups_by_blanks(language[:2]):
        plain = _GROUPED.sub("1", plain)
    count, is_open, follows = 0, False, False
    for piece in _BOUNDARY.split(plain):
        if not piece:
            continue
        if _SAYS_SOMETHING.search(piece):
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
