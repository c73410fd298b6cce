"""What time does to programmes: grants end, deliveries begin, whose turn it is is told, names are deleted."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.engine.standing import months_after
from koinon.programmes.actions import deliveries, grants, participants, qualifying
from koinon.programmes.models import CascadeGrant, Delivery, Participant, Programme, Qualification
from koinon.programmes.queries.standing import standings

log = structlog.get_logger(__name__)
AT_ONCE = 500
REMIND = (14, 60)
QUIET = timedelta(days=60)
"""So long without a delivery, and after a nudge, before a facilitator is nudged."""
KEPT_MONTHS = 6


@jobs.every("25 * * * *", "programmes.hourly")
def turn() -> None:
    """Hourly: deliveries begin on their first day, grants end after their last one, standings are found anew."""
    clock, today = machine("clock"), timezone.localdate()
    names = ("programme__network", "programme__organisation", "person")
    rows = CascadeGrant.objects.filter(state="active", until__lt=today).select_related(*names)
    _each(rows.order_by("pk"), lambda row: grants.expire(by=clock, grant=row))
    begun = Delivery.objects.filter(state="planned", starts_on__lte=today).select_related("programme")
    _each(begun.order_by("pk"), lambda row: deliveries.start(by=clock, delivery=row))
    _each(_moved(), lambda row: qualifying.look(by=clock, qualification=row))


@jobs.every("40 6 * * *", "programmes.daily")
def remind() -> None:
    """Each morning (UTC): grants that end soon, facilitators who have gone quiet, reports that are due."""
    clock, today = machine("clock"), timezone.localdate()
    names = ("programme__network", "programme__organisation", "person")
    for days in REMIND:
        ending = CascadeGrant.objects.in_force().filter(
            Q(reminded_days=None) | Q(reminded_days__gt=days), until__lte=today + timedelta(days=days)
        )
        rows = ending.filter(programme__state="running").select_related(*names).order_by("pk")
        _each(rows, partial(_remind, days))
    _each(_quiet().select_related(*names).order_by("pk"), lambda row: grants.nudge(by=clock, grant=row))
    over = Q(state__in=["planned", "running"], ends_on__lte=today - timedelta(days=3))
    waiting = Delivery.objects.filter(over | Q(state__in=["reported", "returned"], due_on__lte=today), nudged_on=None)
    due = waiting.select_related("programme__organisation", "supervisor").order_by("pk")
    _each(due, lambda row: deliveries.remind(by=clock, delivery=row))


@jobs.every("50 3 * * *", "programmes.purge")
def purge() -> None:
    """Each night: half a year after a programme's end the names of participants go; counts stay."""
    clock, today = machine("clock"), timezone.localdate()
    kept = Participant.objects.filter(delivery=OuterRef("pk"), purged_at=None)
    ended = Programme.objects.filter(ends_on__lt=today - timedelta(days=KEPT_MONTHS * 28)).order_by("pk")
    due = [row.pk for row in ended if months_after(row.ends_on, KEPT_MONTHS) < today]
    rows = Delivery.objects.filter(Exists(kept), programme__in=due).select_related("programme").order_by("pk")
    _each(rows, lambda row: participants.purge(by=clock, delivery=row))


def _remind(days: int, grant: CascadeGrant) -> None:
    grants.remind(by=machine("clock"), grant=grant, days=days)


def _moved() -> list[Qualification]:
    """On the way and ready now, or the other way round: what they did elsewhere is found within the hour."""
    rows = Qualification.objects.open().filter(programme__state="running").select_related("programme__course")
    found = list(rows.order_by("moved_at", "pk")[: AT_ONCE * 4])
    told = standings(found)
    return [row for row in found if told[row.pk].is_ready != (row.state == "ready")]


def _quiet() -> Any:
    """Grants in force since a while, nothing planned or lately given, the target not reached, not nudged lately."""
    today = timezone.localdate()
    lately = Delivery.objects.counted().filter(grant=OuterRef("pk"), ends_on__gte=today - QUIET)
    counted = ~Q(deliveries__state="cancelled")
    rows = CascadeGrant.objects.in_force().filter(~Exists(lately), programme__state="running", since__lte=today - QUIET)
    rows = rows.filter(Q(nudged_on=None) | Q(nudged_on__lte=today - QUIET), person__isnull=False)
    reached = Coalesce(Sum("deliveries__number_reached", filter=counted), 0)
    return rows.annotate(reached=reached).filter(reached__lt=F("target_people"))


def _each(rows: Any, act: Callable[[Any], Any]) -> None:
    """A bounded batch; a row that has moved on meanwhile does not stop the others."""
    for row in rows[:AT_ONCE]:
        try:
            act(row)
        except ValidationError:
            log.info("moved on meanwhile", kind=type(row).__name__, row=str(row.pk))
