"""Answers: what is stored for a shared draft, what it says, whether it is complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from koinon.kit.questions.schema import Part, Question, each, said
from koinon.kit.questions.words import word_count

Values = dict[str, Any]
"""Question key -> what was answered; see the package for the shape of each kind. What is empty is not there."""

FIRST_YEAR = 1900


@dataclass(frozen=True)
class Lack:
    """A question whose answer is missing, too long or not yet right, and why, in the reader's language."""

    key: str
    part: str
    label: str
    why: str


def values_of(answers: Mapping[str, Any]) -> Values:
    """What the stored answers of a draft say."""
    return {key: answer["value"] for key, answer in answers.items() if not is_empty(answer.get("value"))}


def answers_of(values: Mapping[str, Any], by: UUID | None = None) -> dict[str, Any]:
    """Values as stored answers: what a draft begins with."""
    at = timezone.now().isoformat()
    return {
        key: {"value": value, "revision": 1, "by": str(by) if by else None, "at": at}
        for key, value in values.items()
        if not is_empty(value)
    }


def is_empty(value: Any) -> bool:
    """True if nothing was answered: no text, nothing chosen, all lines of a composed answer blank."""
    if isinstance(value, dict):
        return all(part in (None, "") for part in value.values())
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())


def check(schema: Mapping[str, Any], values: Mapping[str, Any], language: str = "") -> list[Lack]:
    """What is missing, too long or not right, in the order of the questions; empty when it may be handed in.

    `language`: the language of the answers, for counting words (default: the reader's).
    """
    reader, original = (get_language() or "en")[:2], schema.get("language", "en")
    lacks = []
    for part, question in each(schema):
        why = wrong_with(question, values.get(question["key"]), language or reader)
        if why:
            lacks.append(Lack(question["key"], part["key"], said(question["labels"], reader, original), why))
    return lacks


def progress(part: Part, values: Mapping[str, Any]) -> tuple[int, int]:
    """How many questions of a part have an answer, and how many there are."""
    keys = [question["key"] for question in part["questions"]]
    return sum(not is_empty(values.get(key)) for key in keys), len(keys)


def wrong_with(question: Question, value: Any, language: str) -> str:
    """Why this answer cannot be handed in, in a sentence; "" when it can."""
    if is_empty(value):
        return _("This answer is missing.") if question.get("required") else ""
    of_kind = {"text": _text, "number": _number, "choice": _choice, "scale": _scale, "person": _person}
    examine = of_kind.get(question["kind"], _kept)
    return examine(question, value, language)


def too_long(question: Question, text: str, language: str) -> str:
    """How many words too long a text is, in a sentence; "" while it is within its limit."""
    limit = question.get("limit")
    if not limit or (over := word_count(text, language) - limit) <= 0:
        return ""
    facts = {"limit": limit, "over": over}
    message = ngettext(
        "%(over)s word too many: at most %(limit)s, please.",
        "%(over)s words too many: at most %(limit)s, please.",
        over,
    )
    return message % facts


def _text(question: Question, value: Any, language: str) -> str:
    return too_long(question, value, language) if isinstance(value, str) else _("Please write this answer again.")


def _number(question: Question, value: Any, language: str) -> str:
    try:
        number = Decimal(value["number"])
    except (InvalidOperation, KeyError, TypeError, ValueError):
        return _("Please write the number.")
    if (why := bounds(question, number)) or not question.get("sourced", True):
        return why
    if not value.get("year"):
        return _("Please say which year the number is of.")
    if not FIRST_YEAR <= value["year"] <= date.today().year + 1:
        return _("Please check the year.")
    return "" if value.get("source") else _("Please say where the number comes from.")


def bounds(question: Question, number: Decimal) -> str:
    """Why a number is out of what the question allows; "" when it is not."""
    least, most = question.get("least"), question.get("most")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        return _("Please write the number.")
    if question.get("whole") and number != number.to_integral_value():
        return _("Please write a whole number.")
    if least is not None and number < Decimal(str(least)):
        return _("At least %(least)s, please.") % {"least": least}
    if most is not None and number > Decimal(str(most)):
        return _("At most %(most)s, please.") % {"most": most}
    return ""


def _choice(question: Question, value: Any, language: str) -> str:
    known = {choice["key"] for choice in question["choices"]}
    if not isinstance(value, list) or not set(value) <= known:
        return _("Please choose again: the list is another one now.")
    most = (question.get("most") or len(known)) if question.get("many") else 1
    return "" if len(value) <= most else _("Please choose at most %(most)s.") % {"most": most}


def _scale(question: Question, value: Any, language: str) -> str:
    is_step = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5
    return "" if is_step else _("Please choose from 1 to 5.")


def _person(question: Question, value: Any, language: str) -> str:
    if not isinstance(value, dict) or not value.get("name"):
        return _("Please write the name.")
    if not value.get("title"):
        return _("Please write the exact title.")
    if question.get("with_email") and not value.get("email"):
        return _("Please write the e-mail address.")
    return ""


def _kept(question: Question, value: Any, language: str) -> str:
    """Files and places: looked at when they came in; here they are only there or not."""
    return "" if isinstance(value, dict) else _("Please write this answer again.")
