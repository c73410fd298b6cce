"""What participants said, without names: whole groups of five only, means and words, never one answer alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from koinon.events.engine.reports import FEW, hidden, mean
from koinon.events.models import Event, EventForm, Feedback, Registration
from koinon.kit import questions

CAME = ("attended", "confirmed")
"""Who came; where nobody was counted at the door, who was expected."""
ASKED, ANSWERED = "feedback", "answered"
"""What stands in `told` of a registration."""
WITHIN = timedelta(days=30)
"""So long after its end what one thought may be said."""

USUAL = (
    ("whole", "scale", gettext_noop("How was the event as a whole?")),
    ("useful", "scale", gettext_noop("How useful is it for your own work?")),
    ("next", "text", gettext_noop("What will you do next with what you have learned?")),
    ("better", "text", gettext_noop("What should be done better another time?")),
)
"""(key, kind, words): asked when nobody has chosen other questions."""
ENDS = (gettext_noop("poor"), gettext_noop("excellent"))
"""What 1 and 5 mean."""


@dataclass
class Said:
    """What was said to one question: a mean, or how many chose what, or words in no order of arrival."""

    key: str
    label: str
    kind: str
    number: int = 0
    mean: float | None = None
    ends: tuple[str, str] = ("", "")
    choices: list[tuple[str, int | None]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def form_of(event: Event) -> EventForm | None:
    return EventForm.objects.filter(event=event, purpose="feedback").order_by("-number").first()


def schema_of(event: Event) -> dict[str, Any]:
    """What is asked now, as plain data; nothing is written."""
    form = form_of(event)
    return form.schema if form else usual(event.language)


def usual(language: str, rows: Iterable[tuple[str, str, str]] = USUAL) -> dict[str, Any]:
    """The usual questions, or others of this kind, in every language of the site."""
    asked = [asked_as(kind, questions.in_all(words), key=key) for key, kind, words in rows]
    part = questions.new_part(questions.in_all(gettext_noop("What did you think of it?")), *asked, key="thought")
    return questions.new_schema(language, part)


def asked_as(kind: str, labels: Mapping[str, str], key: str = "") -> dict[str, Any]:
    """A question of such a form: points from 1 to 5, or words."""
    ends = {"ends": [questions.in_all(words) for words in ENDS]} if kind == "scale" else {}
    return questions.new_question(kind, labels, key=key, **ends)


def is_asked(row: Registration) -> bool:
    """Whether this person may say what they thought: they came, it is over, and it is not long ago."""
    now = timezone.now()
    is_time = row.event.ends_at <= now < row.event.ends_at + WITHIN
    return is_time and row.state in CAME and row.event.state != "cancelled" and not row.is_minor


def number_of(event: Event) -> tuple[int, int]:
    """(answers, of them shown): what is not a whole group yet is counted and not shown."""
    number = Feedback.objects.filter(event=event).count()
    return number, number - number % FEW


def shown(event: Event, language: str) -> list[Said]:
    """The answers of whole groups, to all versions of the questions. Two queries."""
    _number, whole = number_of(event)
    rows = list(
        Feedback.objects.filter(event=event, group__lt=whole // FEW).select_related("form").order_by("id")
    )  # the id is random: no order of arrival
    asked: dict[str, dict[str, Any]] = {}
    for row in rows:
        for _part, question in questions.each(row.form.schema):
            asked.setdefault(question["key"], question)
    values: dict[str, list[Any]] = {key: [row.answers[key] for row in rows if key in row.answers] for key in asked}
    return [summed(question, values[key], language, event.language) for key, question in asked.items()]


def means(event: Event) -> list[dict[str, Any]]:
    """For the report: questions with a mean, {"labels", "mean", "number"}, as plain data."""
    found = []
    form = form_of(event)
    labels = {question["key"]: question["labels"] for _part, question in questions.each(form.schema)} if form else {}
    for said in shown(event, event.language):
        if said.mean is not None:
            words = labels.get(said.key, {event.language: said.label})
            found.append({"labels": words, "mean": said.mean, "number": said.number})
    return found


def reworded(schema: Mapping[str, Any], wanted: Mapping[str, str], language: str) -> dict[str, Any]:
    """The questions with other words in this language; those without words are left out."""
    made = deepcopy(dict(schema))
    for part in made["parts"]:
        kept = []
        for question in part["questions"]:
            words = " ".join(wanted.get(question["key"], question["labels"].get(language, "")).split())
            if words and words != question["labels"].get(language):
                question["labels"] = {language: words}
            if words:
                kept.append(question)
        part["questions"] = kept
    made["language"] = language
    return made


def summed(question: Mapping[str, Any], values: list[Any], language: str, original: str) -> Said:
    """What was said to one question: whoever asks gives whole groups only."""
    found = Said(question["key"], questions.said(question["labels"], language, original), question["kind"], len(values))
    if question["kind"] == "scale":
        found.mean = mean([int(value) for value in values])
        low, high = (questions.said(end, language, original) for end in question["ends"])
        found.ends = (low, high)
    elif question["kind"] == "choice":
        counts = Counter(key for value in values for key in value)
        kept = hidden({choice["key"]: counts[choice["key"]] for choice in question["choices"]})
        found.choices = [
            (questions.said(choice["labels"], language, original), kept[choice["key"]])
            for choice in question["choices"]
        ]
    elif len(values) >= FEW:
        found.words = [questions.shown(dict(question), value, language, original) for value in values]
    return found
