"""A draft that several people write at once: each answer by itself, so that nobody overwrites what they did not see."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import F, Func, IntegerField, JSONField, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit.questions.schema import KEY
from koinon.kit.questions.values import is_empty


@dataclass(frozen=True)
class Put:
    """What became of an answer: saved, or not because somebody else answered meanwhile (`theirs`)."""

    is_saved: bool
    answer: dict[str, Any]
    theirs: dict[str, Any] | None = None


def revision_of(answers: dict[str, Any], key: str) -> int:
    """The revision of a stored answer that a page shows; 0 while nobody wrote one."""
    return int((answers.get(key) or {}).get("revision", 0))


def put(rows: QuerySet[Any], *, pk: Any, key: str, value: Any, seen: int, by: UUID | None) -> Put:
    """Write one answer into the JSON field `answers` of the row `pk`, if its revision is still the one `seen`.

    One UPDATE that touches this key alone: answers to other questions written at the same instant stay. `rows` says
    which rows may be written (drafts only, say); raises ValidationError when this one is not, or not any more, among
    them. The same words as are there already count as saved. What is emptied keeps its revision.
    """
    if not KEY.fullmatch(key):
        raise ValidationError(_("This question is not asked any more."), code="unknown")
    answer = {
        "value": None if is_empty(value) else value,
        "revision": seen + 1,
        "by": str(by) if by else None,
        "at": timezone.now().isoformat(),
    }
    revision = KeyTextTransform("revision", KeyTransform(key, "answers"))
    asked = rows.filter(pk=pk).annotate(now_at=Coalesce(Cast(revision, IntegerField()), Value(0)))
    path, content = Value([key], ArrayField(TextField())), Value(answer, JSONField())
    merged = Func(F("answers"), path, content, function="jsonb_set", output_field=JSONField())
    if asked.filter(now_at=seen).update(answers=merged):
        return Put(True, answer)
    stored = rows.filter(pk=pk).values_list("answers", flat=True).first()
    if stored is None:
        raise ValidationError(_("This is no longer possible: it has moved on."), code="step")
    theirs = stored.get(key) or {"value": None, "revision": 0, "by": None, "at": None}
    if theirs["value"] == answer["value"]:
        return Put(True, theirs)
    return Put(False, answer, theirs)
