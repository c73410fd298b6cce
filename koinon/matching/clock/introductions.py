"""What time does to introductions and meetings, at one fixed hour, so that no letter tells what was answered."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.matching import actions
from koinon.matching.actions import meetings, outcomes
from koinon.matching.models import Answer, Introduction, Meeting

log = structlog.get_logger(__name__)
AT_ONCE = 500
PASS_ON_WITHIN = timedelta(days=5)
ANSWER_WITHIN = timedelta(days=2)
REMIND_BEFORE = (timedelta(days=23), timedelta(days=9))
"""Before the closing day: a week after it was proposed, and three weeks after."""


@jobs.every("30 7 * * *", "matching.introductions")
def daily_introductions() -> None:
    """Each day at half past seven (UTC): remind, close, ask again, ask what came of it, end."""
    clock = machine("clock")
    _each(_to_pass_on(), lambda row: actions.introductions.remind(by=clock, introduction=row))
    _each(_to_remind(), lambda row: actions.introductions.remind(by=clock, introduction=row))
    _each(_to_close(), lambda row: actions.introductions.close(by=clock, introduction=row))
    _each(_to_recall(), lambda row: actions.introductions.recall(by=clock, answer=row))
    for after in outcomes.AFTER:
        _each(_to_ask(after), partial(_ask, after))
    _each(_to_end(), lambda row: outcomes.end(by=clock, introduction=row))


@jobs.every("35 * * * *", "matching.meetings")
def hourly_meetings() -> None:
    """Hourly: a meeting without a time lapses, whose turn it is hears of it once, one that is over is asked about."""
    clock, now = machine("clock"), timezone.now()
    rows = Meeting.objects.order_by("pk").select_related("organiser")
    _each(rows.filter(state="asked", last_at__lt=now), lambda row: meetings.lapse(by=clock, meeting=row))
    silent = rows.filter(state="asked", moved_at__lt=now - ANSWER_WITHIN, asked_on=None)
    _each(silent, lambda row: meetings.remind(by=clock, meeting=row))
    set_before = rows.filter(state="fixed", starts_at__lt=now - timedelta(hours=18))
    _each(set_before.filter(asked_on=None), lambda row: meetings.ask(by=clock, meeting=row))
    old = rows.filter(state="fixed", starts_at__lt=now - meetings.KEPT_OPEN, asked_on__isnull=False)
    _each(old, lambda row: meetings.leave(by=clock, meeting=row))


def _ask(after: int, row: Introduction) -> None:
    outcomes.ask(by=machine("clock"), introduction=row, after=after)


def _to_pass_on() -> Any:
    """Those that have waited for the coordinator for five days, and then every week."""
    week_ago = date.today() - timedelta(days=7)
    rows = _rows().filter(state="asked", made_at__date__lte=date.today() - PASS_ON_WITHIN)
    return rows.filter(Q(reminded_on=None) | Q(reminded_on__lte=week_ago))


def _to_remind() -> Any:
    today = date.today()
    due = Q()
    for before in REMIND_BEFORE:
        day = F("closes_on") - before
        due |= Q(closes_on__lte=today + before) & (Q(reminded_on=None) | Q(reminded_on__lt=day))
    return _rows().filter(due, state="proposed", closes_on__gte=today)


def _to_close() -> Any:
    return _rows().filter(state="proposed", closes_on__lt=date.today())


def _to_recall() -> Any:
    rows = Answer.objects.filter(
        says="later", again_on__lte=date.today(), asked_again_on=None, introduction__state="closed"
    )
    return rows.select_related("introduction__one", "introduction__other").order_by("pk")


def _to_ask(after: int) -> Any:
    day = date.today() - timedelta(days=after)
    rows = _rows().filter(state__in=["connected", "met"], connected_on__lte=day)
    return rows.exclude(outcomes__after=after)


def _to_end() -> Any:
    """Both have told after 90 days, or the patience is over."""
    last = max(outcomes.AFTER)
    over = date.today() - timedelta(days=last) - outcomes.PATIENCE
    rows = _rows().filter(state__in=["connected", "met"], outcomes__after=last)
    told = rows.exclude(outcomes__in=_silent(last))
    return _rows().filter(Q(pk__in=told.values("pk")) | Q(pk__in=rows.filter(connected_on__lte=over).values("pk")))


def _silent(after: int) -> Any:
    from koinon.matching.models import Outcome

    return Outcome.objects.filter(after=after, came="")


def _rows() -> Any:
    return Introduction.objects.select_related("one", "other", "network").order_by("pk")


def _each(rows: Iterable[Any], act: Callable[[Any], Any]) -> None:
    """A bounded batch; a row that has moved on meanwhile is left alone."""
    for row in rows[:AT_ONCE]:  # type: ignore[index]
        try:
            act(row)
        except ValidationError:
            log.info("moved on meanwhile", row=str(row.pk))
