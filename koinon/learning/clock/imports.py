"""Long work of reuse: files are read and taken over, courses written out. Killed at any moment it runs again, once."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import files, jobs
from koinon.kit.models import Upload
from koinon.kit.verbs import NOBODY, Refused, machine
from koinon.learning import formats
from koinon.learning.actions import imports
from koinon.learning.engine import archives, reports
from koinon.learning.engine.documents import Document
from koinon.learning.models import CourseImport, Package
from koinon.learning.queries import packages
from koinon.network.queries import speaking_for

BULK = (".zip", ".mbz", ".imscc", ".h5p", ".docx", ".odt", ".gift", ".xml", ".json", ".gz")
LISTED, TICK = 100, 0.4
Step = Callable[[int, int], None]


@jobs.work("learning.import_read")
def read_file(track: jobs.Track, key: str) -> dict[str, Any]:
    """Read a file and keep the report; an archive of files is unpacked into one import each."""
    row = CourseImport.objects.select_related("upload", "organisation").get(pk=UUID(key))
    if row.state != "waiting" or row.upload is None:
        return {}
    with imports.opened(row) as path:
        _document, report = formats.read(path, language=row.language, progress=_seen(track))
        if report.refusal is not None and report.refusal.code == "unknown_format" and (names := _packed(path)):
            imports.unpack(by=machine("import"), course_import=row, **_unpacked(path, names, _seen(track)))
            return {"files": len(names)}
    imports.note_report(by=machine("import"), course_import=row, report=report)
    return {"items": len(report.items)}


@jobs.work("learning.import_take")
def take_over(track: jobs.Track, key: str, what: str) -> dict[str, Any]:
    """Read the file once more and write it as a draft, or its questions into the bank, in one transaction."""
    row = CourseImport.objects.select_related("upload", "organisation").get(pk=UUID(key))
    person = Person.objects.filter(pk=track.work.person or NOBODY, is_active=True).first()
    if row.state != "read" or person is None:
        return {}
    by = speaking_for(actor_of(person=person), row.organisation)
    with translation.override(person.language), imports.opened(row) as path:
        document, _report = formats.read(path, language=row.language, progress=_seen(track))
        try:
            if document is not None:
                imports.take(by=by, course_import=row, document=document, what=what)
        except (Refused, ValidationError) as problem:
            said = problem.messages if isinstance(problem, ValidationError) else [str(problem)]
            return {"problem": " ".join(said)}
    _lay_out(document)
    return {}


def _lay_out(document: Document | None) -> None:
    """Unpack packages now, so that the first who opens one does not wait; who opens it later may do it again."""
    keys = [asset.key for asset in document.assets] if document is not None else []
    for package in Package.objects.filter(asset__key__in=keys).select_related("asset__upload"):
        with suppress(reports.Refused, OSError):
            packages.unpack(package.asset)


def _packed(path: Path) -> list[str]:
    """Names of the files in an archive that may be packages or texts of their own."""
    if not archives.is_archive(path):
        return []
    try:
        with archives.Archive.at(path) as archive:
            return [name for name in archive.names() if PurePosixPath(name).suffix.lower() in BULK]
    except reports.Refused:
        return []


def _unpacked(path: Path, names: Sequence[str], step: Step) -> dict[str, Any]:
    found: list[tuple[str, Upload | reports.Refused]] = []
    with archives.Archive.at(path) as archive:
        for place, name in enumerate(names[:LISTED], 1):
            try:
                found.append((name, _kept(archive, name)))
            except reports.Refused as refusal:
                found.append((name, refusal))
            step(place, min(len(names), LISTED))
    return {"found": found, "left_out": max(0, len(names) - LISTED)}


def _kept(archive: archives.Archive, name: str) -> Upload:
    if archive.size(name) > settings.KOINON_MAX_UPLOAD:
        raise reports.Refused("too_large_inside", name=name, limit=settings.KOINON_MAX_UPLOAD // 2**20)
    data = archive.read(name, limit=settings.KOINON_MAX_UPLOAD)
    return files.keep_paper(data, name=PurePosixPath(name).name, media_type=files.GIVEN)


def _seen(track: jobs.Track) -> Step:
    """Progress for everybody, written now and then; raises Cancelled when somebody asked to stop."""
    last = 0.0

    def step(done: int, total: int) -> None:
        nonlocal last
        if track.work.total != total:
            track.begin(total)
        elif time.monotonic() - last < TICK and done < total:
            return
        last = time.monotonic()
        track.step(done)

    return step
