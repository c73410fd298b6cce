"""The questions of an event: the version that is asked now, and answers as people read them, of any version."""

from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.models import Event, EventForm, Registration
from koinon.kit import questions
from koinon.kit.prepared import Prepared

KINDS = {
    "text": _lazy("A text"),
    "one": _lazy("One choice from a list"),
    "many": _lazy("Several choices from a list"),
}
"""What may be asked: nothing that keeps a file."""


def current(event: Event, purpose: str = "registration") -> EventForm | None:
    """The newest version, if it asks anything."""
    row = _newest.first(event=event.pk, purpose=purpose)
    return row if row is not None and any(True for _each in questions.each(row.schema)) else None


_newest: Prepared[EventForm] = Prepared(
    lambda event, purpose: EventForm.objects.filter(event=event, purpose=purpose).order_by("-number")[:1]
)


def asked_then(event: Event, key: str) -> EventForm | None:
    """The version that somebody saw when they began to answer; None when it is none of this event."""
    try:
        found = UUID(key)
    except ValueError:
        return None
    return EventForm.objects.filter(event=event, purpose="registration", pk=found).first()


def answered(row: Registration, language: str) -> list[Any]:
    """What somebody answered, with the questions as they were then."""
    if row.form is None:
        return []
    return questions.read(row.form.schema, row.answers, language=language)


def page(event: Event) -> dict[str, Any]:
    """The questions that are asked, in the reader's language, with their kind; how many versions were answered."""
    row, language = current(event), (get_language() or "en")[:2]
    rows = []
    for _part, question in questions.each(row.schema) if row else ():
        choices = [questions.said(each["labels"], language, event.language) for each in question.get("choices", [])]
        kind = "text" if question["kind"] == "text" else "many" if question.get("many") else "one"
        label = questions.said(question["labels"], language, event.language)
        rows.append(
            {"key": question["key"], "label": label, "kind": KINDS[kind], "choices": choices,
             "is_required": question.get("required")}
        )  # fmt: skip
    used = EventForm.objects.filter(event=event, purpose="registration", is_used=True).count()
    return {"rows": rows, "version": row, "used": used}
