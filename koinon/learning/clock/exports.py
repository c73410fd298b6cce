"""Long work of giving away: a course is written as a file by a job, and kept a week for who asked."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import files, jobs
from koinon.kit.verbs import NOBODY
from koinon.learning import formats
from koinon.learning.models import Course, Version
from koinon.learning.queries.documents import document_of
from koinon.learning.rules.packages import may_export

TYPES = {".json": "application/json"}


@jobs.work("learning.export")
def write_course(track: jobs.Track, course: str, form: str, language: str) -> dict[str, Any]:
    """Write the published version, if the person may still have it; nothing is kept when they may not."""
    person = Person.objects.filter(pk=track.work.person or NOBODY, is_active=True).first()
    row = Course.objects.filter(pk=UUID(course)).first()
    version = Version.objects.published().select_related("course").filter(course=UUID(course)).first()
    if person is None or row is None or version is None or not may_export(by=actor_of(person=person), course=row):
        return {}
    kind = next(each for each in formats.all_formats() if each.name == form)
    assert kind.write is not None
    track.begin(1)
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder:
        target = Path(folder) / f"{row.slug}{kind.suffix}"
        kind.write(document_of(version), target, language)
        media_type = TYPES.get(kind.suffix, files.ARCHIVE)
        upload = files.keep_made(file=target, name=target.name, person=person.pk, media_type=media_type)
    track.step(1)
    return {"upload": str(upload.pk)}
