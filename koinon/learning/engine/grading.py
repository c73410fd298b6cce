"""What an answer earns: pure, the same in every language, and patient with anything that a browser may send.

Answers are JSON keyed by the stable keys of parts; "" is the key of a question's one field:
single, multiple, true_false {part: true}; short, numeric, long {"": "text"}; match {part: part whose right-hand text
was chosen}; order {part: place from 1} or {"": [parts in order]}; cloze {gap: "text"}, or {gap: inner part key}.
What is malformed counts as not answered.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from koinon.learning.engine.documents import Part, Question, Texts, chosen
from koinon.learning.engine.written import accepts, as_number, plain

LONGEST_ANSWER = 50_000


@dataclass(frozen=True)
class PartMark:
    """What one part earned (`credit`, a share of the question's points), whether it was right (None: nothing to say,
    such as a choice that was rightly left alone), and the names of texts to show."""

    credit: float = 0.0
    is_right: bool | None = None
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marking:
    """`share` 0..1 of the points; `waits`: a person must read it, until then the share is 0; `feedback`: names of texts
    for the whole question. Texts are looked up in the reader's language."""

    share: float = 0.0
    is_right: bool = False
    waits: bool = False
    parts: Mapping[str, PartMark] = field(default_factory=dict)
    feedback: tuple[str, ...] = ()


def mark(question: Question, answer: Any, language: str) -> Marking:
    """Mark an answer given in a language. Never raises for an answer, whatever it is."""
    marker = _MARKERS.get(question.kind)
    if marker is None:
        return Marking()
    given = answer if isinstance(answer, Mapping) else {}
    found = marker(question, given, language)
    share = min(1.0, max(0.0, found.share))
    share = round(share, 4) if abs(share - round(share, 4)) < 1e-3 else share
    is_right = found.is_right or (share >= 0.9995 and question.kind not in ("multiple", "long"))
    feedback = () if found.waits else _names(question, "right" if is_right else "wrong")
    return replace(found, share=1.0 if share >= 0.9995 else share, is_right=is_right, feedback=feedback)


def is_answered(question: Question, answer: Any) -> bool:
    """Whether there is anything in it that counts as an answer."""
    if not isinstance(answer, Mapping):
        return False
    if question.kind in ("single", "multiple", "true_false"):
        return bool(_ticked(question, answer))
    if question.kind == "order":
        return bool(_places(question, answer))
    if question.kind in ("match", "cloze"):
        return any(_written(answer, part.key) for part in question.parts)
    return bool(_written(answer, ""))


def ordered(keys: Iterable[str], seed: str) -> list[str]:
    """Keys in an order that depends on them and the seed alone, never on texts, places or language."""
    return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}\n{key}".encode("utf-8", "replace")).digest(), key))


def shuffled(question: Question, seed: str) -> list[str]:
    """Part keys in the order to show: choices, the steps of an order, or the right-hand choices of a match.

    Orders and matches are always shuffled, true/false never. An order that came out right is turned by one.
    """
    keys = [part.key for part in question.parts]
    if question.kind not in ("order", "match") and (not question.shuffles or question.kind == "true_false"):
        return keys
    found = ordered(keys, f"{seed}\n{question.key}")
    return found[1:] + found[:1] if question.kind == "order" and found == keys else found


def options(question: Question, language: str, seed: str = "") -> list[str]:
    """Keys of the right-hand choices of a match, shuffled by a seed; the same words stand once."""
    said = chosen(question.texts, (language,))[1]
    seen: dict[str, str] = {}
    for key in shuffled(question, seed):
        words = plain(said.get(f"{key}.other", ""))
        if words:
            seen.setdefault(words, key)
    return list(seen.values())


def pairs(question: Question) -> list[Part]:
    """The left-hand sides of a match: parts that have a left text in some language (the others are distractors)."""
    return [
        part
        for part in question.parts
        if not question.texts or any(said.get(f"{part.key}.text") for said in question.texts.values())
    ]


def gap(question: Question, part: Part) -> Question:
    """A gap of a cloze as the small question it is, with its own texts."""
    facts = part.facts
    raw = facts.get("parts") if isinstance(facts.get("parts"), list | tuple) else ()
    parts = tuple(
        Part(str(each.get("key", "")), as_number(each.get("credit")) or 0.0,
             {name: value for name, value in each.items() if name not in ("key", "credit")})
        for each in raw or () if isinstance(each, Mapping)
    )  # fmt: skip
    start = f"{part.key}."
    texts: Texts = {
        language: {name.removeprefix(start): text for name, text in said.items() if name.startswith(start)}
        for language, said in question.texts.items()
    }
    return Question(f"{question.key}.{part.key}", str(facts.get("kind", "short")), parts, texts)


def _mark_choices(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    ticked = _ticked(question, answer)
    if question.kind != "multiple" and len(ticked) > 1:
        ticked = set()
    parts, share = {}, 0.0
    for part in question.parts:
        if part.key in ticked:
            share += part.credit
            feedback = _names(question, f"{part.key}.feedback")
            parts[part.key] = PartMark(part.credit, part.credit > 0, feedback)
    right = {part.key for part in question.parts if part.credit > 0}
    is_right = bool(right) and ticked == right if question.kind == "multiple" else share >= 0.9995
    if question.kind == "multiple" and is_right:
        share = max(share, 1.0)
    return Marking(share, is_right, parts=parts)


def _mark_short(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    written = _written(answer, "")
    said = _accepted(question, language)
    return _best(question, [part for part in question.parts if written and accepts(
        written, plain(said.get(f"{part.key}.text", "")), bool(part.facts.get("is_case_sensitive")),
        bool(part.facts.get("ignores_accents")))])  # fmt: skip


def _mark_numeric(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    number = as_number(answer.get(""), language)
    return _best(question, [part for part in question.parts if number is not None and _is_near(part.facts, number)])


def _best(question: Question, matching: list[Part]) -> Marking:
    """Of all accepted answers that match, the first of those that earn most."""
    if not matching:
        return Marking()
    best = max(matching, key=lambda part: part.credit)
    found = PartMark(best.credit, best.credit > 0, _names(question, f"{best.key}.feedback"))
    return Marking(best.credit, parts={best.key: found})


def _is_near(facts: Mapping[str, Any], number: float) -> bool:
    low, high = as_number(facts.get("low")), as_number(facts.get("high"))
    if low is None or high is None:
        value, tolerance = as_number(facts.get("value")), abs(as_number(facts.get("tolerance")) or 0.0)
        if value is None:
            return facts.get("value") == "*"
        width = tolerance * abs(value) if facts.get("is_relative") else tolerance
        low, high = value - width, value + width
    room = 1e-9 * max(abs(low), abs(high), 1e-3)
    return min(low, high) - room <= number <= max(low, high) + room


def _mark_match(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    """Each pair earns its part; a choice with the same words as the right one is the right one."""
    said = chosen(question.texts, (language,))[1]
    keys = {part.key for part in question.parts}

    def is_right(part: Part) -> bool:
        to = answer.get(part.key)
        if not isinstance(to, str) or to not in keys:
            return False
        mine, other = plain(said.get(f"{part.key}.other", "")), plain(said.get(f"{to}.other", ""))
        return to == part.key or (bool(mine) and mine == other)

    return _weighed(question, pairs(question), lambda part: float(is_right(part)), answer)


def _mark_order(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    """Each right neighbour earns the same: one step in the wrong place costs what is around it, not all after it."""
    right, places = [part.key for part in question.parts], _places(question, answer)
    if len(right) < 2 or not places:
        return Marking(float(bool(places)))
    groups = sorted({place for place in places.values()})
    rank = {key: groups.index(place) for key, place in places.items()}
    alone = {place for place in places.values() if list(places.values()).count(place) == 1}
    parts, earned = {}, 0
    for before, after in itertools.pairwise(right):
        is_next = before in rank and after in rank and rank[after] == rank[before] + 1
        is_next = is_next and places[before] in alone and places[after] in alone
        earned += is_next
        parts[after] = PartMark(is_next / (len(right) - 1), is_next)
    return Marking(earned / (len(right) - 1), parts=parts)


def _mark_cloze(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    feedback: dict[str, tuple[str, ...]] = {}

    def earned(part: Part) -> float:
        small, given = gap(question, part), answer.get(part.key)
        chooses = small.kind in ("single", "multiple", "true_false")
        found = mark(small, {str(given): True} if chooses else {"": given}, language)
        names = [name for each in found.parts.values() for name in each.feedback]
        feedback[part.key] = tuple(f"{part.key}.{name}" for name in names)
        return found.share

    found = _weighed(question, list(question.parts), earned, answer)
    parts = {key: replace(each, feedback=feedback.get(key, ())) for key, each in found.parts.items()}
    return replace(found, parts=parts)


def _mark_long(question: Question, answer: Mapping[str, Any], language: str) -> Marking:
    return Marking(waits=bool(_written(answer, "")))


_MARKERS: Mapping[str, Callable[[Question, Mapping[str, Any], str], Marking]] = {
    "single": _mark_choices, "multiple": _mark_choices, "true_false": _mark_choices, "short": _mark_short,
    "numeric": _mark_numeric, "match": _mark_match, "order": _mark_order, "cloze": _mark_cloze, "long": _mark_long,
}  # fmt: skip


def _weighed(
    question: Question, parts: list[Part], earned: Callable[[Part], float], answer: Mapping[str, Any]
) -> Marking:
    """Parts that earn for themselves: by their credits, or all the same when none is given."""
    weights = {part.key: max(0.0, part.credit) for part in parts}
    total = sum(weights.values())
    marks, share = {}, 0.0
    for part in parts:
        weight = weights[part.key] / total if total else 1 / len(parts)
        got = earned(part)
        share += weight * got
        told = got >= 0.9995 if _written(answer, part.key) else None
        marks[part.key] = PartMark(round(weight * got, 4), told, _names(question, f"{part.key}.feedback"))
    return Marking(share, parts=marks)


def _ticked(question: Question, answer: Mapping[str, Any]) -> set[str]:
    return {part.key for part in question.parts if answer.get(part.key) in (True, "true", "on", 1)}


def _places(question: Question, answer: Mapping[str, Any]) -> dict[str, float]:
    keys = [part.key for part in question.parts]
    row = answer.get("")
    if isinstance(row, list):
        found = [key for key in row if isinstance(key, str) and key in keys]
        return {key: float(place) for place, key in enumerate(found)} if len(set(found)) == len(found) else {}
    places = {key: as_number(answer.get(key)) for key in keys}
    return {key: place for key, place in places.items() if place is not None}


def _written(answer: Mapping[str, Any], key: str) -> str:
    """The words given for a part, "" when none; numbers as they are written."""
    given = answer.get(key)
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return ""
    return (given[:LONGEST_ANSWER] if isinstance(given, str) else repr(given)).strip()


def _accepted(question: Question, language: str) -> Mapping[str, Any]:
    """Texts in the language of the answer; when it accepts nothing in that language, those of any that does."""
    for code in (language, *question.texts):
        said = question.texts.get(code, {})
        if any(said.get(f"{part.key}.text") for part in question.parts):
            return said
    return {}


def _names(question: Question, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if any(said.get(name) for said in question.texts.values()))
