"""Files that people have, taken over: sent, read, looked at, then a course or questions, or forgotten."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import files, jobs, prose
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning import rules
from koinon.learning.actions import bank, taking
from koinon.learning.engine import documents, reports
from koinon.learning.models import IMPORT_STEPS, CourseImport
from koinon.learning.queries.imports import kept
from koinon.learning.rules.packages import may_take_over
from koinon.network.models import Network, Organisation

MOST, NAME = 50, 200
NOT_OURS = gettext_lazy("Only who speaks for the organisation may take files over for it.")
TAKES = ("course", "bank")


@verb("learning.import_sent", rule=rules.may_create, refusal=NOT_OURS)
def send(
    *, by: Actor, organisation: Organisation, upload: Sequence[UploadedFile], language: str,
    network: Network | None = None,
) -> list[CourseImport]:  # fmt: skip
    """Keep files and queue their reading, each by itself. `language`: of texts that do not say theirs."""
    if len(upload) > MOST:
        raise ValidationError({"upload": [_("Please send at most %(most)s files at once.") % {"most": MOST}]})
    found = []
    for each in upload:
        try:
            found.append((_name(each.name or ""), files.keep_given(file=each, name=_name(each.name or ""))))
        except ValidationError as problem:
            raise ValidationError({"upload": problem.messages}) from problem
    row = {"organisation": organisation, "network": network, "person_id": by.person, "language": language}
    return [_queued(by, CourseImport(name=name, upload=one, **row)) for name, one in found]


@verb("learning.import_read", rule=only_machine)
def note_report(*, by: Actor, course_import: CourseImport, report: reports.Report) -> CourseImport:
    """Keep what reading found; a file that is refused goes at once."""
    row = held(course_import)
    if row.state != "waiting":
        return row
    facts = {"format": report.format[:30], "report": kept(report), "moved_at": timezone.now()}
    IMPORT_STEPS.move(row, "refused" if report.refusal else "read", **facts)
    if report.refusal:
        _let_go(row)
    return row


@verb("learning.import_unpacked", rule=only_machine)
def unpack(
    *, by: Actor, course_import: CourseImport, found: Sequence[tuple[str, Upload | reports.Refused]], left_out: int = 0
) -> CourseImport:
    """An archive of files: each becomes an import of its own; (name, file) or (name, why it is refused)."""
    row = held(course_import)
    if row.state != "waiting":
        return row
    for name, one in found:
        facts = {"organisation": row.organisation, "network": row.network, "person": row.person, "batch": row.pk}
        made = CourseImport(name=_name(name), language=row.language, **facts)
        if isinstance(one, Upload):
            made.upload = one
            _queued(by, made)
        else:
            made.state, made.report = "refused", kept(reports.Report("", refusal=one))
            made.save()
    report = {"files": len(found), "left_out": left_out}
    IMPORT_STEPS.move(row, "unpacked", report=report, moved_at=timezone.now())
    _let_go(row)
    return row


@verb("learning.import_take_asked", rule=may_take_over, refusal=NOT_OURS)
def ask(*, by: Actor, course_import: CourseImport, what: str) -> CourseImport:
    """Begin to take it as a course ("course") or its questions into the bank ("bank"). Asked twice, it is done once."""
    from koinon.learning.clock.imports import take_over

    row = held(course_import)
    if row.state != "read" or what not in TAKES:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if row.work is not None and not row.work.is_over:
        return row
    row.work = jobs.begin(take_over, person=by.person, scope=row.organisation_id, key=str(row.pk), what=what)
    row.save(update_fields=["work"])
    return row


@verb("learning.import_taken", rule=may_take_over, refusal=NOT_OURS)
def take(*, by: Actor, course_import: CourseImport, document: documents.Document, what: str) -> CourseImport:
    """Make a draft of what was read, or put its questions into the bank; once, whoever asks how often."""
    row = held(course_import)
    if row.state != "read":
        return row
    facts: dict[str, object] = {"moved_at": timezone.now()}
    if what == "bank":
        for question in document.questions:
            bank.put(by=by, organisation=row.organisation, question=question, language=document.language)
        facts["questions"] = len(document.questions)
    else:
        facts["course"] = taking.take(by=by, organisation=row.organisation, document=document, network=row.network)
    IMPORT_STEPS.move(row, "taken", **facts)
    return row


@verb("learning.import_dropped", rule=may_take_over, refusal=NOT_OURS)
def drop(*, by: Actor, course_import: CourseImport) -> CourseImport:
    """Forget a file that was not taken; its bytes go."""
    row = held(course_import)
    if row.state not in ("waiting", "read", "refused"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if row.work is not None and not row.work.is_over:
        jobs.cancel(row.work)
    IMPORT_STEPS.move(row, "dropped", report={}, moved_at=timezone.now())
    _let_go(row)
    return row


@verb("learning.import_stopped", rule=may_take_over, refusal=NOT_OURS)
def stop(*, by: Actor, course_import: CourseImport) -> CourseImport:
    """Ask what is under way to stop; nothing of it stays."""
    if course_import.work is not None:
        jobs.cancel(course_import.work)
    return course_import


@verb("learning.import_read_again", rule=may_take_over, refusal=NOT_OURS)
def again(*, by: Actor, course_import: CourseImport) -> CourseImport:
    """Read a file anew whose reading was stopped or broke off."""
    row = held(course_import)
    if row.state != "waiting" or (row.work is not None and not row.work.is_over):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return _queued(by, row)


@contextmanager
def opened(row: CourseImport) -> Iterator[Path]:
    """The file under the name it came with, as long as somebody reads it: titles and kinds may follow from the name."""
    if row.upload is None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    with tempfile.TemporaryDirectory(dir=files.drafts(), prefix="import-") as folder:
        path = Path(folder) / (_name(row.name).replace("/", "_").strip(".") or "file")
        os.link(files.path_of(row.upload), path)
        yield path


def forget_sender(person: Person) -> None:
    """A part of `accounts.forgotten`: the organisation keeps file and course, without the name of who sent it."""
    CourseImport.objects.filter(person=person).update(person=None)


def held(row: CourseImport) -> CourseImport:
    """The row, locked until the transaction ends, with what it belongs to."""
    rows = CourseImport.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "network", "work", "upload").get(pk=row.pk)


def _queued(by: Actor, row: CourseImport) -> CourseImport:
    from koinon.learning.clock.imports import read_file

    row.save()
    row.work = jobs.begin(read_file, person=row.person_id, scope=row.organisation_id, key=str(row.pk))
    row.save(update_fields=["work"])
    return row


def _let_go(row: CourseImport) -> None:
    if (upload := row.upload) is not None:
        row.upload = None
        row.save(update_fields=["upload"])
        files.drop(upload)


def _name(name: str) -> str:
    """The last part of a name, without signs that no file system keeps; at most 200 signs, the ending stays."""
    said = prose.line(name.replace("\\", "/").rsplit("/", 1)[-1]) or "file"
    stem, dot, suffix = said.rpartition(".")
    while len(said.encode()) > NAME:
        stem, suffix = stem[:-1], suffix[:10]
        said = stem + dot + suffix
    return said
