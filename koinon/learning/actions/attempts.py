"""Tries at a quiz: begun, saved answer by answer, handed in once, marked; time is the server's.

Whoever writes several rows holds the enrolment first and the attempt second, so that two tabs wait for each other.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import isfinite
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import progress
from koinon.learning.engine import documents, grading
from koinon.learning.models import ATTEMPT_STEPS, Answered, Attempt, Enrolment
from koinon.learning.queries.quizzes import Asked, asked_at
from koinon.learning.rules import learning as rules

GRACE = timedelta(seconds=60)
"""After the end of the time: what a slow line still brings counts."""
LARGEST = 400_000
"""Bytes of all answers of one attempt, as JSON text."""
NOT_YOURS = gettext_lazy("Only who learns here may do this, while the course is running.")


@verb("learning.attempt_begun", rule=rules.works, refusal=NOT_YOURS)
def begin(*, by: Actor, enrolment: Enrolment, node: UUID | str, language: str = "") -> Attempt:
    """The attempt that is open, or a new one; the clock of a quiz with a time limit runs from here."""
    held = _held(enrolment)
    asked = asked_at(held.run.version, node)
    rows = list(Attempt.objects.select_for_update().filter(enrolment=held, node=asked.node.key).order_by("number"))
    if rows and rows[-1].state == "open":
        if not is_over(rows[-1]):
            return rows[-1]
        _close(by, held, rows[-1], asked)
    limit = asked.limit
    if limit and len(rows) >= limit:
        raise ValidationError(_("You have used all your tries."), code="limit")
    now = timezone.now()
    return Attempt.objects.create(
        enrolment=held, node=UUID(asked.node.key), number=rows[-1].number + 1 if rows else 1,
        language=language or held.language, seed=secrets.token_hex(8),
        ends_at=now + timedelta(minutes=asked.minutes) if asked.minutes else None,
    )  # fmt: skip


@verb("learning.answer_saved", rule=rules.works_on_attempt, refusal=NOT_YOURS)
def save(*, by: Actor, attempt: Attempt, answers: Mapping[str, Any]) -> Attempt:
    """Keep answers (question key -> answer) of an open attempt; those to other questions stay. Kept when it returns."""
    row = _held_attempt(attempt)
    if row.state != "open":
        raise ValidationError(_("This try was handed in already."), code="step")
    if is_over(row):
        raise ValidationError(_("The time is over: what you had saved counts."), code="late")
    _keep(row, answers)
    return row


@verb("learning.attempt_handed_in", rule=rules.works_on_attempt, refusal=NOT_YOURS)
def hand_in(*, by: Actor, attempt: Attempt, answers: Mapping[str, Any] | None = None) -> Attempt:
    """Done: mark it. A second hand-in is refused (code "step"), so twice at the same instant counts once.

    Answers that come more than GRACE after the end are left out; what was saved before counts.
    """
    held = _held(attempt.enrolment)
    row = _held_attempt(attempt)
    if row.state != "open":
        raise ValidationError(_("This try was handed in already."), code="step")
    if answers and not is_over(row):
        _keep(row, answers)
    return _close(by, held, row, asked_at(held.run.version, row.node))


@verb("learning.attempt_ended", rule=only_machine)
def end(*, by: Actor, attempt: Attempt) -> Attempt:
    """The time is over and nobody handed it in: what was saved counts."""
    held = _held(attempt.enrolment)
    row = _held_attempt(attempt)
    if row.state != "open":
        return row
    return _close(by, held, row, asked_at(held.run.version, row.node))


def settle(*, by: Actor, attempt: Attempt) -> Attempt:
    """Inside a verb that has marked long answers: sum up what is there, and move on when nothing waits any more."""
    rows = list(Answered.objects.filter(attempt=attempt))
    shares = {str(row.question): row.share for row in rows}
    marks = {
        key: {**mark, "share": shares.get(key, mark["share"]), "waits": shares.get(key) is None}
        for key, mark in attempt.marks.items()
    }
    attempt.marks = marks
    waits = any(mark["waits"] for mark in marks.values())
    attempt.points = round(sum((mark["share"] or 0.0) * mark["points"] for mark in marks.values()), 4)
    attempt.of_points = round(sum(mark["points"] for mark in marks.values()), 4)
    attempt.save(update_fields=["marks", "points", "of_points"])
    if not waits and attempt.state == "handed_in":
        ATTEMPT_STEPS.move(attempt, "marked")
    share = attempt.points / attempt.of_points if attempt.of_points else 0.0
    data = {
        "share": round(share, 6), "waits": waits, "points": attempt.points, "of": attempt.of_points,
        "attempt": str(attempt.pk),
    }  # fmt: skip
    row = progress.happening(by, attempt.enrolment, attempt.node, "scored", data)
    progress.write(attempt.enrolment, [row])
    return attempt


def is_over(attempt: Attempt, now: datetime | None = None) -> bool:
    """Whether the time is over, the grace for slow lines included."""
    return attempt.ends_at is not None and (now or timezone.now()) > attempt.ends_at + GRACE


def _close(by: Actor, enrolment: Enrolment, attempt: Attempt, asked: Asked) -> Attempt:
    marks: dict[str, dict[str, Any]] = {}
    rows = []
    for question in asked.questions:
        answer = attempt.answers.get(question.key)
        found = grading.mark(question, answer, attempt.language)
        waits = found.waits and grading.is_answered(question, answer)
        marks[question.key] = _mark(question, found, waits)
        rows.append(
            Answered(
                attempt=attempt, question=UUID(question.key), number=asked.numbers[question.key],
                parts=_given(question, answer), share=None if waits else found.share,
            )
        )  # fmt: skip
    ATTEMPT_STEPS.move(attempt, "handed_in", handed_in_at=timezone.now())
    attempt.marks = marks
    Answered.objects.bulk_create(rows)
    attempt.enrolment = enrolment
    return settle(by=by, attempt=attempt)


def _mark(question: documents.Question, found: grading.Marking, waits: bool) -> dict[str, Any]:
    """What is kept of a marking, for the review and for who reads the long answers."""
    parts = {key: {"credit": part.credit, "is_right": part.is_right} for key, part in found.parts.items()}
    names = [*found.feedback, *(name for part in found.parts.values() for name in part.feedback)]
    return {
        "share": None if waits else found.share, "points": question.points, "is_right": found.is_right,
        "waits": waits, "parts": parts, "feedback": list(dict.fromkeys(names)),
    }  # fmt: skip


def _given(question: documents.Question, answer: Any) -> list[Any]:
    """For statistics over all languages: keys of parts that were chosen, never words that somebody wrote."""
    if not isinstance(answer, Mapping):
        return []
    if question.kind in ("single", "multiple", "true_false"):
        return sorted(part.key for part in question.parts if answer.get(part.key) in (True, "true", "on", 1))
    if question.kind in ("match", "cloze"):
        known = {part.key for part in question.parts}
        known |= {each.key for part in question.parts for each in grading.gap(question, part).parts}
        return sorted([part.key, answer[part.key]] for part in question.parts if answer.get(part.key) in known)
    if question.kind == "order":
        row = answer.get("")
        return (
            [key for key in row if isinstance(key, str)][:100] if isinstance(row, list) else _placed(question, answer)
        )
    found = grading.mark(question, answer, "")
    return sorted(found.parts) if question.kind in ("short", "numeric") else []


def _placed(question: documents.Question, answer: Mapping[str, Any]) -> list[str]:
    keys = [part.key for part in question.parts if str(answer.get(part.key, "")).isdecimal()]
    return sorted(keys, key=lambda key: int(str(answer[key])[:4]))


def _keep(row: Attempt, answers: Mapping[str, Any]) -> None:
    known = {str(key)[:80]: storable(value) for key, value in answers.items() if isinstance(value, dict)}
    row.answers = {**row.answers, **known}
    if len(str(row.answers)) > LARGEST:
        raise ValidationError(_("This is too much text for one quiz: please shorten your answers."))
    row.saved_at = timezone.now()
    row.save(update_fields=["answers", "saved_at"])


def storable(value: Any) -> Any:
    """Without signs that no JSON column can hold; a browser may send any."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()[: grading.LONGEST_ANSWER]
    if isinstance(value, dict):
        return {storable(str(key)): storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value if isinstance(value, bool | int | None) or (isinstance(value, float) and isfinite(value)) else None


def _held(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("run__version")
    return rows.get(pk=enrolment.pk)


def _held_attempt(attempt: Attempt) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("enrolment__run__version")
    return rows.get(pk=attempt.pk)
