"""Each week: what drifts in running programmes is told, what no longer drifts is forgotten."""

from datetime import timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.programmes.actions import lineage as actions
from koinon.programmes.engine import drift, lineage
from koinon.programmes.models import DriftWarning, Programme
from koinon.programmes.queries.lineage import grown

log = structlog.get_logger(__name__)
QUIET = timedelta(days=180)
"""What was answered is not told again for so long."""


@jobs.every("20 4 * * 1", "programmes.drift")
def look_for_drift() -> None:
    """Every Monday, before people come to work (UTC); one programme after the other."""
    for programme in Programme.objects.filter(state="running").select_related("organisation").order_by("pk").iterator():
        look_at(programme)


def look_at(programme: Programme) -> list[DriftWarning]:
    """New warnings of one programme; open ones that are no longer so go, those that are due are told once more."""
    clock, today = machine("clock"), timezone.localdate()
    told = {each.measure: each for each in drift.drifts(lineage.measured(grown(programme).all.values()))}
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
