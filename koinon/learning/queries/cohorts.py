"""A cohort as those who teach it see it: who waits for a word, who is stuck and why, where everybody stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.learning.engine import progress
from koinon.learning.models import Answered, Enrolment, Evidence, Outcome, Run
from koinon.learning.queries.trees import tree_of

STUCK_AFTER = timedelta(days=7)
SIZE = 30
MOST = 50
SORTS = {
    "name": ("person__name", "pk"),
    "progress": ("done", "person__name", "pk"),
    "seen": ("last", "pk"),
    "since": ("-at", "pk"),
}
"""Orders of the list of learners; "seen": who was away longest comes first."""
STATES = {
    "learning": ["enrolled"],
    "finished": ["finished"],
    "waiting": ["asked", "waiting"],
    "gone": ["withdrawn", "removed", "refused"],
}


@dataclass(frozen=True)
class Standing:
    """Where somebody is: the first part that is not done, and the sentence that they read themselves."""

    node: str = ""
    title: str = ""
    said: str = ""
    state: str = ""


def standings(run: Run, enrolments: Sequence[Enrolment], language: str) -> dict[UUID, Standing]:
    """For each of these enrolments of one run; one query, whatever their number."""
    tree = tree_of(run.version)
    leaves = {node.key: place for place, node in enumerate(tree.nodes) if node.kind != "section"}
    optional = {node.key for node in tree.nodes if node.is_optional}
    rows = Outcome.objects.filter(enrolment__in=[row.pk for row in enrolments]).exclude(node=None).exclude(state="done")
    first: dict[UUID, tuple[int, str, str, str, Any]] = {}
    for key, node, state, why, values in rows.order_by().values_list("enrolment", "node", "state", "why", "values"):
        place = leaves.get(str(node))
        if place is not None and str(node) not in optional and (key not in first or place < first[key][0]):
            first[key] = (place, str(node), state, why, values)
    languages = (language, *run.languages)
    return {
        key: Standing(node, tree.title(node, languages)[0], progress.said(why, values), state)
        for key, (_place, node, state, why, values) in first.items()
    }


def last_seen() -> Any:
    """When somebody was here last; who never came, since they were enrolled."""
    return Coalesce(F("seen_at"), F("moved_at"))


def stuck_in(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Those who asked for help, or made no step for a week; who asked comes first, then who waits longest."""
    away = Q(last__lt=timezone.now() - STUCK_AFTER)
    found = rows.filter(state="enrolled").annotate(last=last_seen()).filter(Q(needs_help=True) | away)
    return found.order_by("-needs_help", "last", "pk")


def evidence_waiting(runs: Any) -> QuerySet[Evidence]:
    """Practice that waits for a word in these runs, what is due first at the top."""
    rows = Evidence.objects.filter(state="handed_in", enrolment__run__in=runs)
    return rows.filter(enrolment__state__in=["enrolled", "finished"]).order_by("due_on", "pk")


def answers_waiting(runs: Any) -> QuerySet[Answered]:
    """Long answers that nobody has read yet, the oldest first."""
    rows = Answered.objects.filter(share=None, attempt__state="handed_in", attempt__enrolment__run__in=runs)
    rows = rows.filter(attempt__enrolment__state__in=["enrolled", "finished"])
    return rows.order_by("attempt__handed_in_at", "pk")


def desk(run: Run, language: str) -> dict[str, Any]:
    """Who waits for me, who is stuck and why, how many are where. A fixed number of queries."""
    tree = tree_of(run.version)
    languages = (language, *run.languages)
    evidence = list(evidence_waiting([run.pk]).select_related("enrolment__person")[:MOST])
    answers = list(answers_waiting([run.pk]).select_related("attempt__enrolment__person")[:MOST])
    asked = list(run.enrolments.filter(state="asked").select_related("person").order_by("due_on", "pk")[:MOST])
    stuck = list(stuck_in(run.enrolments.all()).select_related("person")[:SIZE])
    where = standings(run, stuck, language)
    counts = dict(_counted(run))
    return {
        "evidence": [(row, tree.title(row.node, languages)[0]) for row in evidence],
        "answers": [(row, tree.title(row.attempt.node, languages)[0]) for row in answers],
        "asked": asked,
        "stuck": [(row, where.get(row.pk, Standing())) for row in stuck],
        "counts": counts,
        "waits": len(evidence) + len(answers) + len(asked),
    }


def _counted(run: Run) -> Any:
    return run.enrolments.order_by().values_list("state").annotate(number=Count("pk"))


@dataclass(frozen=True)
class Asked:
    """What the list of learners was asked for."""

    text: str = ""
    state: str = ""
    sort: str = "name"
    page: int = 1


def asked(parameters: Any) -> Asked:
    """From the address of the page; what makes no sense there is left out."""
    state, sort = parameters.get("state", ""), parameters.get("sort", "")
    page = parameters.get("after") or parameters.get("before") or ""
    return Asked(
        text=str(parameters.get("q", "")).strip()[:80],
        state=state if state in STATES else "",
        sort=sort if sort in SORTS else "name",
        page=min(int(page), 10_000) if page.isdecimal() and len(page) < 6 and int(page) else 1,
    )


def rows_of(run: Run, question: Asked) -> QuerySet[Enrolment]:
    """Everybody who was asked for, in the order asked for."""
    rows = run.enrolments.select_related("person", "organisation").annotate(last=last_seen())
    if question.text:
        rows = rows.filter(Q(person__name__icontains=question.text) | Q(person__email__icontains=question.text))
    if question.state:
        rows = rows.filter(state__in=STATES[question.state])
    return rows.order_by(*SORTS[question.sort])


def page(run: Run, question: Asked, language: str) -> dict[str, Any]:
    """Thirty learners with where each stands; three queries for thirty and for a thousand."""
    found = rows_of(run, question)
    total = found.count()
    start = (question.page - 1) * SIZE
    rows = list(found.defer("organisation__about", "organisation__about_html")[start : start + SIZE])
    where = standings(run, rows, language)
    return {
        "rows": [(row, where.get(row.pk, Standing())) for row in rows],
        "total": total,
        "asked": question,
        "before": str(question.page - 1) if question.page > 1 else "",
        "after": str(question.page + 1) if start + SIZE < total else "",
    }


def learner(enrolment: Enrolment, language: str) -> list[dict[str, Any]]:
    """Each part of the course with where this learner stands at it; one query for the outcomes."""
    tree = tree_of(enrolment.run.version)
    languages = (language, *enrolment.run.languages)
    rows = {str(row.node): row for row in enrolment.outcomes.exclude(node=None)}
    shown = []
    for node in tree.nodes:
        row = rows.get(node.key)
        shown.append(
            {
                "key": node.key, "kind": node.kind, "title": tree.title(node.key, languages)[0],
                "is_optional": node.is_optional, "state": row.state if row else "not_started",
                "share": row.share if row else None, "said": progress.said(row.why, row.values) if row else "",
                "at": row.at if row else None,
            }
        )  # fmt: skip
    return shown


def overview(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """What waits in each of these runs, and how far its people are; five queries, whatever the number of runs."""
    keys = [run.pk for run in runs]
    grouped = Enrolment.objects.filter(run__in=keys).order_by().values("run")
    numbers = {
        row["run"]: row
        for row in grouped.annotate(
            learning=Count("pk", filter=Q(state="enrolled")), finished=Count("pk", filter=Q(state="finished")),
            asked=Count("pk", filter=Q(state="asked")), waiting=Count("pk", filter=Q(state="waiting")),
            share=Avg(F("done") * 100.0 / F("total"), filter=Q(state__in=["enrolled", "finished"], total__gt=0)),
        )
    }  # fmt: skip
    stuck = stuck_in(Enrolment.objects.filter(run__in=keys)).order_by().values("run").annotate(number=Count("pk"))
    is_stuck = dict(stuck.values_list("run", "number"))
    evidence = evidence_waiting(keys).order_by().values("enrolment__run")
    to_see = {row["enrolment__run"]: row for row in evidence.annotate(number=Count("pk"), due=Min("due_on"))}
    answers = answers_waiting(keys).order_by().values_list("attempt__enrolment__run").annotate(number=Count("pk"))
    to_read = dict(answers)
    nobody = {"learning": 0, "finished": 0, "asked": 0, "waiting": 0, "share": None}
    rows = []
    for run in runs:
        seen: Mapping[str, Any] = to_see.get(run.pk) or {}
        waits = {"evidence": seen.get("number", 0), "due": seen.get("due"), "answers": to_read.get(run.pk, 0)}
        row = {**nobody, **numbers.get(run.pk, {}), **waits, "stuck": is_stuck.get(run.pk, 0), "run": run}
        rows.append(row)
    return rows


STATE_WORDS = {
    "": _("Everybody"),
    "learning": _("Learning"),
    "finished": _("Course finished"),
    "waiting": _("Waiting for an answer or a place"),
    "gone": _("No longer here"),
}
SORT_WORDS = {
    "name": _("By name"),
    "progress": _("Least done first"),
    "seen": _("Longest away first"),
    "since": _("Newest first"),
}
