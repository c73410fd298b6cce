"""Long work of imports: reading, making, taking back. Killed at any moment it runs again and does nothing twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import translation

from koinon.kit import jobs
from koinon.kit.sheets import SheetError
from koinon.kit.verbs import machine
from koinon.network.actions import intake_making, intake_reading
from koinon.network.clock import indexing
from koinon.network.models import INTAKE_STEPS, Intake

Step = Callable[[int, int], None]


@jobs.work("network.intake_read")
def read_rows(track: jobs.Track, intake: str) -> dict[str, Any]:
    """Read a spreadsheet and check its rows."""
    row = Intake.objects.select_related("network", "upload", "person").get(pk=UUID(intake))
    if row.state != Intake.State.UPLOADED:
        return {}
    with translation.override(row.language), _seen(track) as step:
        try:
            intake_reading.read(by=machine("import"), intake=row, step=step)
        except SheetError as problem:
            intake_reading.give_up(by=machine("import"), intake=row, problem=str(problem))
        except jobs.Cancelled:
            INTAKE_STEPS.move(row, "failed")
            raise
    return {"rows": row.rows.count()}


@jobs.work("network.intake_import")
def import_rows(track: jobs.Track, intake: str) -> dict[str, Any]:
    """Make what the rows say, all or nothing; then index it."""
    row = Intake.objects.select_related("network", "upload", "person").get(pk=UUID(intake))
    with _seen(track) as step:
        try:
            _carry_out(row, step)
        except jobs.Cancelled:
            row.refresh_from_db()
            INTAKE_STEPS.move(row, "checked")
            raise
    return {"state": row.state}


@jobs.work("network.intake_undo")
def undo_rows(track: jobs.Track, intake: str) -> dict[str, Any]:
    """Take back what an import made."""
    row = Intake.objects.select_related("network", "upload", "person").get(pk=UUID(intake))
    with _seen(track) as step, indexing.together(row.network_id):
        intake_making.unmake(by=machine("import"), intake=row, step=step)
    return {"stays": len(row.stays)}


def _carry_out(row: Intake, step: Step) -> None:
    with transaction.atomic(), indexing.together(row.network_id):
        intake_making.carry_out(by=machine("import"), intake=row, step=step)


@contextmanager
def _seen(track: jobs.Track) -> Iterator[Step]:
    """Progress that others see while our transaction is open: written over a connection of its own."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="progress") as aside:

        def write(done: int, total: int) -> None:
            if track.work.total != total:
                track.begin(total)
            track.step(done)

        try:
            yield lambda done, total: aside.submit(write, done, total).result()
        finally:
            aside.submit(lambda: connection.close()).result()
