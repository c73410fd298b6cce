"""How the clock goes through rows: in bounded batches, each in a transaction of its own."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

log = structlog.get_logger(__name__)
AT_ONCE = 500


def each(rows: "QuerySet[Any]", act: Callable[[Any], Any], *, most: int = AT_ONCE) -> int:
    """Do it for at most `most` rows; one that somebody moved meanwhile does not stop the others. Gives how many."""
    done = 0
    for row in rows[:most]:
        try:
            act(row)
        except ValidationError:
            log.info("overtaken", kind=type(row).__name__, id=str(row.pk))
        else:
            done += 1
    return done
