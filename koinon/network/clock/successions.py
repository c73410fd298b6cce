"""Successors: the deputy is reminded once, then the coordinators look, and hear of it until somebody is found."""

from datetime import date

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.actions import successors
from koinon.network.clock.one_by_one import each
from koinon.network.models import Succession

CLOCK = machine("clock")


@jobs.every("40 4 * * *", "network.successions")
def daily() -> None:
    """Whose turn it is hears of it; who does not answer is passed over."""
    today = date.today()
    rows = Succession.objects.select_related("organisation", "mandate__person")
    asked = rows.filter(state="asked")
    each(asked.filter(due_on__lt=today), lambda row: successors.escalate(by=CLOCK, succession=row))
    soon = asked.filter(due_on__gte=today, due_on__lte=today + successors.AGAIN, reminded_at=None)
    each(soon, lambda row: successors.remind(by=CLOCK, succession=row))
    slow = rows.filter(state="escalated", due_on__lt=today)
    each(slow, lambda row: successors.remind(by=CLOCK, succession=row))
