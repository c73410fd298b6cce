"""What one thought of a delivery: asked by letter, answered once by the link, kept without a name; which questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.events.queries import feedback
from koinon.kit import links, prose, questions
from koinon.kit.verbs import Actor, anyone, verb
from koinon.programmes.actions import counting
from koinon.programmes.actions.deliveries import NOT_YOURS
from koinon.programmes.actions.programmes import NOT_YOURS as NOT_RUN
from koinon.programmes.engine.suppression import FEWEST
from koinon.programmes.models import Delivery, Opinion, Participant, Programme
from koinon.programmes.notices import cascade as notices
from koinon.programmes.queries import opinions as asked
from koinon.programmes.rules import cascade as rules
from koinon.programmes.rules.programmes import may_run

LARGEST = 20_000


@verb("programmes.questions_set", rule=may_run, refusal=NOT_RUN)
def set_questions(*, by: Actor, programme: Programme, wanted: Sequence[tuple[str, str]]) -> Programme:
    """The form from now on, [(words, kind)], after the question about quality, which is the same everywhere.

    Words that stay as they are keep their question and its answers; other words are another question.
    """
    now = asked.form_of(programme)
    quality, *others = [question for _part, question in questions.each(now)]
    known = {(row["labels"].get(programme.language, ""), row["kind"]): row for row in others}
    kept = []
    for said, kind in wanted[: asked.MOST]:
        words = prose.said(said, "words", questions.schema.LONGEST_LABEL, is_line=True)
        if words:
            kept.append(known.get((words, kind)) or feedback.asked_as(kind, {programme.language: words}))
    part = {**now["parts"][0], "questions": [quality, *kept]}
    made = {**now, "parts": [part]}
    if problems := questions.problems(made):
        raise ValidationError([each for found in problems.values() for each in found])
    Programme.objects.filter(pk=programme.pk).update(questions=made)
    programme.questions = made
    return programme


@verb(
    "programmes.survey_asked", rule=rules.gives, refusal=NOT_YOURS, then=notices.survey_asked,
    counts=lambda row: {"letters": float(len(row.asked))},
)  # fmt: skip
def ask(*, by: Actor, delivery: Delivery) -> Delivery:
    """A letter with a one-tap link to everybody with an address who was not asked before."""
    if delivery.state in ("planned", "cancelled"):
        raise ValidationError(_("It has not begun yet."))
    rows = Participant.objects.select_for_update().filter(delivery=delivery, asked_at=None).exclude(email="")
    found = list(rows.order_by("pk"))
    if not found:
        raise ValidationError(_("Nobody is left to ask: they have answered, were asked, or gave no address."))
    Participant.objects.filter(pk__in=[row.pk for row in found]).update(asked_at=timezone.now())
    for row in found:
        row.delivery = delivery
    delivery.asked = found  # type: ignore[attr-defined]
    return delivery


@verb("programmes.survey_answered", rule=anyone)
def answer(*, by: Actor, participant: Participant, link: links.Link, values: Mapping[str, Any]) -> Delivery:
    """Whoever holds the link of the letter answers, once: nobody else writes or changes what somebody thought.

    The chronicle names the delivery and nobody.
    """
    links.use(link)
    held = Delivery.objects.select_for_update().select_related("programme").get(pk=participant.delivery_id)
    known = {question["key"] for _part, question in questions.each(asked.form_of(held.programme))}
    said = {key: value for key, value in values.items() if key in known and not questions.is_empty(value)}
    quality = said.pop(asked.QUALITY, None)
    if quality not in (1, 2, 3, 4, 5):
        raise ValidationError({asked.QUALITY: [_("Points go from 1 to 5.")]})
    if len(str(said)) > LARGEST:
        raise ValidationError(_("This is too much text: please shorten your answers."))
    fresh = Participant.objects.filter(pk=participant.pk, purged_at=None, has_answered=False)
    if not fresh.update(has_answered=True):
        raise ValidationError(_("You have answered already. Thank you."), code="step")
    Opinion.objects.create(delivery=held, quality=quality, answers=said, group=asked.number_of(held) // FEWEST)
    return counting.recount(held)
