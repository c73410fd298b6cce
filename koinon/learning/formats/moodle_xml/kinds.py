"""The kinds of questions that Moodle XML has, each as one of ours: kind and parts; words go to `words`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from koinon.learning.engine import embedded, xml
from koinon.learning.engine.documents import Part
from koinon.learning.engine.multilingual import Words, formatted
from koinon.learning.engine.written import as_number

_BOX = re.compile(r"\[\[(\d{1,3})\]\]")


@dataclass(frozen=True)
class Found:
    """What a reader of a kind found; `has_stem`: it has put the stem itself."""

    kind: str
    parts: list[Part]
    has_stem: bool = False


def said(element: Any, name: str = "") -> str:
    """The text of an element (or of its child of that name) as HTML, by its format."""
    found = xml.child(element, name) if name else element
    if found is None:
        return ""
    text = xml.child(found, "text")
    content = "".join(text.itertext()) if text is not None else (found.text or "")
    form = (found.get("format") or "").replace("moodle_auto_format", "")
    return formatted(content.strip(), form)


def _credit(answer: Any) -> float:
    return round((as_number(xml.attribute(answer, "fraction")) or 0.0) / 100, 7)


def _answers(element: Any, words: Words) -> list[Part]:
    parts = []
    for place, answer in enumerate(xml.children(element, "answer"), 1):
        words.put(f"a{place}.text", said(answer))
        words.put(f"a{place}.feedback", said(answer, "feedback"))
        parts.append(Part(f"a{place}", _credit(answer)))
    return parts


def _choice(element: Any, words: Words) -> Found | None:
    parts = _answers(element, words)
    is_single = xml.text(element, "single").lower() in ("true", "1", "")
    return Found("single" if is_single else "multiple", parts) if parts else None


def _set(element: Any, words: Words) -> Found | None:
    parts = _answers(element, words)
    right = sum(part.credit > 0 for part in parts)
    credits = [1 / right if part.credit > 0 else -1 / right for part in parts] if right else []
    return Found("multiple", [Part(p.key, round(c, 7)) for p, c in zip(parts, credits, strict=True)]) if right else None


def _truth(element: Any, words: Words) -> Found | None:
    credits = {}
    for answer in xml.children(element, "answer"):
        key = (xml.text(answer, "text") or (answer.text or "")).strip().lower()
        if key in ("true", "false"):
            credits[key] = _credit(answer)
            words.put(f"{key}.feedback", said(answer, "feedback"))
    return Found("true_false", [Part(key, credits.get(key, 0.0)) for key in ("true", "false")]) if credits else None


def _short(element: Any, words: Words) -> Found | None:
    facts = {"is_case_sensitive": True} if xml.text(element, "usecase") == "1" else {}
    parts = [Part(part.key, part.credit, facts) for part in _answers(element, words)]
    return Found("short", parts) if parts else None


def _number(element: Any, words: Words) -> Found | None:
    parts = []
    for place, answer in enumerate(xml.children(element, "answer"), 1):
        value = (xml.text(answer, "text") or (answer.text or "")).strip()
        number, near = as_number(value), as_number(xml.text(answer, "tolerance") or "0")
        if number is None and value != "*":
            return None
        facts = {"value": "*"} if number is None else {"value": number, "tolerance": near or 0.0}
        words.put(f"a{place}.feedback", said(answer, "feedback"))
        parts.append(Part(f"a{place}", _credit(answer), facts))
    return Found("numeric", parts) if parts else None


def _match(element: Any, words: Words) -> Found | None:
    parts = []
    for place, pair in enumerate(xml.children(element, "subquestion"), 1):
        words.put(f"a{place}.text", said(pair))
        words.put(f"a{place}.other", said(pair, "answer"))
        parts.append(Part(f"a{place}"))
    return Found("match", parts) if parts else None


def _order(element: Any, words: Words) -> Found | None:
    parts = [Part(part.key) for part in _answers(element, words)]
    return Found("order", parts) if len(parts) > 1 else None


def _long(element: Any, words: Words) -> Found:
    return Found("long", [])


def _cloze(element: Any, words: Words) -> Found | None:
    parts = embedded.taken(said(element, "questiontext"), words)
    return Found("cloze", list(parts), has_stem=True) if parts else None


def _boxes(element: Any, words: Words) -> Found | None:
    """Words to drag or select into places: gaps that choose among the words of the same group."""
    boxes = [each for each in element if xml.local(each) in ("dragbox", "selectoption")]
    groups = [xml.text(each, "group") or "1" for each in boxes]
    parts: list[Part] = []

    def gap(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= len(boxes) or len(parts) >= 100:
            return match[0]
        key = f"g{len(parts) + 1}"
        inner = []
        for place, box in enumerate(boxes, 1):
            if groups[place - 1] == groups[number - 1]:
                words.put(f"{key}.a{place}.text", said(box))
                inner.append({"key": f"a{place}", "credit": float(place == number)})
        parts.append(Part(key, 1.0, {"kind": "single", "parts": inner}))
        return f"[[{key}]]"

    words.put("stem", _BOX.sub(gap, said(element, "questiontext")))
    return Found("cloze", parts, has_stem=True) if parts else None


KINDS: Mapping[str, Callable[[Any, Words], Found | None]] = {
    "multichoice": _choice, "multichoiceset": _set, "truefalse": _truth, "shortanswer": _short, "numerical": _number,
    "matching": _match, "ddmatch": _match, "ordering": _order, "essay": _long, "cloze": _cloze, "ddwtos": _boxes,
    "gapselect": _boxes,
}  # fmt: skip
