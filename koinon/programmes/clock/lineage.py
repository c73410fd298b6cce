"""Sheets are made anew when something changed, and each night; each week what drifts in running programmes is told."""

from datetime import timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from koinon.kit import ids, jobs
from koinon.kit.models import Statement
from koinon.kit.verbs import machine
from koinon.programmes.actions import lineage as actions
from koinon.programmes.actions.lineage_sheet import renew
from koinon.programmes.engine import drift, lineage
from koinon.programmes.models import DriftWarning, Programme
from koinon.programmes.queries.lineage_rows import measured

log = structlog.get_logger(__name__)
QUIET = timedelta(days=180)
"""What was answered is not told again for so long."""

OVERLAP = timedelta(minutes=5)
"""An act that began before a sheet was made may have ended after it: it is looked at once more."""


@jobs.every("*/10 * * * *", "programmes.sheets")
def renew_changed() -> None:
    """Every ten minutes: sheets of programmes in whose network something was done in programmes since. So figures move
    in steps, not with each person who is put down."""
    for programme in Programme.objects.select_related("sheet").order_by("pk").iterator():
        if _has_changed(programme):
            renew(programme)


@jobs.every("10 2 * * *", "programmes.sheets_nightly")
def renew_all() -> None:
    """Each night every sheet, whatever happened: what was missed is put right."""
    for programme in Programme.objects.order_by("pk").iterator():
        renew(programme)


def _has_changed(programme: Programme) -> bool:
    """The chronicle knows: every act leaves a statement."""
    if not hasattr(programme, "sheet"):
        return True
    since = ids.floor_of(programme.sheet.made_at - OVERLAP)
    acts = Statement.objects.filter(network=programme.network_id, id__gte=since, verb__startswith="programmes.")
    return acts.exists()


@jobs.every("20 4 * * 1", "programmes.drift")
def look_for_drift() -> None:
    """Every Monday, before people come to work (UTC); one programme after the other."""
    for programme in Programme.objects.filter(state="running").select_related("organisation").order_by("pk").iterator():
        look_at(programme)


def look_at(programme: Programme) -> list[DriftWarning]:
    """New warnings of one programme; open ones that are no longer so go, those that are due are told once more."""
    clock, today = machine("clock"), timezone.localdate()
    told = {each.measure: each for each in drift.drifts(lineage.measured(measured(programme).all.values()))}
    rows = DriftWarning.objects.filter(programme=programme).select_related("programme__organisation")
    lately = set(rows.filter(state="answered", moved_at__gt=timezone.now() - QUIET).values_list("measure", flat=True))
    for row in rows.open().order_by("pk"):
        if row.measure not in told:
            _try(actions.forget_drift, by=clock, warning=row)
        elif row.due_on <= today and row.nudged_on is None:
            _try(actions.remind_of_drift, by=clock, warning=row)
        lately.add(row.measure)
    made = [_try(actions.warn, by=clock, programme=programme, drift=told[name]) for name in told if name not in lately]
    return [row for row in made if row is not None]


def _try(act: Any, **facts: Any) -> Any:
    """Somebody may answer meanwhile, or another clock be quicker: then it is done already."""
    try:
        return act(**facts)
    except (ValidationError, IntegrityError):
        log.info("drift has moved on meanwhile", act=act.verb)
        return None
