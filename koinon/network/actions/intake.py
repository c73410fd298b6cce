"""Import of a spreadsheet: upload, columns, choices, start, undo. Reading and making are long work (clock/intakes)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit import files, jobs
from koinon.kit.models import Work
from koinon.kit.sheets import SheetError
from koinon.kit.verbs import Actor, machine, verb
from koinon.network import rules
from koinon.network.actions import intake_making, intake_reading
from koinon.network.engine.columns import FIELDS
from koinon.network.models import INTAKE_STEPS, Intake, IntakeRow, Network

Progress = Callable[[int, int], None]


@verb("network.intake_uploaded", rule=rules.may_run)
def upload(*, by: Actor, network: Network, file: "UploadedFile | File[bytes]") -> Intake:
    """Keep a spreadsheet and queue its reading. Raises ValidationError (file) when it is none."""
    try:
        said = {"scope": network.pk, "kept_for": "coordinator"}
        kept = files.keep_sheet(file=file, person=by.person, **said)  # type: ignore[arg-type]
    except ValidationError as problem:
        raise ValidationError({"file": problem.messages}) from problem
    intake = Intake.objects.create(
        network=network, upload=kept, person_id=by.person, language=(get_language() or "en")[:2]
    )
    if not by.is_machine:
        _queue_reading(intake, by)
    return intake


@verb("network.intake_arranged", rule=rules.may_run_intake)
def arrange(*, by: Actor, intake: Intake, columns: Mapping[str, int | None], sheet: str = "") -> Intake:
    """Say which column is which (None: there is none) and read the rows anew; choices made before are kept by row."""
    release(intake)
    used = [column for column in columns.values() if column is not None]
    if len(set(used)) != len(used):
        raise ValidationError(_("Two fields cannot come from the same column."))
    if any(column < 0 or column >= len(intake.headings) for column in used):
        raise ValidationError(_("Please choose columns of this file."))
    kept = {field: column for field, column in columns.items() if field in FIELDS and column is not None}
    facts = {**intake.sheet, "wanted": sheet} if sheet else intake.sheet
    INTAKE_STEPS.move(intake, "uploaded", columns=kept, sheet=facts, problem="")
    _queue_reading(intake, by)
    return intake


@verb("network.intake_chosen", rule=rules.may_run_intake)
def choose(*, by: Actor, intake: Intake, choices: Mapping[int, tuple[str, str]]) -> Intake:
    """Decide rows: number -> ("new" | "same" | "skip", key of the twin for "same")."""
    release(intake)
    if intake.state != Intake.State.CHECKED:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    changed = []
    for row in intake.rows.filter(number__in=list(choices)):
        choice, twin = choices[row.number]
        known = {each["key"] for each in row.twins if intake_reading.may_be_chosen(each)}
        if choice not in IntakeRow.Choice.values or (choice == "same" and twin not in known):
            raise ValidationError(_("Row %(number)s: please choose one of the list.") % {"number": row.number})
        row.choice, row.twin = choice, twin if choice == "same" else ""
        changed.append(row)
    IntakeRow.objects.bulk_update(changed, ["choice", "twin"], batch_size=500)
    return intake


@verb("network.intake_started", rule=rules.may_run_intake)
def start(*, by: Actor, intake: Intake) -> Intake:
    """Queue the import. Raises ValidationError while a row has a fault or waits for a choice."""
    from koinon.network.clock.intakes import import_rows

    release(intake)
    _check_ready(intake)
    INTAKE_STEPS.move(intake, "importing")
    work = jobs.begin(import_rows, person=by.person, scope=intake.network_id, intake=str(intake.pk))
    _remember(intake, work)
    return intake


@verb("network.intake_undo_asked", rule=rules.may_run_intake)
def undo(*, by: Actor, intake: Intake) -> Intake:
    """Queue taking back what the import made."""
    from koinon.network.clock.intakes import undo_rows

    if intake.state != Intake.State.IMPORTED:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if not is_over(intake):
        return intake
    work = jobs.begin(undo_rows, person=by.person, scope=intake.network_id, intake=str(intake.pk))
    _remember(intake, work)
    return intake


@verb("network.intake_cancelled", rule=rules.may_run_intake)
def cancel(*, by: Actor, intake: Intake) -> Intake:
    """Ask the reading or importing to stop; what it did so far is taken back."""
    work = Work.objects.filter(pk=intake.work).first() if intake.work else None
    if work:
        jobs.cancel(work)
    return intake


@verb("network.intake_discarded", rule=rules.may_run_intake)
def discard(*, by: Actor, intake: Intake) -> Network:
    """Forget a file that was not imported: its rows and the file go."""
    release(intake)
    if intake.state not in (Intake.State.CHECKED, Intake.State.FAILED):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    network, kept = intake.network, intake.upload
    intake.delete()
    files.drop(kept)
    return network


def release(intake: Intake) -> None:
    """Bring back an import whose work was cancelled or gave up before it could say so itself."""
    held = {"importing": "checked", "uploaded": "failed"}
    if intake.state in held and is_over(intake):
        INTAKE_STEPS.move(intake, held[intake.state])


def is_over(intake: Intake) -> bool:
    """True when the last work of this import is not waiting and not running."""
    ended = Q(state__in=[Work.State.DONE, Work.State.FAILED, Work.State.CANCELLED])
    return intake.work is None or Work.objects.filter(ended, pk=intake.work).exists()


def run_file(
    *,
    path: Path,
    network: str,
    by: Actor,
    dry_run: bool = False,
    progress: Progress | None = None,
    twins: str = "ask",
) -> dict[str, Any]:
    """Import a file in this process, all rows or none. `twins`: what an unclear row is: "ask" (a fault), "same", "new".

    Gives the counts of `summary` and "faults": [{"row", "field", "problem"}]. With `dry_run`, or when there are faults,
    nothing is left behind.
    """
    report: dict[str, Any] = {"network": network, "dry_run": dry_run}
    place = Network.objects.filter(slug=network).first()
    if place is None:
        return report | {"faults": [_fault(_("There is no network with this address."))]}
    try:
        with path.open("rb") as opened:
            intake = upload(by=by, network=place, file=File(opened, name=path.name))
    except ValidationError as problem:
        return report | {"faults": [_fault(" ".join(problem.messages))]}
    try:
        return report | _run(intake, twins, dry_run, progress)
    except SheetError as problem:
        return report | {"faults": [_fault(str(problem))]}
    finally:
        if intake.state != Intake.State.IMPORTED:
            _forget(intake)


def _run(intake: Intake, twins: str, dry_run: bool, progress: Progress | None) -> dict[str, Any]:
    from koinon.network.clock import indexing

    intake_reading.read(by=machine("import"), intake=intake, step=progress)
    _decide(intake, twins)
    faults = intake_reading.faults_in_words(intake) + _undecided(intake)
    if not dry_run and not faults:
        INTAKE_STEPS.move(intake, "importing")
        with indexing.together(intake.network_id):
            intake_making.carry_out(by=machine("import"), intake=intake, step=progress)
        faults = intake_reading.faults_in_words(intake) + _undecided(intake)
    return {**summary(intake), "faults": faults}


def summary(intake: Intake) -> dict[str, int]:
    """Counts of an import: rows, new, same, skipped, undecided, faulty, and what was made."""
    counts = {"rows": 0, "new": 0, "same": 0, "skip": 0, "undecided": 0, "faulty": 0}
    made = {"organisations": 0, "memberships": 0, "listings": 0}
    for choice, faults, result in intake.rows.values_list("choice", "faults", "made").iterator(chunk_size=1000):
        counts["rows"] += 1
        counts[choice or "undecided"] += 1
        counts["faulty"] += bool(faults) and choice != "skip"
        made["organisations"] += bool(result.get("organisation"))
        made["memberships"] += bool(result.get("membership"))
        made["listings"] += len(result.get("listings", ()))
    return counts | made


def _check_ready(intake: Intake) -> None:
    rows = intake.rows.exclude(choice="skip")
    if rows.exclude(faults=[]).exists():
        raise ValidationError(_("Some rows have faults. Put them right in your file, or leave those rows out."))
    if rows.filter(choice="").exists():
        raise ValidationError(_("Some rows may be organisations we know. Please say of each whether it is the same."))
    if not rows.exists():
        raise ValidationError(_("There is no row to import."))


def _queue_reading(intake: Intake, by: Actor) -> None:
    from koinon.network.clock.intakes import read_rows

    _remember(intake, jobs.begin(read_rows, person=by.person, scope=intake.network_id, intake=str(intake.pk)))


def _remember(intake: Intake, work: Work) -> None:
    intake.work = work.pk
    Intake.objects.filter(pk=intake.pk).update(work=work.pk)


def _decide(intake: Intake, twins: str) -> None:
    waiting = list(intake.rows.filter(choice="", faults=[])) if twins in ("same", "new") else []
    for row in waiting:
        row.choice, row.twin = twins, row.twins[0]["key"] if twins == "same" else ""
    IntakeRow.objects.bulk_update(waiting, ["choice", "twin"], batch_size=500)


def _undecided(intake: Intake) -> list[dict[str, Any]]:
    return [
        {
            "row": row.number,
            "field": "name",
            "problem": _("This may be %(name)s. Say in the page of the import whether it is the same.")
            % {"name": row.twins[0]["name"]},
        }
        for row in intake.rows.filter(choice="", faults=[])
    ]


def _forget(intake: Intake) -> None:
    kept = intake.upload
    Intake.objects.filter(pk=intake.pk).delete()
    files.drop(kept)


def _fault(problem: str) -> dict[str, Any]:
    return {"row": 0, "field": "", "problem": problem}
