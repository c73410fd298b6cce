"""What time does to projects: calls close, invitations lapse, works end, and whoever is waited for hears of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.projects.actions import calls, doing, grants, plans, teams
from koinon.projects.actions.leaving import purge_invitations
from koinon.projects.models import Call, CheckIn, Project, SmallGrant, Teammate

log = structlog.get_logger(__name__)
AT_ONCE = 500
WEEK, QUIET, YEAR = timedelta(days=7), timedelta(days=21), timedelta(days=365)
NAMES = ("call", "network", "supervisor")


@jobs.every("10 1 * * *", "projects.days")
def turn_days() -> None:
    """Nightly: plans go to the jury, returned ones as they are; works end; invitations lapse; old ones are archived."""
    clock, today = machine("clock"), date.today()
    late = Project.objects.filter(state="returned", due_on__lt=today).select_related(*NAMES).order_by("pk")
    _each(late, lambda row: plans.run_out(by=clock, project=row))
    over = Call.objects.filter(state="open", closes_on__lt=today).filter(_has("submitted")).order_by("pk")
    _each(over.select_related("network", "organisation"), lambda row: calls.judge(by=clock, call=row))
    done = Project.objects.filter(state="running", ends_on__lt=today).select_related(*NAMES).order_by("pk")
    _each(done, lambda row: doing.finish(by=clock, project=row))
    asked = Teammate.objects.filter(state="invited", until__lt=today).select_related("project", "invited_by")
    _each(asked.order_by("pk"), lambda row: teams.lapse(by=clock, teammate=row))
    old = Project.objects.filter(state="closed", moved_at__lt=timezone.now() - YEAR).order_by("pk")
    _each(old, lambda row: doing.archive(by=clock, project=row))
    purge_invitations()


@jobs.every("40 6 * * *", "projects.nudges")
def nudge() -> None:
    """Each morning (UTC): three days before a day that is set and each week after it, whoever's turn it is."""
    clock, today = machine("clock"), date.today()
    soon = Q(due_on__lte=today + timedelta(days=3)) & (Q(nudged_on=None) | Q(nudged_on__lte=today - WEEK))
    waiting = Project.objects.filter(soon, state__in=["returned", "conditional", "closing"]).order_by("pk")
    _each(waiting.select_related(*NAMES), lambda row: plans.nudge(by=clock, project=row))
    lately = CheckIn.objects.filter(project=OuterRef("pk"), at__gt=timezone.now() - QUIET)
    quiet = Project.objects.filter(~Exists(lately), state="running", moved_at__lt=timezone.now() - QUIET)
    quiet = quiet.filter(Q(nudged_on=None) | Q(nudged_on__lte=today - QUIET)).order_by("pk")
    _each(quiet.select_related(*NAMES), lambda row: plans.nudge(by=clock, project=row))
    money = SmallGrant.objects.filter(soon).exclude(state__in=["refused", "withdrawn", "closed"]).order_by("pk")
    _each(money.select_related("project__call", "project__network"), lambda row: grants.nudge(by=clock, grant=row))
    again = Q(nudged_on=None) | Q(nudged_on__lte=today - WEEK)
    jury = Q(state="judging", decides_on__lte=today + WEEK) | Q(state="ranked", moved_at__lt=timezone.now() - WEEK)
    stuck = jury | Q(state="open", closes_on__lt=today)
    late = Call.objects.filter(stuck).filter(again).select_related("network", "organisation").order_by("pk")
    _each(late, lambda row: calls.nudge(by=clock, call=row))
    asked = Teammate.objects.filter(state="invited", reminded_on=None, at__lt=timezone.now() - WEEK, until__gte=today)
    _each(
        asked.select_related("project", "invited_by").order_by("pk"), lambda row: teams.remind(by=clock, teammate=row)
    )


def _has(state: str) -> Exists:
    return Exists(Project.objects.filter(call=OuterRef("pk"), state=state))


def _each(rows: Any, act: Callable[[Any], Any]) -> None:
    """A bounded batch; a row that has moved on meanwhile does not stop the others."""
    for row in rows[:AT_ONCE]:
        try:
            act(row)
        except ValidationError:
            log.info("moved on meanwhile", kind=type(row).__name__, row=str(row.pk))
