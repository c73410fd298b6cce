"""Places in a run: taken by a conditional UPDATE while the run is held, given to who waits longest when one is free.

Not verbs: what verbs of enrolments and runs do inside their transaction.
"""

from django.db.models import F
from django.utils import timezone

from koinon.learning.actions import progress
from koinon.learning.models import ENROLMENT_STEPS, Enrolment, Run
from koinon.learning.notices import teaching as notices


def hold(run: Run) -> Run:
    """The run's row, held until the transaction ends: who enrols and who leaves come one after the other."""
    return (
        Run.objects.select_for_update(of=("self",)).select_related("version", "organisation", "network").get(pk=run.pk)
    )


def take(run: Run) -> bool:
    """A place, if there is one: the database counts, not we."""
    return bool(Run.objects.filter(pk=run.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1))


def begin(enrolment: Enrolment) -> None:
    """Somebody learns from now on: where they stand at each node, so that lists and pages can show it."""
    progress.recompute(enrolment)
    enrolment.refresh_from_db(fields=["done", "total", "state"])


def give_back(run: Run) -> None:
    """A place is free again, and goes to who waits longest."""
    Run.objects.filter(pk=run.pk, taken__gt=0).update(taken=F("taken") - 1)
    fill(run)


def fill(run: Run) -> list[Enrolment]:
    """Give free places to those on the waiting list, first come, first served; they are told."""
    given: list[Enrolment] = []
    waiting = Enrolment.objects.filter(run=run, state="waiting").select_related("run__version", "person")
    for row in waiting.order_by("moved_at", "pk")[: run.capacity]:
        if not take(run):
            break
        ENROLMENT_STEPS.move(row, "enrolled", moved_at=timezone.now())
        begin(row)
        given.append(row)
    for row in given:
        notices.place_free(row)
    return given
