"""Feedback after an event: asked of those who came, answered once each, kept without names, shown in whole groups."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.engine.reports import FEW
from koinon.events.models import Event, EventForm, Feedback, Registration
from koinon.events.notices import feedback as notices
from koinon.events.queries import feedback as questions_of
from koinon.events.queries.feedback import ANSWERED, ASKED
from koinon.events.rules import afterwards as rules
from koinon.events.rules.events import organises
from koinon.kit import links, questions
from koinon.kit.verbs import Actor, only_machine, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
BATCH = 100
LARGEST = 20_000


@verb("events.feedback_asked", rule=only_machine, counts=lambda event: {"people": event.asked})
def ask(*, by: Actor, event: Event) -> Event:
    """The next few who came are written to, each with a link of their own; `event.asked` says how many."""
    form_of(event)
    rows = Registration.objects.filter(event=event, state__in=questions_of.CAME, is_minor=False)
    rows = rows.exclude(told__contains=[ASKED]).exclude(told__contains=[ANSWERED])
    batch = list(rows.select_related("person").select_for_update(of=("self",)).order_by("pk")[:BATCH])
    for row in batch:
        row.event = event
        if not row.is_demo:
            notices.asked(row)
        row.told = [*row.told[-19:], ASKED]
    Registration.objects.bulk_update(batch, ["told"])
    event.asked = len(batch)  # type: ignore[attr-defined]
    return event


@verb("events.feedback_questions_set", rule=organises, refusal=NOT_YOURS)
def set_questions(*, by: Actor, event: Event, wanted: Mapping[str, str]) -> EventForm:
    """Other words for the questions ({key: words}; empty words take a question away); a new version once answered."""
    form = form_of(event)
    schema = questions_of.reworded(form.schema, wanted, event.language)
    if problems := questions.problems(schema):
        raise ValidationError([each for found in problems.values() for each in found])
    if not form.is_used:
        EventForm.objects.filter(pk=form.pk).update(schema=schema)
        form.schema = schema
        return form
    return EventForm.objects.create(event=event, purpose="feedback", number=form.number + 1, schema=schema)


@verb(
    "events.feedback_answered", rule=rules.may_answer,
    refusal=gettext_lazy("Only those who took part may answer, once each."),
)  # fmt: skip
def answer(
    *, by: Actor, registration: Registration, values: Mapping[str, Any], language: str, link: links.Link | None = None
) -> Event:
    """That somebody answered stands with the registration; what they said stands alone.

    Its id is random, so that nothing leads from one to the other. The statement names only the event.
    """
    held = Registration.objects.select_for_update(of=("self",)).select_related("event").get(pk=registration.pk)
    if not questions_of.is_asked(held):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if ANSWERED in held.told:
        raise ValidationError(_("You have answered already. Thank you."), code="step")
    if link is not None:
        links.use(link)
    form = form_of(held.event)
    known = {question["key"] for _part, question in questions.each(form.schema)}
    kept = {key: value for key, value in values.items() if key in known and not questions.is_empty(value)}
    if not kept:
        raise ValidationError(_("Please answer at least one question."))
    if len(str(kept)) > LARGEST:
        raise ValidationError(_("This is too much text: please shorten your answers."))
    _lock(held.event_id)
    EventForm.objects.filter(pk=form.pk, is_used=False).update(is_used=True)
    number = Feedback.objects.filter(event=held.event).count()
    Feedback.objects.create(
        id=uuid4(), event=held.event, form=form, language=language[:8], answers=kept, group=number // FEW
    )
    held.told = [*held.told[-19:], ANSWERED]
    held.save(update_fields=["told"])
    return held.event


def form_of(event: Event) -> EventForm:
    """The questions that are asked now; the usual four when nobody has chosen others."""
    found = questions_of.form_of(event)
    if found is not None:
        return found
    made, _new = EventForm.objects.get_or_create(
        event=event, purpose="feedback", number=1, defaults={"schema": questions_of.usual(event.language)}
    )
    return made


def _lock(event: UUID) -> None:
    """Answers to one event come one after the other, so that groups are whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"feedback:{event}"])
