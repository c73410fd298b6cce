"""Evidence of practice: handed in, handed in again after advice, and what a witness says about it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import files as kept
from koinon.kit import limits, links, prose
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import progress
from koinon.learning.engine import documents
from koinon.learning.models import EVIDENCE_STEPS, Enrolment, Evidence, EvidenceFile
from koinon.learning.notices import learning as notices
from koinon.learning.queries.trees import tree_of
from koinon.learning.rules import learning as rules

LOOKED_AT_WITHIN = timedelta(days=7)
WITNESS_LIFE = timedelta(days=21)
REMINDED_AFTER = timedelta(days=5)
TEXT, NAME, WORDS = 20_000, 200, 500
MOST_FILES = 8
WITNESSES_A_DAY = 6
NOT_YOURS = gettext_lazy("Only who learns here may do this, while the course is running.")


@verb("learning.evidence_handed_in", rule=rules.works, refusal=NOT_YOURS, then=notices.evidence_handed_in)
def hand_in(
    *, by: Actor, enrolment: Enrolment, node: UUID | str, text: str = "", photos: Sequence[UploadedFile] = (),
    files: Sequence[UploadedFile] = (), witness: str = "", witness_email: str = "", drop: Iterable[UUID] = (),
) -> Evidence:  # fmt: skip
    """Show practice, for the first time, better before anybody has looked, or again after advice.

    `drop`: files shown before that go. A facilitator looks at it within LOOKED_AT_WITHIN. Raises ValidationError by
    field for what the task asks for and is missing.
    """
    held = Enrolment.objects.select_for_update(of=("self",)).select_related("run__version").get(pk=enrolment.pk)
    task = task_at(held, node)
    row = Evidence.objects.select_for_update().filter(enrolment=held, node=task.key).first()
    if row and row.state == "accepted":
        raise ValidationError(_("This has been accepted already."), code="step")
    is_new_round = row is None or row.state == "returned"
    row = row or Evidence(enrolment=held, node=UUID(task.key), language=held.language)
    before = (row.text, row.witness_email)
    _write(row, prose.clean(text)[:TEXT], prose.line(witness)[:NAME], witness_email.strip().lower(), before)
    row.due_on = date.today() + LOOKED_AT_WITHIN if is_new_round else row.due_on
    if row._state.adding:
        row.save()
    elif is_new_round:
        _again(row, before[0])
    _take_files(by, row, photos, files, set(drop))
    _check(row, task)
    row.save()
    if is_new_round:
        progress.write(held, [progress.happening(by, held, task.key, "handed_in", {"round": row.round})])
    row.enrolment = held
    return row


@verb("learning.practice_witnessed", rule=rules.is_witness, then=notices.witnessed)
def witness(*, by: Actor, evidence: Evidence, link: links.Link, agrees: bool, words: str = "") -> Evidence:
    """Somebody who was there says yes or no, by a link that works once."""
    links.use(link)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    row.witness_agrees, row.witness_says, row.witnessed_at = agrees, prose.line(words)[:WORDS], timezone.now()
    row.save(update_fields=["witness_agrees", "witness_says", "witnessed_at"])
    return row


@verb("learning.witness_reminded", rule=only_machine, then=notices.witness_asked)
def remind(*, by: Actor, evidence: Evidence) -> Evidence:
    """Once, some days after: a letter may have been overlooked."""
    rows = Evidence.objects.filter(pk=evidence.pk, witnessed_at=None, witness_reminded_at=None)
    if not rows.update(witness_reminded_at=timezone.now()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return evidence


def task_at(enrolment: Enrolment, node: UUID | str) -> documents.Node:
    """The practice task at a node of the run's version. Raises ValidationError when there is none."""
    found = tree_of(enrolment.run.version).node(node)
    if found is None or found.kind != "task":
        raise ValidationError(_("There is no practice task here."))
    return found


def asks_of(task: documents.Node) -> list[str]:
    """What a task asks for, in the order of its page; words when it says nothing."""
    asked = task.settings.get("asks") or ["text"]
    return [each for each in ("text", "photo", "file", "witness") if each in asked] or ["text"]


def _write(row: Evidence, text: str, witness: str, email: str, before: tuple[str, str]) -> None:
    row.text, row.text_html = text, prose.html_of(text)
    row.witness = witness
    if email != before[1]:
        if email:
            try:
                validate_email(email)
            except ValidationError as problem:
                raise ValidationError({"witness_email": problem.messages}) from problem
            if email == row.enrolment.person.email.lower():
                raise ValidationError({"witness_email": [_("Please name somebody else: this is your own address.")]})
            _count_letter(row)
        row.witness_email, row.witness_agrees, row.witness_says, row.witnessed_at = email, None, "", None
        row.witness_asked_at = timezone.now() if email else None
        row.witness_reminded_at = None
        row.must_ask = bool(email)  # type: ignore[attr-defined]  # for the notice, in this transaction


def _count_letter(row: Evidence) -> None:
    """A witness is written to without having asked for it: so few a day, whoever asks."""
    is_free = limits.spend(f"witness:{row.enrolment_id}", times=WITNESSES_A_DAY, per=timedelta(days=1))
    if settings.KOINON_LIMITS and not is_free:
        said = _("You have asked many witnesses today. Please ask the next one tomorrow.")
        raise ValidationError({"witness_email": [said]})


def _again(row: Evidence, text: str) -> None:
    """What was said in the round before stays readable."""
    told = {
        "round": row.round, "text": text, "points": row.points, "feedback": row.feedback,
        "at": row.moved_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    EVIDENCE_STEPS.move(row, "handed_in", moved_at=timezone.now(), due_on=row.due_on)
    row.history, row.round = [*row.history, told], row.round + 1
    row.points, row.feedback, row.reminded_on = {}, "", None


def _take_files(
    by: Actor, row: Evidence, photos: Sequence[UploadedFile], files: Sequence[UploadedFile], drop: set[UUID]
) -> None:
    for gone in list(row.files.filter(pk__in=drop).select_related("upload")):
        gone.delete()
        kept.drop(gone.upload)
    if row.files.count() + len(photos) + len(files) > MOST_FILES:
        raise ValidationError({"photos": [_("At most %(most)s files, please.") % {"most": MOST_FILES}]})
    for name, given in (("photos", photos), ("files", files)):
        for file in given:
            EvidenceFile.objects.create(evidence=row, upload=_kept(by, row, name, file))


def _kept(by: Actor, row: Evidence, name: str, file: UploadedFile) -> Upload:
    """In a scope of its own, so that only the pages of this evidence give it out."""
    try:
        if name == "photos":
            return kept.keep_image(file=file, alt="", person=by.person, scope=row.pk)
        return kept.keep_document(file=file, person=by.person, scope=row.pk)
    except ValidationError as problem:
        words = problem.messages if name == "photos" else [_("Please choose a PDF or a photo.")]
        raise ValidationError({name: words}) from problem


def _check(row: Evidence, task: documents.Node) -> None:
    """Everything the task asks for is there."""
    kinds = set(row.files.values_list("upload__media_type", flat=True))
    is_there: dict[str, Any] = {
        "text": row.text, "photo": any(kind.startswith("image/") for kind in kinds), "file": kinds,
        "witness": row.witness and row.witness_email,
    }  # fmt: skip
    said = {
        "text": ("text", _("Please write what you did.")),
        "photo": ("photos", _("Please add a photo.")),
        "file": ("files", _("Please add a file.")),
        "witness": ("witness", _("Please name somebody who was there, with an e-mail address.")),
    }
    missing = [each for each in asks_of(task) if not is_there[each]]
    if missing:
        raise ValidationError({said[each][0]: [said[each][1]] for each in missing})
