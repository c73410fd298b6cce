"""Answers as the learners of the demo give them: right ones, and wrong ones where they were wrong."""

from typing import Any

from koinon.learning.engine.documents import Question
from koinon.learning.engine.grading import gap, pairs
from koinon.learning.engine.written import plain

LONG = {
    "en": "Thank you, I have written that down. Who of you sees it differently? We go round, one minute each.",
    "lt": "Ačiū, tai užrašiau. Kas mato kitaip? Einame ratu, kiekvienam po minutę.",
}


def right(question: Question, language: str) -> dict[str, Any]:
    """An answer that earns all points."""
    best = [part for part in question.parts if part.credit > 0]
    if question.kind in ("single", "multiple", "true_false"):
        return {part.key: True for part in best}
    if question.kind == "match":
        return {part.key: part.key for part in pairs(question)}
    if question.kind == "order":
        return {"": [part.key for part in question.parts]}
    if question.kind == "cloze":
        return {part.key: _filled(gap(question, part), language) for part in question.parts}
    if question.kind == "long":
        return {"": LONG.get(language, LONG["en"])}
    return {"": _written(question, language)}


def wrong(question: Question, language: str) -> dict[str, Any]:
    """An answer that earns nothing, or little."""
    if question.kind in ("single", "multiple", "true_false"):
        return {next(part.key for part in question.parts if part.credit <= 0): True}
    if question.kind == "match":
        keys = [part.key for part in pairs(question)]
        return dict(zip(keys, keys[1:] + keys[:1], strict=True))
    if question.kind == "order":
        return {"": [part.key for part in reversed(question.parts)]}
    if question.kind == "cloze":
        return {part.key: "12" for part in question.parts}
    return {"": "13"}


def _filled(small: Question, language: str) -> Any:
    given = right(small, language)
    return given[""] if "" in given else next(iter(given))


def _written(question: Question, language: str) -> Any:
    best = max(question.parts, key=lambda part: part.credit)
    if question.kind == "numeric":
        return str(best.facts["value"])
    return plain(question.texts[language][f"{best.key}.text"]).replace("*", "")
