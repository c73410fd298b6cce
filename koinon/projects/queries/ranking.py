"""The plans of a call in the order of their points."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from koinon.projects.engine import ranking
from koinon.projects.models import Call, Choice, Judgement, Project

JUDGED = ("submitted",)


@dataclass(frozen=True)
class Row:
    """A plan, its place, how many jurors gave points and how many may not, and what was decided so far."""

    project: Project
    place: ranking.Ranked[UUID]
    given: int
    conflicts: int
    judgements: list[Judgement]
    choice: Choice | None


def criteria_of(call: Call) -> list[ranking.Weighed]:
    return [ranking.Weighed(str(row.pk), row.most, row.weight) for row in call.criteria.all()]


def rows(call: Call, *, states: tuple[str, ...] = JUDGED) -> list[Row]:
    """Every plan before the jury, best first. Three queries."""
    judged = Judgement.objects.select_related("juror__person").order_by("juror")
    found = Project.objects.filter(call=call, state__in=states).select_related("choice", "supervisor", "call")
    plans = list(found.prefetch_related(Prefetch("judgements", judged)).order_by("pk"))
    criteria = criteria_of(call)
    given = {plan.pk: [row for row in plan.judgements.all() if row.state == "given"] for plan in plans}
    scores = {key: ranking.mean(ranking.share(row.points, criteria) for row in each) for key, each in given.items()}
    known = {plan.pk: plan for plan in plans}
    return [_row(known[place.key], place, len(given[place.key])) for place in ranking.ranked(scores)]


def missing(call: Call) -> list[Project]:
    """Plans that fewer jurors have scored than the call wants."""
    return [row.project for row in rows(call) if row.given < call.scores_needed]


def _row(plan: Project, place: ranking.Ranked[UUID], given: int) -> Row:
    judgements = list(plan.judgements.all())
    conflicts = sum(row.state == "conflict" for row in judgements)
    return Row(plan, place, given, conflicts, judgements, getattr(plan, "choice", None))
