"""The spreadsheet of a large cohort is written by a job and kept a week for who asked."""

import shutil
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import files, jobs
from koinon.kit.models import Work
from koinon.kit.verbs import NOBODY, Actor, verb
from koinon.learning.models import Run
from koinon.learning.queries import cohort_files
from koinon.learning.rules import runs as rules


@verb("learning.cohort_asked", rule=rules.may_teach)
def ask(*, by: Actor, run: Run, kind: str, language: str) -> Work:
    """Begin to write it; while that is under way, asking again shows the same work."""
    asked: dict[str, Any] = {"run": str(run.pk), "kind": kind, "language": language}
    return jobs.once(write_cohort, person=by.person, **asked)


@jobs.work("learning.cohort")
def write_cohort(track: jobs.Track, run: str, kind: str, language: str) -> dict[str, Any]:
    """Write the learners of a run, if the person still teaches it, into a file of theirs."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    row = Run.objects.taught_by(actor_of(person=person)).select_related("version", "course").get(pk=UUID(run))
    track.begin(row.enrolments.count())
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder:
        draft = Path(folder) / "cohort"
        made = cohort_files.as_file(row, kind, language, track.step)
        with draft.open("wb") as target, made as source:
            shutil.copyfileobj(source, target)
        name = cohort_files.name_of(row, kind)
        upload = files.keep_made(file=draft, name=name, person=person.pk, media_type=files.SHEETS[f".{kind}"])
    return {"upload": str(upload.pk)}
