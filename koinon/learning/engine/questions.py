"""What is wrong with a question before anybody answers it: codes, with sentences for its author."""

import re
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koinon.learning.engine.documents import QUESTION_KINDS, Part, Question
from koinon.learning.engine.grading import gap, pairs
from koinon.learning.engine.written import as_number, plain

GAP = re.compile(r"\[\[([^\[\]]{1,80})\]\]")
"""Where a gap stands in the stem of a cloze: [[key]]."""

PROBLEMS: Mapping[str, str | Promise] = {
    "unknown_kind": _("We have no question of this kind."),
    "no_right_answer": _("No answer is right."),
    "several_right": _("More than one answer is fully right, but only one can be chosen."),
    "credits_sum": _("The right answers together do not earn all points."),
    "all_chosen_is_right": _("Who ticks everything gets all points: let wrong choices cost something."),
    "too_few": _("There are too few choices."),
    "twice": _("Two parts have the same key."),
    "no_key": _("A part has no key."),
    "same_words": _("Two choices say the same."),
    "no_text": _("Words are missing in one of the languages."),
    "no_stem": _("The question itself is missing in one of the languages."),
    "gap_missing": _("A gap does not stand in the text, or the text names a gap that is not there."),
    "no_number": _("An accepted number is no number."),
    "no_points": _("The question earns no points."),
}
_CHOICES = ("single", "multiple", "true_false")


def problems(question: Question, languages: Iterable[str] = ()) -> list[str]:
    """Codes of PROBLEMS, each once; texts are asked for in `languages` (without any: in those that it has)."""
    if question.kind not in QUESTION_KINDS:
        return ["unknown_kind"]
    found = _of_keys(question) + _of_credits(question)
    if not question.points > 0:
        found.append("no_points")
    for language in list(languages) or list(question.texts) or [""]:
        found += _of_texts(question, question.texts.get(language, {}))
    return list(dict.fromkeys(found))


def _of_keys(question: Question) -> list[str]:
    keys = [part.key for part in question.parts]
    found = ["twice"] if len(set(keys)) < len(keys) else []
    return found + (["no_key"] if "" in keys else [])


def _of_credits(question: Question) -> list[str]:
    parts, kind = question.parts, question.kind
    if kind in ("long",):
        return []
    if kind in ("match", "order"):
        few = len(pairs(question)) < 1 if kind == "match" else len(parts) < 2
        return ["too_few"] if few else []
    if kind == "cloze":
        found = [] if parts else ["too_few"]
        for part in parts:
            small = gap(question, part)
            found += _of_keys(small) + _of_credits(small)
        return found
    return _of_right_ones(kind, [part.credit for part in parts]) + _of_numbers(kind, parts)


def _of_right_ones(kind: str, credits: list[float]) -> list[str]:
    positive = [credit for credit in credits if credit > 0]
    found = ["too_few"] if kind in _CHOICES and len(credits) < 2 else []
    if not positive:
        return [*found, "no_right_answer"]
    if kind == "multiple":
        is_whole = abs(sum(positive) - 1) < 0.01
        found += [] if is_whole else ["credits_sum"]
        is_free = len(positive) < len(credits) and sum(credits) > 0.99
        return found + (["all_chosen_is_right"] if is_free else [])
    full = sum(credit > 0.99 for credit in positive)
    found += [] if full else ["credits_sum"]
    return found + (["several_right"] if full > 1 and kind in _CHOICES else [])


def _of_numbers(kind: str, parts: Iterable[Part]) -> list[str]:
    if kind != "numeric":
        return []
    for part in parts:
        facts = part.facts
        numbers = [facts.get("low"), facts.get("high")] if "low" in facts else [facts.get("value")]
        if facts.get("value") != "*" and any(as_number(number) is None for number in numbers):
            return ["no_number"]
    return []


def _of_texts(question: Question, said: Mapping[str, str]) -> list[str]:
    found = [] if plain(said.get("stem", "")) or "<img" in str(said.get("stem", "")) else ["no_stem"]
    if question.kind == "cloze":
        return found + _of_gaps(question, said)
    names = [f"{part.key}.text" for part in question.parts if question.kind in ("single", "multiple", "short", "order")]
    if question.kind == "match":
        names = [f"{part.key}.text" for part in pairs(question)] + [f"{part.key}.other" for part in question.parts]
    words = [plain(said.get(name, "")) or ("<img" in str(said.get(name, "")) and str(said[name])) for name in names]
    found += ["no_text"] if not all(words) else []
    if question.kind in ("single", "multiple", "order") and len(set(words)) < len(words) and all(words):
        found.append("same_words")
    return found


def _of_gaps(question: Question, said: Mapping[str, str]) -> list[str]:
    named = GAP.findall(str(said.get("stem", "")))
    found = ["gap_missing"] if sorted(named) != sorted(part.key for part in question.parts) else []
    for part in question.parts:
        small = gap(question, part)
        words = [said.get(f"{part.key}.{inner.key}.text") for inner in small.parts]
        found += ["no_text"] if small.kind != "numeric" and not all(words) else []
    return found
