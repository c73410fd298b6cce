"""After a merge: rows that came late are fetched; unanswered ones are reminded and end; old ones are settled."""

from datetime import date, timedelta
from uuid import UUID

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.actions import merges
from koinon.network.clock.one_by_one import each
from koinon.network.models import Merge

CLOCK = machine("clock")
BEFORE_END = timedelta(days=7)
WATCHED = timedelta(days=2)


@jobs.task("network.merge_late_rows")
def fetch_late_rows(merge: str) -> None:
    """A minute after a merge: what somebody wrote for the old entry at that very moment."""
    row = Merge.objects.filter(pk=UUID(merge), state=Merge.State.DONE).first()
    if row is not None:
        merges.follow(by=CLOCK, merge=row)


@jobs.every("35 4 * * *", "network.merges")
def daily() -> None:
    """Merges that wait for other networks, and those that can no longer be undone."""
    today = date.today()
    asked = Merge.objects.filter(state=Merge.State.ASKED)
    each(asked.filter(due_on__lt=today), lambda row: merges.expire(by=CLOCK, merge=row))
    soon = asked.filter(due_on__gte=today, due_on__lte=today + BEFORE_END, reminded_at=None)
    each(soon, lambda row: merges.remind(by=CLOCK, merge=row))
    done = Merge.objects.filter(state=Merge.State.DONE)
    each(done.filter(until__lt=today), lambda row: merges.settle(by=CLOCK, merge=row))
    each(done.filter(moved_at__date__gte=today - WATCHED), lambda row: merges.follow(by=CLOCK, merge=row))
