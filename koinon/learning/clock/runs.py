"""What time does to runs: they begin and end, people hear of sessions and ends, nobody is forgotten on a desk."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.learning.actions import announcing, lists, marking, runs, sessions
from koinon.learning.models import Enrolment, Evidence, Invited, Run, Session
from koinon.learning.queries.cohorts import STUCK_AFTER, last_seen
from koinon.learning.rules.teaching import may_accept

log = structlog.get_logger(__name__)
AT_ONCE = 500
AGAIN_AFTER = timedelta(days=14)
SOON = timedelta(hours=36)
GOING_ON = ["open", "running"]


@jobs.every("5 * * * *", "learning.runs")
def turn_runs() -> None:
    """Hourly: a run begins on its first day and ends after its last one; looks at what is, so it may run twice."""
    clock, today = machine("clock"), date.today()
    rows = Run.objects.select_related("version", "organisation").order_by("pk")
    _each(rows.filter(state="open", starts_on__lte=today), lambda row: runs.start(by=clock, run=row))
    _each(rows.filter(state="running", ends_on__lt=today), lambda row: runs.end(by=clock, run=row))
    over = Q(until__lt=today) | Q(run__state__in=["ended", "cancelled"])
    asked = Invited.objects.filter(over, state="open").select_related("run").order_by("pk")
    _each(asked, lambda row: lists.lapse(by=clock, invited=row))
    to_teach = Invited.objects.filter(role="facilitator", state="open").select_related(
        "run__organisation", "invited_by"
    )
    void = [row for row in to_teach.order_by("pk") if not may_accept(invited=row)]
    _each(void, lambda row: lists.lapse(by=clock, invited=row))


@jobs.every("15 * * * *", "learning.sessions")
def remind_of_sessions() -> None:
    """Hourly: what begins within a day and a half is said once, the day before."""
    now = timezone.now()
    rows = Session.objects.filter(
        starts_at__gt=now, starts_at__lt=now + SOON, reminded_at=None, is_cancelled=False, run__state__in=GOING_ON
    )
    rows = rows.select_related("run__version", "run__organisation").order_by("starts_at", "pk")
    _each(rows, lambda row: sessions.remind(by=machine("clock"), session=row))


@jobs.every("30 6 * * *", "learning.reminders")
def daily_reminders() -> None:
    """Each morning (UTC): who is stuck, whose evidence and whose question waits, what ends in a week, who was asked."""
    clock, today = machine("clock"), date.today()
    names = ("run__version", "run__organisation", "person")
    away = Enrolment.objects.filter(state="enrolled", run__state="running").annotate(last=last_seen())
    away = away.filter(last__lt=timezone.now() - STUCK_AFTER)
    away = away.filter(Q(nudged_on=None) | Q(nudged_on__lte=today - AGAIN_AFTER)).order_by("pk")
    _each(away.select_related(*names), lambda row: announcing.nudge(by=clock, enrolment=row))
    late = Evidence.objects.filter(state="handed_in", due_on__lte=today, reminded_on=None).order_by("pk")
    late = late.select_related("enrolment__run__organisation", "enrolment__person")
    _each(late, lambda row: marking.remind(by=clock, evidence=row))
    asked = Enrolment.objects.filter(state="asked", due_on__lte=today, nudged_on=None).select_related(*names)
    _each(asked.order_by("pk"), lambda row: announcing.remind_asked(by=clock, enrolment=row))
    ending = Run.objects.filter(state="running", ends_on__range=[today, today + timedelta(days=7)], reminded_on=None)
    _each(ending.order_by("pk"), lambda row: announcing.tell_end(by=clock, run=row))
    week_ago = timezone.now() - timedelta(days=7)
    open_ = Invited.objects.filter(state="open", at__lt=week_ago, reminded_on=None, until__gte=today)
    _each(open_.select_related("run__organisation").order_by("pk"), lambda row: lists.remind(by=clock, invited=row))


def _each(rows: Any, act: Callable[[Any], Any]) -> None:
    """A bounded batch; a row that has moved on meanwhile does not stop the others."""
    for row in rows[:AT_ONCE]:
        try:
            act(row)
        except ValidationError:
            log.info("moved on meanwhile", kind=type(row).__name__, row=str(row.pk))
