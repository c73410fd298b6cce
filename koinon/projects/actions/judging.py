"""The jury: points and words for each plan; who is too near to a plan never scores it, declared or found."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.projects.models import JUDGEMENT_STEPS, Call, Judgement, Project
from koinon.projects.queries import conflicts
from koinon.projects.rules import calls as rules

NOT_YOURS = gettext_lazy("Points are given by jurors, each for themselves.")


@verb("projects.judged", rule=rules.scores, refusal=NOT_YOURS)
def give(*, by: Actor, judgement: Judgement, points: Mapping[str, int], words: str) -> Judgement:
    """Points for every criterion and words for the team; to be changed until the jury ends. Nobody else sees them."""
    held = _held(judgement)
    if _near(held):
        _found(held)
        return held
    if held.state == "conflict":
        raise ValidationError(_("You declared a conflict of interest. Take it back first if it was a mistake."))
    facts = {
        "points": _points(held, points), "words": prose.said(words, "words", 4000, is_needed=True),
        "given_at": timezone.now(),
    }  # fmt: skip
    if held.state == "given":
        JUDGEMENT_STEPS.move(held, "open")
    JUDGEMENT_STEPS.move(held, "given", **facts)
    return held


@verb("projects.conflict_declared", rule=rules.scores, refusal=NOT_YOURS)
def declare(*, by: Actor, judgement: Judgement, why: str) -> Judgement:
    """Too near to say something fair: points that were given are gone."""
    held = _held(judgement)
    said = prose.said(why, "why", 300, is_needed=True, is_line=True)
    JUDGEMENT_STEPS.move(held, "conflict", conflict_why=said, points={}, words="", given_at=None)
    return held


@verb("projects.conflict_taken_back", rule=rules.scores, refusal=NOT_YOURS)
def take_back(*, by: Actor, judgement: Judgement) -> Judgement:
    """It was a mistake. A conflict that was found stays."""
    held = _held(judgement)
    if held.is_found or _near(held):
        raise ValidationError(_("This conflict was found, not declared: it stays."))
    JUDGEMENT_STEPS.move(held, "open", conflict_why="")
    return held


def prepare(call: Call) -> None:
    """Each juror gets each plan that was handed in; conflicts are found anew, and what was scored in spite of them
    does not count."""
    jurors = list(call.jurors.filter(person__is_active=True).select_related("person"))
    plans = list(Project.objects.filter(call=call, state__in=["submitted", "returned"]))
    pairs = [Judgement(juror=juror, project=plan) for juror in jurors for plan in plans]
    Judgement.objects.bulk_create(pairs, ignore_conflicts=True)
    near = conflicts.found(jurors, plans)
    rows = Judgement.objects.filter(juror__in=jurors, project__in=plans).exclude(state="conflict")
    for row in rows.select_for_update():
        if why := near.get((row.juror_id, row.project_id)):
            _found(row, why)


def _held(judgement: Judgement) -> Judgement:
    """The judgement, locked, while its call is before the jury and its plan waits there."""
    rows = Judgement.objects.select_for_update(of=("self", "juror__call")).select_related(
        "juror__call", "project", "juror__person"
    )
    held = rows.get(pk=judgement.pk)
    if held.juror.call.state != "judging" or held.project.state != "submitted":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return held


def _near(row: Judgement) -> str:
    return conflicts.found([row.juror], [row.project]).get((row.juror_id, row.project_id), "")


def _found(row: Judgement, why: str = "") -> None:
    facts = {"conflict_why": why or _near(row), "is_found": True, "points": {}, "words": "", "given_at": None}
    JUDGEMENT_STEPS.move(row, "conflict", **facts)


def _points(row: Judgement, said: Mapping[str, int]) -> dict[str, int]:
    points = {}
    for criterion in row.juror.call.criteria.all():
        given = said.get(str(criterion.pk))
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= criterion.most:
            raise ValidationError(_("Please give points for each criterion, from 0 to its best."))
        points[str(criterion.pk)] = given
    return points
