"""Gaps written into a text, as Moodle has them: {1:SHORTANSWER:=right#well done~%50%half~*#no} and its sisters."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from koinon.learning.engine.documents import Part, Question
from koinon.learning.engine.multilingual import Words
from koinon.learning.engine.written import as_number

_KINDS = {
    "SHORTANSWER": "short", "SA": "short", "MW": "short", "SHORTANSWER_C": "short", "SAC": "short", "MWC": "short",
    "NUMERICAL": "numeric", "NM": "numeric", "MULTICHOICE": "single", "MC": "single", "MULTICHOICE_V": "single",
    "MCV": "single", "MULTICHOICE_H": "single", "MCH": "single", "MULTICHOICE_S": "single", "MCS": "single",
    "MULTICHOICE_VS": "single", "MCVS": "single", "MULTICHOICE_HS": "single", "MCHS": "single",
}  # fmt: skip
GAP = re.compile(r"\{\s*(\d{0,4})\s*:\s*([A-Z_]{2,14})\s*:((?:\\.|[^\\{}])*)\}", re.DOTALL)
_CASE = ("SHORTANSWER_C", "SAC", "MWC")
_WRITTEN = {"short": "SHORTANSWER", "numeric": "NUMERICAL", "single": "MULTICHOICE"}


def has_gaps(text: str) -> bool:
    """Whether a text holds gaps of a kind that we know."""
    return any(match[2] in _KINDS for match in GAP.finditer(text))


def taken(text: str, words: Words) -> tuple[Part, ...]:
    """Parts of a cloze; its words go to `words`, the stem with [[gap]] marks. Gaps of unknown kinds stay text."""
    parts: list[Part] = []

    def mark(match: re.Match[str]) -> str:
        kind = _KINDS.get(match[2])
        if kind is None or len(parts) >= 200:
            return match[0]
        key = f"g{len(parts) + 1}"
        inner = [_inner(each, key, f"a{place}", kind, match[2] in _CASE, words)
                 for place, each in enumerate(_pieces(match[3]), 1)]  # fmt: skip
        parts.append(Part(key, float(match[1] or 1), {"kind": kind, "parts": inner}))
        return f"[[{key}]]"

    words.put("stem", GAP.sub(mark, text))
    return tuple(parts)


def _pieces(text: str) -> Iterator[str]:
    for piece in re.split(r"(?<!\\)~", text):
        if piece.strip():
            yield piece.strip()


def _inner(piece: str, gap: str, key: str, kind: str, is_case: bool, words: Words) -> dict[str, Any]:
    credit = 0.0
    if match := re.match(r"%\s*(-?\d{1,3}(?:[.,]\d{1,7})?)\s*%", piece):
        credit, piece = (as_number(match[1]) or 0.0) / 100, piece[match.end() :]
    elif piece.startswith("="):
        credit, piece = 1.0, piece[1:]
    said, _, feedback = re.split(r"(?<!\\)(#)", piece, maxsplit=1) if re.search(r"(?<!\\)#", piece) else (piece, "", "")
    said, feedback = _plain(said.strip()), _plain(feedback.strip())
    words.put(f"{gap}.{key}.feedback", feedback)
    found: dict[str, Any] = {"key": key, "credit": credit}
    if kind == "numeric":
        value, _, tolerance = said.partition(":")
        number = as_number(value)
        found |= {"value": number, "tolerance": as_number(tolerance) or 0.0} if number is not None else {"value": "*"}
    else:
        words.put(f"{gap}.{key}.text", said)
        found |= {"is_case_sensitive": True} if is_case else {}
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\([~#{}\"/=%\\])", r"\1", text)


def _escaped(text: str) -> str:
    return re.sub(r"([~#{}=%\\])", r"\\\1", text)


def written(question: Question, said: Mapping[str, str]) -> str:
    """The stem of a cloze with its gaps in Moodle's syntax, in one language."""
    stem = said.get("stem", "")
    for part in question.parts:
        stem = stem.replace(f"[[{part.key}]]", _gap(part, said))
    return stem


def _gap(part: Part, said: Mapping[str, str]) -> str:
    inner, kind = part.facts.get("parts") or (), part.facts.get("kind", "short")
    pieces = []
    for each in inner:
        name, credit = f"{part.key}.{each['key']}", each.get("credit", 0.0)
        start = "=" if credit == 1 else f"%{credit * 100:.7g}%" if credit else ""
        text = _escaped(said.get(f"{name}.text", ""))
        if kind == "numeric":
            text = "*" if each.get("value") == "*" else f"{each.get('value')!r}:{each.get('tolerance', 0.0)!r}"
        feedback = said.get(f"{name}.feedback", "")
        pieces.append(start + text + (f"#{_escaped(feedback)}" if feedback else ""))
    name = _WRITTEN.get(str(kind), "SHORTANSWER")
    name = "SHORTANSWER_C" if kind == "short" and any(each.get("is_case_sensitive") for each in inner) else name
    weight = max(1, round(part.credit)) if part.credit else 1
    return f"{{{weight}:{name}:{'~'.join(pieces)}}}"
