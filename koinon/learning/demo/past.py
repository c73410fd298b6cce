"""The demo's past: what its people did is written through the verbs of today, then given the day on which it was.

What nobody did here and now is no act, so it leaves no statement.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from koinon.learning.actions import progress
from koinon.learning.models import Enrolment, Happening

DAY = timedelta(days=1)


def ago(days: float, hour: int = 0) -> datetime:
    """So many days before now; with `hour`, at that full hour (UTC)."""
    at = timezone.now() - days * DAY
    return at.replace(hour=hour, minute=0, second=0, microsecond=0) if hour else at


@transaction.atomic
def see(*, enrolment: Enrolment, pages: list[tuple[str, datetime]]) -> Enrolment:
    """Pages (key, when) that somebody opened."""
    rows = [
        Happening(id=_id(enrolment, key), enrolment=enrolment, node=UUID(key), kind="viewed", at=at)
        for key, at in pages
    ]  # fmt: skip
    progress.write(enrolment, rows)
    return enrolment


@transaction.atomic
def date_back(*, enrolment: Enrolment, moments: dict[UUID, datetime]) -> Enrolment:
    """Give events (id -> when) their day. Events are never changed, so they are written anew, and so are outcomes."""
    rows = list(Happening.objects.filter(enrolment=enrolment))
    for row in rows:
        row.at = moments.get(row.pk, row.at)
        row.by_id = row.by_id or enrolment.person_id
    Happening.objects.filter(enrolment=enrolment).delete()
    Happening.objects.bulk_create(rows)
    progress.recompute(Enrolment.objects.select_related("run__version").get(pk=enrolment.pk))
    latest = max((row.at for row in rows), default=None)
    Enrolment.objects.filter(pk=enrolment.pk).update(seen_at=latest)
    Enrolment.objects.filter(pk=enrolment.pk, state="finished").update(moved_at=latest)
    return enrolment


class Diary:
    """Which events of an enrolment happened when: ask `new` after each verb."""

    def __init__(self, enrolment: Enrolment) -> None:
        self.enrolment = enrolment
        self.moments: dict[UUID, datetime] = {}

    def new(self, at: datetime) -> None:
        """What is new since the last time happened at this moment."""
        rows = Happening.objects.filter(enrolment=self.enrolment).exclude(pk__in=self.moments)
        known = {key: moment for key, moment in rows.values_list("pk", "at")}
        self.moments |= {key: (moment if moment < timezone.now() - DAY else at) for key, moment in known.items()}


def dated(model: Any, row: Any, at: datetime, *fields: str) -> None:
    """Give fields of a row a moment."""
    model.objects.filter(pk=row.pk).update(**dict.fromkeys(fields, at))


def _id(enrolment: Enrolment, key: str) -> UUID:
    return uuid5(enrolment.pk, key)
