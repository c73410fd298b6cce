"""Once a day: what has run out ends, who forgot is reminded, once each."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network import seams
from koinon.network.actions import invitations, mandates
from koinon.network.models import Invitation, Mandate, Membership

log = structlog.get_logger(__name__)
BEFORE_INVITATION = timedelta(days=4)
BEFORE_MANDATE = timedelta(days=30)
ASLEEP = timedelta(days=7)
"""Memberships that ended while the worker was off so long leave the directory as well."""
AT_ONCE = 500
CLOCK = machine("clock")


@jobs.every("20 4 * * *", "network.daily")
def daily() -> None:
    """Invitations, mandates, and what is found of memberships that began or ended with the day."""
    now, today = timezone.now(), date.today()
    sent = Invitation.objects.open()
    _each(sent.filter(until__lte=now), lambda row: invitations.expire(by=CLOCK, invitation=row))
    soon = sent.filter(until__gt=now, until__lte=now + BEFORE_INVITATION, reminded_at=None)
    _each(soon, lambda row: invitations.remind(by=CLOCK, invitation=row))
    over = Mandate.objects.filter(period__endswith__lte=today, cut_at=None, ended_why="")
    _each(over, lambda row: mandates.expire(by=CLOCK, mandate=row))
    ending = Mandate.objects.in_force().filter(period__endswith__lte=today + BEFORE_MANDATE, reminded_at=None)
    _each(ending.exclude(period__upper_inf=True), lambda row: mandates.remind(by=CLOCK, mandate=row))
    turned = Q(period__startswith=today) | Q(period__endswith__gt=today - ASLEEP, period__endswith__lte=today)
    changed = Membership.objects.filter(turned).order_by().values_list("organisation", flat=True).distinct()
    seams.organisation_changed.gather(list(changed))


def _each(rows: Iterable[Any], act: Callable[[Any], Any]) -> None:
    """One by one, so that one row that somebody moved meanwhile does not stop the others."""
    for row in rows[:AT_ONCE]:  # type: ignore[index]
        try:
            act(row)
        except ValidationError:
            log.info("overtaken", kind=type(row).__name__, id=str(row.pk))
