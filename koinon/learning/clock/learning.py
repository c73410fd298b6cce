"""What time does to learners: quizzes whose time is over, witnesses who were asked, deadlines that come near."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.learning.actions import attempts, deadlines, evidence
from koinon.learning.models import Attempt, Enrolment, Evidence, Outcome, Run
from koinon.learning.queries.my_learning import due_on
from koinon.learning.queries.trees import tree_of

log = structlog.get_logger(__name__)
AT_ONCE = 500
BEFORE = timedelta(days=2)


@jobs.every("* * * * *", "learning.attempts")
def end_attempts() -> None:
    """Each minute: what was saved counts when the time, or the run, is over."""
    late = Q(ends_at__lt=timezone.now() - attempts.GRACE) | Q(enrolment__run__state__in=["ended", "cancelled"])
    rows = Attempt.objects.filter(late, state="open").select_related("enrolment__run__version").order_by("pk")
    _each(rows[:AT_ONCE], lambda row: attempts.end(by=machine("clock"), attempt=row))


@jobs.every("10 7 * * *", "learning.witnesses")
def remind_witnesses() -> None:
    """Each morning (UTC): one reminder to a witness who has not answered, as long as the link holds."""
    now = timezone.now()
    rows = Evidence.objects.filter(
        witness_asked_at__lt=now - evidence.REMINDED_AFTER, witness_asked_at__gt=now - evidence.WITNESS_LIFE,
        witness_reminded_at=None, witnessed_at=None, state="handed_in",
    ).exclude(witness_email="")  # fmt: skip
    _each(rows.order_by("pk")[:AT_ONCE], lambda row: evidence.remind(by=machine("clock"), evidence=row))


@jobs.every("20 7 * * *", "learning.deadlines")
def remind_of_deadlines() -> None:
    """Each morning (UTC): a word to whoever has not done what is due in two days."""
    runs = Run.objects.filter(state__in=["open", "running"], starts_on__lte=date.today()).select_related("version")
    for run in runs.order_by("pk").iterator(chunk_size=200):
        _each(_due(run), lambda told: deadlines.tell(by=machine("clock"), **told))


def _due(run: Run) -> Iterable[dict[str, Any]]:
    for node in tree_of(run.version).nodes:
        due = due_on(node, run.starts_on)
        if due is None or not date.today() < due <= date.today() + BEFORE:
            continue
        done = Outcome.objects.filter(enrolment__run=run, node=node.key, state__in=["done", "waiting"])
        rows = Enrolment.objects.filter(run=run, state="enrolled").exclude(pk__in=done.values("enrolment"))
        people = [row.person for row in rows.select_related("person")]
        if people:
            yield {"run": run, "node": node.key, "due": due, "people": people}


def _each(rows: Iterable[Any], act: Callable[[Any], Any]) -> None:
    """One after the other; one that does not work stops no other."""
    for row in rows:
        try:
            act(row)
        except ValidationError as problem:
            log.info("learning clock passed over", why=" ".join(problem.messages))
