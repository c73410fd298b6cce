"""What time does to calls: reminders before the last day, expiry, promises that are due, replies that wait."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.matching import actions
from koinon.matching.actions.ends import LET_GO_AFTER
from koinon.matching.engine import days
from koinon.matching.models import WAITING, Listing

log = structlog.get_logger(__name__)
AT_ONCE = 500
BEFORE_CHOICE = timedelta(days=7)
CLOCK = machine("clock")


@jobs.every("5 * * * *", "matching.expire")
def expire_listings() -> None:
    """Hourly: what has passed its last day leaves the lists; a small batch per hour keeps each run short."""
    today = date.today()
    over = Listing.objects.filter(state__in=["open", "paused"], until__lt=today)
    let_go = Listing.objects.filter(state="shortlisting", due_on__lt=today - LET_GO_AFTER)
    for rows in (over, let_go):
        _each(rows.select_related("organisation"), lambda row: actions.ends.expire(by=CLOCK, listing=row))


@jobs.every("20 6 * * *", "matching.remind")
def remind_owners() -> None:
    """Each morning: a letter for every open listing that ends within seven days, once."""
    last = date.today() + actions.listings.REMIND_BEFORE
    for listing in Listing.objects.running().filter(until__lte=last, reminded_on=None).order_by("pk"):
        actions.listings.remind(by=CLOCK, listing=listing)


@jobs.every("30 6 * * *", "matching.promises")
def keep_promises() -> None:
    """Each morning: calls that wait for a coordinator, calls whose replies wait, replies whose day has come."""
    today = date.today()
    in_review = Listing.objects.to_review().filter(due_on__lte=today).select_related("organisation")
    due = [row for row in in_review if days.is_nudge_due(due_on=row.due_on or today, nudges=row.nudges, today=today)]
    _each(due, lambda row: actions.reviews.nudge_review(by=CLOCK, listing=row))
    choosing = Listing.objects.filter(state="shortlisting").select_related("organisation")
    soon = choosing.filter(nudges=0, due_on__lte=today + BEFORE_CHOICE)
    on_the_day = choosing.filter(nudges=1, due_on__lte=today)
    for rows in (on_the_day, soon):
        _each(rows, lambda row: actions.ends.nudge(by=CLOCK, listing=row))
    waiting = Listing.objects.filter(replies__state__in=WAITING, replies__due_on__lte=today).distinct()
    _each(waiting.select_related("organisation"), lambda row: actions.replies.chase(by=CLOCK, listing=row))


def _each(rows: Iterable[Any], act: Callable[[Any], Any]) -> None:
    """One by one, so that one row that somebody moved meanwhile does not stop the others."""
    chosen = rows[:AT_ONCE] if isinstance(rows, list) else rows.order_by("pk")[:AT_ONCE]  # type: ignore[attr-defined]
    for row in chosen:
        try:
            act(row)
        except ValidationError:
            log.info("overtaken", kind=type(row).__name__, id=str(row.pk))
