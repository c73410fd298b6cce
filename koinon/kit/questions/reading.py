"""Answers as they are read: by the staff in full, by everybody those that are published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from koinon.kit.questions.schema import Question, said
from koinon.kit.questions.values import is_empty
from koinon.kit.vocabularies.countries import country_name


@dataclass(frozen=True)
class ReadAnswer:
    """One question with what was answered; `url` leads to a file, if there is one and the reader may fetch it."""

    key: str
    label: str
    kind: str
    text: str
    url: str = ""
    is_published: bool = False
    is_empty: bool = False


@dataclass(frozen=True)
class ReadPart:
    key: str
    title: str
    rows: list[ReadAnswer]


def read(
    schema: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    language: str,
    published_only: bool = False,
    address: Callable[[str, Any], str | None] | None = None,
) -> list[ReadPart]:
    """The answers part by part in the reader's language; published_only leaves out private and empty ones.

    `address(key, value)` gives the page of a file answer, or None. Texts of the answers are plain: escape them.
    """
    original = schema.get("language", "en")
    parts = []
    for part in schema.get("parts", ()):
        rows = [
            _row(question, values.get(question["key"]), language, original, address)
            for question in part["questions"]
            if not published_only or (question.get("published") and not is_empty(values.get(question["key"])))
        ]
        if rows:
            parts.append(ReadPart(part["key"], said(part["titles"], language, original), rows))
    return parts


def _row(question: Question, value: Any, language: str, original: str, address: Any) -> ReadAnswer:
    has_file = question["kind"] in ("file", "signature") and not is_empty(value)
    return ReadAnswer(
        key=question["key"],
        label=said(question["labels"], language, original),
        kind=question["kind"],
        text=shown(question, value, language, original),
        url=(address(question["key"], value) or "") if address and has_file else "",
        is_published=bool(question.get("published")),
        is_empty=is_empty(value),
    )


def shown(question: Question, value: Any, language: str, original: str) -> str:
    """One answer as plain text; "" when there is none."""
    if is_empty(value):
        return ""
    if question["kind"] == "number":
        return _number(question, value, language, original)
    if question["kind"] == "choice":
        chosen = [choice for choice in question["choices"] if choice["key"] in value]
        return "\n".join(said(choice["labels"], language, original) for choice in chosen)
    if question["kind"] == "scale":
        return _scale(question, value, language, original)
    if question["kind"] == "person":
        return ", ".join(value[name] for name in ("name", "title", "email") if value.get(name))
    if isinstance(value, dict) and value.get("country"):
        return f"{value.get('name')}, {country_name(value['country'], language)}"
    if isinstance(value, dict):
        return str(value.get("label") or value.get("name") or "")
    return str(value)


def _number(question: Question, value: dict[str, Any], language: str, original: str) -> str:
    unit = said(question.get("units"), language, original)
    text = f"{number_in(value.get('number', ''), language)} {unit}".strip()
    more = [str(value[name]) for name in ("year", "source") if value.get(name)]
    return f"{text} ({', '.join(more)})" if more else text


def number_in(number: str, language: str) -> str:
    """A stored number as the reader writes numbers; what is no number comes back as it is."""
    try:
        return format_decimal(Decimal(number), locale=Locale.parse(language), decimal_quantization=False)
    except (InvalidOperation, UnknownLocaleError, ValueError, TypeError):
        return str(number)


def _scale(question: Question, value: int, language: str, original: str) -> str:
    low, high = (said(end, language, original) for end in question["ends"])
    return _("%(step)s of 5 (1: %(low)s, 5: %(high)s)") % {"step": value, "low": low, "high": high}
