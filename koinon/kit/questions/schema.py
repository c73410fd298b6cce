"""What a questionnaire is: parts with questions, as plain JSON that its owner keeps and versions.

{"language": "en", "parts": [{"key": "p1", "titles": {"en": "Your city"}, "intros": {}, "questions": [
    {"key": "q1", "kind": "text", "labels": {"en": "Why?"}, "helps": {}, "required": true, "published": false,
     "limit": 300}]}]}
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Question = dict[str, Any]
Part = dict[str, Any]
Schema = dict[str, Any]

KINDS: dict[str, Any] = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number with unit, year and source"),
    "choice": gettext_lazy("Choice from a list"),
    "scale": gettext_lazy("Scale from 1 to 5"),
    "file": gettext_lazy("File"),
    "signature": gettext_lazy("Signed letter"),
    "place": gettext_lazy("Place"),
    "person": gettext_lazy("Person with exact title"),
}
MOST_PARTS, MOST_QUESTIONS, MOST_CHOICES, MOST_WORDS = 20, 200, 100, 5000
LONGEST_LABEL, LONGEST_HELP = 300, 2000
STEPS_OF_SCALE = (1, 2, 3, 4, 5)
KEY = re.compile(r"[a-z][a-z0-9]{0,39}")


def new_question(kind: str, labels: Mapping[str, str], **settings: Any) -> Question:
    """Make a question of a kind of KINDS with labels by language; settings are those of the kind, `key` among them."""
    key = settings.pop("key", "") or new_key("q")
    made = {"helps": {}, "required": False, "published": False, **settings}
    return {"key": key, "kind": kind, "labels": dict(labels), **made}


def new_part(titles: Mapping[str, str], *questions: Question, key: str = "", **settings: Any) -> Part:
    """Make a part with titles by language; `intros` may stand in the settings."""
    return {"key": key or new_key("p"), "titles": dict(titles), "intros": {}, **settings, "questions": list(questions)}


def new_schema(language: str, *parts: Part) -> Schema:
    """Make a questionnaire whose texts were written in `language` first."""
    return {"language": language, "parts": list(parts)}


def new_key(letter: str) -> str:
    """A key that no other part or question has."""
    return letter + uuid4().hex[:10]


def each(schema: Mapping[str, Any]) -> Iterator[tuple[Part, Question]]:
    """Every question in order, with its part."""
    for part in schema.get("parts", ()):
        for question in part.get("questions", ()):
            yield part, question


def find(schema: Mapping[str, Any], key: str) -> Question | None:
    return next((question for _part, question in each(schema) if question["key"] == key), None)


def part_of(schema: Mapping[str, Any], key: str) -> Part | None:
    return next((part for part in schema.get("parts", ()) if part["key"] == key), None)


def said(texts: Mapping[str, str] | None, language: str, original: str) -> str:
    """The text in the reader's language, else as it was written first, else in English, else in any; "" if none."""
    texts = texts or {}
    return texts.get(language) or texts.get(original) or texts.get("en") or next(iter(texts.values()), "")


def in_all(message: str) -> dict[str, str]:
    """A sentence of ours, marked by gettext_noop, in every language of the site: what ready-made questions say."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = translation.gettext(message)
    return found


def problems(schema: Any) -> dict[str, list[str]]:
    """What is wrong, by key of question or part ("" for the whole); empty when it may be used. Never raises."""
    found: dict[str, list[str]] = {}
    if not isinstance(schema, dict) or not isinstance(schema.get("parts"), list):
        return {"": [_("This is not a questionnaire.")]}
    language, seen, count = str(schema.get("language") or "en"), set[str](), 0
    for part in schema["parts"]:
        questions = part.get("questions") if isinstance(part, dict) else None
        if not isinstance(questions, list) or not _has_key(part, seen):
            return {"": [_("This is not a questionnaire.")]}
        _note(found, part["key"], _texts_problems(part.get("titles"), language, LONGEST_LABEL, is_needed=True))
        _note(found, part["key"], _texts_problems(part.get("intros"), language, LONGEST_HELP))
        for question in questions:
            if not isinstance(question, dict) or not _has_key(question, seen):
                return {"": [_("This is not a questionnaire.")]}
            _note(found, question["key"], _question_problems(question, language))
            count += 1
    if not count:
        _note(found, "", [_("There is no question yet.")])
    if count > MOST_QUESTIONS or len(schema["parts"]) > MOST_PARTS:
        limits = {"questions": MOST_QUESTIONS, "parts": MOST_PARTS}
        _note(found, "", [_("At most %(questions)s questions in %(parts)s parts, please.") % limits])
    return found


def _has_key(thing: Any, seen: set[str]) -> bool:
    key = thing.get("key") if isinstance(thing, dict) else None
    if not isinstance(key, str) or not KEY.fullmatch(key) or key in seen:
        return False
    seen.add(key)
    return True


def _note(found: dict[str, list[str]], key: str, messages: Sequence[str]) -> None:
    if messages:
        found.setdefault(key, []).extend(messages)


def _texts_problems(texts: Any, language: str, longest: int, is_needed: bool = False) -> list[str]:
    if texts is not None and not isinstance(texts, dict):
        return [_("Please write it in words.")]
    if any(not isinstance(text, str) or len(text) > longest for text in (texts or {}).values()):
        return [_("At most %(limit)s signs, please.") % {"limit": longest}]
    if is_needed and not ((texts or {}).get(language) or "").strip():
        return [_("Please write it in the language of the form.")]
    return []


def _question_problems(question: Question, language: str) -> list[str]:
    if question.get("kind") not in KINDS:
        return [_("This kind of question is not known.")]
    messages = _texts_problems(question.get("labels"), language, LONGEST_LABEL, is_needed=True)
    messages += _texts_problems(question.get("helps"), language, LONGEST_HELP)
    of_kind = {"text": _text, "number": _number, "choice": _choice, "scale": _scale}.get(question["kind"])
    return messages + (of_kind(question, language) if of_kind else [])


def _text(question: Question, language: str) -> list[str]:
    limit = question.get("limit")
    if limit is None or (_is_whole(limit) and 1 <= limit <= MOST_WORDS):
        return []
    return [_("The limit is a number of words from 1 to %(most)s.") % {"most": MOST_WORDS}]


def _number(question: Question, language: str) -> list[str]:
    messages = _texts_problems(question.get("units"), language, LONGEST_LABEL)
    least, most = question.get("least"), question.get("most")
    if any(bound is not None and not _is_number(bound) for bound in (least, most)):
        return [*messages, _("The smallest and the largest answer are numbers.")]
    if least is not None and most is not None and least > most:
        return [*messages, _("The smallest answer is larger than the largest.")]
    return messages


def _choice(question: Question, language: str) -> list[str]:
    choices, seen, most = question.get("choices"), set[str](), question.get("most")
    if not isinstance(choices, list) or not 2 <= len(choices) <= MOST_CHOICES:
        return [_("Please give from 2 to %(most)s choices.") % {"most": MOST_CHOICES}]
    if not all(_has_key(choice, seen) for choice in choices):
        return [_("Please give from 2 to %(most)s choices.") % {"most": MOST_CHOICES}]
    if most is not None and not (_is_whole(most) and 1 <= most <= len(choices)):
        return [_("How many may be chosen is at least 1, and at most as many as there are.")]
    texts = [_texts_problems(choice.get("labels"), language, LONGEST_LABEL, is_needed=True) for choice in choices]
    return next((messages for messages in texts if messages), [])


def _scale(question: Question, language: str) -> list[str]:
    ends = question.get("ends")
    if not isinstance(ends, list) or len(ends) != 2:
        return [_("Please say what 1 and what 5 mean.")]
    lacking = any(_texts_problems(end, language, LONGEST_LABEL, is_needed=True) for end in ends)
    return [_("Please say what 1 and what 5 mean.")] if lacking else []


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18
