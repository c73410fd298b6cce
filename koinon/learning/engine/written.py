"""Answers as people write them: words with or without accents, numbers with the signs of their language."""

import html
import math
import re
import unicodedata
from typing import Any

LONGEST_NUMBER, LONGEST_WORDS = 60, 2_000
_TAG = re.compile(r"<[^<>]*>")
_COMMA = frozenset(
    ("bg", "bs", "de", "el", "es", "fr", "hr", "it", "lt", "mk", "nl", "pl", "pt", "ro", "ru", "sq", "sr", "tr", "uk")
)
"""Languages that write 1,5 for one and a half (and 1.500 or 1 500 for one thousand five hundred)."""
_MINUS = dict.fromkeys(map(ord, "\u2212\u2012\u2013\u2014\ufe63\uff0d\u2010\u2011"), "-")
_BLANKS = re.compile(r"[\s'’\u00a0\u2009\u202f]+")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


def plain(text: Any) -> str:
    """The words of inline HTML on one line: NFC, entities resolved."""
    if not isinstance(text, str):
        return ""
    words = html.unescape(_TAG.sub(" ", re.sub(r"</?(?:b|i|em|strong|span|sub|sup|code|u)\b[^<>]*>", "", text)))
    return " ".join(unicodedata.normalize("NFC", words).split())


def folded(text: str, is_case_sensitive: bool = False, ignores_accents: bool = False) -> str:
    """What two writings of an answer have in common: compatible forms, quotes, dashes, blanks, end signs."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = " ".join(_DASHES.sub("-", text).split())
    text = text if is_case_sensitive else text.casefold().replace("ς", "σ")
    if ignores_accents:
        text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", text)


def accepts(answer: str, pattern: str, is_case_sensitive: bool = False, ignores_accents: bool = False) -> bool:
    r"""Whether an answer is what a pattern means: * stands for anything, \* for the sign. Linear in the answer."""
    if not pattern or len(answer) > LONGEST_WORDS:
        return False
    given = folded(answer, is_case_sensitive, ignores_accents)
    pieces = [
        folded(piece.replace("\0", "*"), is_case_sensitive, ignores_accents)
        for piece in pattern.replace("\\*", "\0").split("*")
    ]
    if len(pieces) == 1:
        return given == pieces[0]
    first, *middle, last = pieces
    if not given.startswith(first) or not given.endswith(last) or len(given) < len(first) + len(last):
        return False
    at, end = len(first), len(given) - len(last)
    for piece in middle:
        at = given.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def as_number(value: Any, language: str = "") -> float | None:
    """A number of JSON or as somebody wrote it in a language; None when it is none, or is not finite.

    One comma or point is the decimal sign, save where exactly three digits follow the thousands sign of the language.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 and math.isfinite(value) else None
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NUMBER:
        return None
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", value).translate(_MINUS)).replace("٫", ".").replace("٬", "")
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    text = _point(text, "," if language.split("-")[0] in _COMMA else ".")
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return found if math.isfinite(found) else None


def _point(text: str, decimal: str) -> str:
    """The text with a point as decimal sign and no thousands."""
    points, commas = text.count("."), text.count(",")
    if points and commas:
        last = "." if text.rfind(".") > text.rfind(",") else ","
        other = "," if last == "." else "."
        return (
            text.replace(other, "").replace(last, ".") if text.count(last) == 1 and _grouped(text, other, last) else "?"
        )
    sign = "." if points else ","
    if points + commas > 1:
        return text.replace(sign, "") if _grouped(text, sign, "") else "?"
    if points + commas == 1 and sign != decimal and re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", text):
        return text.replace(sign, "")
    return text.replace(",", ".")


def _grouped(text: str, sign: str, decimal: str) -> bool:
    """Whether a thousands sign stands only before groups of three digits."""
    whole = text.split(decimal)[0] if decimal else text
    return bool(re.fullmatch(r"[+-]?\d{1,3}(?:" + re.escape(sign) + r"\d{3})+", whole))
