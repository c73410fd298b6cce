"""A question as its author types it, and back: lines and ticks instead of parts and credits. Keys of parts stay."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from koinon.learning.engine.documents import Part, Question
from koinon.learning.engine.plainmarks import marked, typed
from koinon.learning.engine.questions import GAP

CHOICES = 8
_TYPED_GAP = re.compile(r"\[\[([^\[\]]{1,400})\]\]")
LINES = ("short", "match", "order")


def shown(question: Question, language: str) -> dict[str, Any]:
    """What the form of a question shows: stem, right, wrong and what its kind asks for."""
    said = question.texts.get(language, {})
    found: dict[str, Any] = {name: typed(said.get(name, "")) for name in ("stem", "right", "wrong")}
    parts = question.parts
    if question.kind in ("single", "multiple"):
        for number, part in enumerate(parts[:CHOICES]):
            found |= {
                f"key_{number}": part.key, f"text_{number}": typed(said.get(f"{part.key}.text", "")),
                f"right_{number}": part.credit > 0, f"feedback_{number}": typed(said.get(f"{part.key}.feedback", "")),
            }  # fmt: skip
        found["is_for_surveys"] = bool(parts) and not any(part.credit > 0 for part in parts)
    if question.kind == "true_false":
        found["is_true"] = "true" if any(part.key == "true" and part.credit > 0 for part in parts) else "false"
    if question.kind == "numeric" and parts:
        facts = parts[0].facts
        found |= {"value": facts.get("value"), "tolerance": facts.get("tolerance", 0)}
    if question.kind == "short":
        found["is_case_sensitive"] = any(part.facts.get("is_case_sensitive") for part in parts)
    if question.kind in LINES:
        found["lines"] = "\n".join(_line(question.kind, part, said) for part in parts)
    if question.kind == "cloze":
        found["stem"] = GAP.sub(lambda gap: _gap_typed(question, gap[1], said), found["stem"])
    return found


def made(kind: str, said: Mapping[str, Any], old: Question | None, language: str, key: str = "") -> Question:
    """The question that was typed; texts of other languages stay where their parts are still there."""
    parts, words = _MAKERS[kind](said, old, language)
    stem = words.pop("stem", None) or marked(said.get("stem", ""))
    mine = {"stem": stem, **{name: marked(said.get(name, "")) for name in ("right", "wrong")}, **words}
    texts = {code: _still(texts, mine) for code, texts in (old.texts if old else {}).items() if code != language}
    texts[language] = {name: text for name, text in mine.items() if text}
    return Question(
        key or (old.key if old else ""), kind, tuple(parts), texts, float(said.get("points") or 1),
        bool(said.get("shuffles")), tuple(said.get("tags") or ()), old.raw if old else "",
    )  # fmt: skip


def _still(texts: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name in mine}


def _choices(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    rows = [number for number in range(CHOICES) if str(said.get(f"text_{number}", "")).strip()]
    right = [number for number in rows if said.get(f"right_{number}")]
    is_many = said.get("is_many")
    parts, words = [], {}
    for number in rows:
        key = said.get(f"key_{number}") or uuid4().hex[:8]
        share = 1 / len(right) if is_many and right else 1.0
        credit = round(share, 7) if number in right else (-round(share, 7) if is_many else 0.0)
        parts.append(Part(key, credit))
        words[f"{key}.text"] = marked(said[f"text_{number}"])
        words[f"{key}.feedback"] = marked(said.get(f"feedback_{number}", ""))
    return parts, words


def _several(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    return _choices({**said, "is_many": True}, old, language)


def _true_false(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    is_true = said.get("is_true") == "true"
    return [Part("true", float(is_true)), Part("false", float(not is_true))], {}


def _numeric(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    key = old.parts[0].key if old and old.parts else "n"
    return [Part(key, 1.0, {"value": said.get("value"), "tolerance": said.get("tolerance") or 0})], {}


def _long(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    return [], {}


def _short(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    parts, words = [], {}
    facts = {"is_case_sensitive": True} if said.get("is_case_sensitive") else {}
    for key, line in _keyed(said, old, language):
        text, _stroke, share = line.partition("|")
        parts.append(Part(key, _credit(share), facts))
        words[f"{key}.text"] = text.strip()
    return parts, words


def _order(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    rows = _keyed(said, old, language)
    credit = round(1 / len(rows), 7) if rows else 0.0
    return [Part(key, credit) for key, _line in rows], {f"{key}.text": marked(line) for key, line in rows}


def _match(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    rows = _keyed(said, old, language)
    pairs = [(key, *(side.strip() for side in line.partition("=")[::2])) for key, line in rows]
    number = sum(bool(left) for _key, left, _right in pairs)
    parts = [Part(key, round(1 / number, 7) if left else 0.0) for key, left, _right in pairs]
    words = {f"{key}.text": marked(left) for key, left, _right in pairs}
    return parts, words | {f"{key}.other": marked(right) for key, _left, right in pairs}


def _cloze(said: Mapping[str, Any], old: Question | None, language: str) -> tuple[list[Part], dict[str, str]]:
    """Gaps are typed where they stand: [[Tirana | Tiranë]] to write, [[Tirana* / Skopje]] to choose."""
    before = {part.key: part for part in (old.parts if old else ())}
    keys = list(before) if old and len(before) == len(_TYPED_GAP.findall(said.get("stem", ""))) else []
    parts: list[Part] = []
    words: dict[str, str] = {}

    def gap(found: re.Match[str]) -> str:
        key = keys[len(parts)] if keys else f"g{uuid4().hex[:6]}"
        is_choice = "*" in found[1] and "/" in found[1]
        answers = [each.strip() for each in re.split(r"/" if is_choice else r"\|", found[1]) if each.strip()]
        inner = [_inner(key, place, answer, is_choice, words) for place, answer in enumerate(answers)]
        parts.append(Part(key, 1.0, {"kind": "single" if is_choice else "short", "parts": inner}))
        return f"[[{key}]]"

    words["stem"] = marked(_TYPED_GAP.sub(gap, said.get("stem", "")))
    return parts, words


def _inner(gap: str, place: int, answer: str, is_choice: bool, words: dict[str, str]) -> dict[str, Any]:
    is_right = not is_choice or answer.endswith("*")
    words[f"{gap}.a{place}.text"] = answer.removesuffix("*").strip()
    return {"key": f"a{place}", "credit": 1.0 if is_right else 0.0}


def _gap_typed(question: Question, key: str, said: Mapping[str, str]) -> str:
    part = next((part for part in question.parts if part.key == key), None)
    facts = part.facts if part else {}
    is_choice = facts.get("kind") == "single"
    answers = [
        str(said.get(f"{key}.{inner['key']}.text", "")) + ("*" if is_choice and inner.get("credit", 0) > 0 else "")
        for inner in facts.get("parts", ())
    ]
    return f"[[{(' / ' if is_choice else ' | ').join(answers)}]]"


def _keyed(said: Mapping[str, Any], old: Question | None, language: str) -> list[tuple[str, str]]:
    """Lines with the keys of their parts: by their place while there are as many as before, else by what they say."""
    lines = [line.strip() for line in str(said.get("lines", "")).splitlines() if line.strip()]
    parts = old.parts if old else ()
    if len(parts) == len(lines):
        return [(part.key, line) for part, line in zip(parts, lines, strict=True)]
    texts = old.texts.get(language, {}) if old else {}
    known = {_line(old.kind, part, texts): part.key for part in parts} if old else {}
    return [(known.pop(line, "") or uuid4().hex[:8], line) for line in lines]


def _line(kind: str, part: Part, said: Mapping[str, str]) -> str:
    text = typed(said.get(f"{part.key}.text", "")).replace("\n", " ")
    if kind == "match":
        return f"{text} = {typed(said.get(f'{part.key}.other', ''))}".strip()
    if kind == "short" and part.credit < 0.99:
        return f"{text} | {round(100 * part.credit)}"
    return text


def _credit(text: str) -> float:
    try:
        return max(0.0, min(1.0, float(text.strip().rstrip("%") or 100) / 100))
    except ValueError:
        return 1.0


_MAKERS: Mapping[str, Any] = {
    "single": _choices, "multiple": _several, "true_false": _true_false, "short": _short, "numeric": _numeric,
    "match": _match, "order": _order, "cloze": _cloze, "long": _long,
}  # fmt: skip
