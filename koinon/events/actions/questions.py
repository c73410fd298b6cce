"""The organiser's questions: few, in the languages of the event; a version that somebody answered stays as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import places
from koinon.events.models import Event, EventForm
from koinon.events.queries.questions import KINDS
from koinon.events.rules import events as rules
from koinon.kit import prose, questions
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
MOST, LABEL, CHOICES = 12, 300, 40


@verb("events.question_set", rule=rules.organises, refusal=NOT_YOURS)
def set_question(
    *, by: Actor, event: Event, kind: str, labels: Mapping[str, str], key: str = "", is_required: bool = False,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> EventForm:  # fmt: skip
    """A new question at the end, or another wording of the one with this key. `labels`, `choices`: by language."""
    rows = _asked(event)
    old = next((row for row in rows if row["key"] == key), None)
    if key and old is None:
        raise ValidationError(_("This question is not asked any more."))
    if old is None and len(rows) >= MOST:
        raise ValidationError(
            _("At most %(most)s questions, please: every one costs people their time.") % {"most": MOST}
        )
    made = _question(event, kind, labels, is_required, choices or {}, old)
    return _keep(event, [made if row is old else row for row in rows] if old else [*rows, made])


@verb("events.question_removed", rule=rules.organises, refusal=NOT_YOURS)
def remove_question(*, by: Actor, event: Event, key: str) -> EventForm:
    """It is asked no more; what was answered to it stays readable."""
    return _keep(event, [row for row in _asked(event) if row["key"] != key])


@verb("events.question_moved", rule=rules.organises, refusal=NOT_YOURS)
def move_up(*, by: Actor, event: Event, key: str) -> EventForm:
    """One place earlier."""
    rows = _asked(event)
    place = next((number for number, row in enumerate(rows) if row["key"] == key), 0)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return _keep(event, rows)


def _asked(event: Event) -> list[dict[str, Any]]:
    """The questions of the newest version; the event is held, so that two organisers come one after the other."""
    places.hold(event)
    row = _newest(event)
    return [dict(question) for _part, question in questions.each(row.schema)] if row else []


def _newest(event: Event) -> EventForm | None:
    return EventForm.objects.filter(event=event, purpose="registration").order_by("-number").first()


def _keep(event: Event, rows: list[dict[str, Any]]) -> EventForm:
    """In place while nobody answered; else as the next version."""
    with translation.override(event.language):
        title = {event.language: _("Questions of the organisers")}
    schema = questions.new_schema(event.language, questions.new_part(title, *rows))
    if rows and (wrong := questions.problems(schema)):
        raise ValidationError([message for messages in wrong.values() for message in messages])
    row = _newest(event)
    if row is not None and EventForm.objects.filter(pk=row.pk, is_used=False).update(schema=schema):
        row.schema = schema
        return row
    number = row.number + 1 if row else 1
    return EventForm.objects.create(event=event, purpose="registration", number=number, schema=schema)


def _question(
    event: Event, kind: str, labels: Mapping[str, str], is_required: bool, choices: Mapping[str, Sequence[str]],
    old: dict[str, Any] | None,
) -> dict[str, Any]:  # fmt: skip
    if kind not in KINDS:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    said = {code: prose.said(text, f"label_{code}", LABEL, is_line=True) for code, text in labels.items()}
    said = {code: text for code, text in said.items() if text}
    if event.language not in said:
        raise ValidationError({f"label_{event.language}": [_("Please write a few words.")]})
    settings: dict[str, Any] = {"required": is_required, "key": old["key"] if old else ""}
    if kind == "text":
        return questions.new_question("text", said, limit=150, rows=2, **settings)
    listed = _choices(event, choices, old)
    return questions.new_question("choice", said, many=kind == "many", choices=listed, **settings)


def _choices(
    event: Event, said: Mapping[str, Sequence[str]], old: dict[str, Any] | None
) -> list[dict[str, Any]]:  # fmt: skip
    """Each with its words by language; one worded as before keeps its key, so that answers keep their meaning."""
    first = _lines(said.get(event.language, ()))
    field = f"choices_{event.language}"
    if not 2 <= len(first) <= CHOICES:
        raise ValidationError({field: [_("From 2 to %(most)s choices, each on its own line.") % {"most": CHOICES}]})
    before = {row["labels"].get(event.language): row["key"] for row in (old or {}).get("choices", [])}
    others = {code: _lines(lines) for code, lines in said.items() if code != event.language}
    for code, lines in others.items():
        if lines and len(lines) != len(first):
            raise ValidationError({f"choices_{code}": [_("As many lines as in the first language, please.")]})
    return [
        {
            "key": before.get(text) or questions.new_key("c"),
            "labels": {event.language: text, **{code: lines[number] for code, lines in others.items() if lines}},
        }
        for number, text in enumerate(first)
    ]


def _lines(said: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text for each in said if (text := prose.line(each)[:LABEL])))
