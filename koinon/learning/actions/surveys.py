"""Surveys: answered once by each learner, kept without a name, without an hour, and in no order of arrival."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor, verb
from koinon.learning.actions import progress
from koinon.learning.actions.attempts import LARGEST, storable
from koinon.learning.engine import grading, items
from koinon.learning.models import Enrolment, Happening, SurveyAnswer
from koinon.learning.queries.quizzes import asked_at
from koinon.learning.rules import learning as rules


@verb(
    "learning.survey_answered", rule=rules.works,
    refusal=gettext_lazy("Only who learns here may do this, while the course is running."),
)  # fmt: skip
def answer(*, by: Actor, enrolment: Enrolment, node: UUID | str, answers: Mapping[str, Any]) -> Enrolment:
    """Answer a survey. That one answered stands with the enrolment; what one said stands alone.

    The id of the answers is random, not made of the time, so that nothing leads from one to the other; and results
    show whole groups of items.FEW, so that who looks before and after somebody answered reads no single answer.
    """
    held = Enrolment.objects.select_for_update(of=("self",)).select_related("run__version").get(pk=enrolment.pk)
    asked = asked_at(held.run.version, node, ("survey",))
    if Happening.objects.filter(enrolment=held, node=asked.node.key, kind="answered").exists():
        raise ValidationError(_("You have answered this survey already. Thank you."), code="step")
    said = {
        question.key: storable(answers[question.key])
        for question in asked.questions
        if question.key in answers and grading.is_answered(question, answers[question.key])
    }
    if not said and asked.questions:
        raise ValidationError(_("Please answer at least one question."))
    if len(str(said)) > LARGEST:
        raise ValidationError(_("This is too much text: please shorten your answers."))
    SurveyAnswer.objects.create(
        run=held.run, node=UUID(asked.node.key), language=held.language, answers=said,
        group=_group(held.run_id, asked.node.key),
    )  # fmt: skip
    progress.write(held, [progress.happening(by, held, asked.node.key, "answered", {})])
    return held


def _group(run: UUID, node: str) -> int:
    """The group of the next answer; those of one survey come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"survey:{run}:{node}"])
    return SurveyAnswer.objects.filter(run=run, node=node).count() // items.FEW
