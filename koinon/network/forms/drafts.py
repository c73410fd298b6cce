"""A part of a shared draft as a form: saves what is right, says what is wrong, shows what others wrote meanwhile."""

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.kit import questions
from koinon.kit.questions import drafts as stored
from koinon.kit.verbs import Actor, Refused
from koinon.network.actions import drafts
from koinon.network.forms.fields import LOOK_UP, reader
from koinon.network.forms.questions import PLACES
from koinon.network.models import Application
from koinon.network.queries.drafts import saved_notes

COMPOSED = ("", "_id", "_number", "_year", "_source", "_name", "_title", "_email", "-away", "-seen", "-choice")
"""What the names of the inputs of one question end with."""


class Writing:
    """The questions of one part (or one question) while people write: form, notes, and what came of saving.

    Beside each question stands `KEY-seen`: the revision the page shows and a digest of that answer, so that what was
    not touched is not written again.
    """

    def __init__(
        self, me: Actor, row: Application, *, part: str | None = None, only: str | None = None, request: Any = None
    ) -> None:
        self.me, self.row = me, row
        self.said = request.POST if request is not None and request.method == "POST" else None
        files = request.FILES if self.said is not None else None
        maker = questions.form_class(
            row.version.schema if row.version else {},
            part,
            only=only,
            language=reader(),
            places=PLACES,
            is_draft=True,
            answers_in=row.language,
        )
        self.form = maker(self.said, files, values=questions.values_of(row.answers))
        self.theirs: dict[str, Any] = {}
        self.saved: set[str] = set()

    @property
    def is_looking_up(self) -> bool:
        return self.said is not None and LOOK_UP in self.said

    def save(self, by: Actor) -> bool:
        """Write what was touched; True when nothing is left to choose or to put right."""
        self.form.is_valid()
        touched = self._touched(by)
        try:
            if touched:
                _row, self.theirs = drafts.answer(by=by, application=self.row, said=touched)
        except drafts.Overtaken as problem:
            self.theirs = problem.theirs
        except (Refused, ValidationError) as problem:
            self.form.add_error(None, problem if isinstance(problem, ValidationError) else str(problem))
            return False
        self.saved = set(touched) - set(self.theirs)
        return not self.theirs and not self.form.errors

    def questions(self) -> list[dict[str, Any]]:
        """For the page: each question with its field, who saved it when, how long it is, what else was written."""
        keys = [question["key"] for question in self.form.questions]
        notes = saved_notes(self.me, self.row, keys)
        return [self._shown(question, notes[question["key"]]) for question in self.form.questions]

    def takes_theirs(self, key: str) -> bool:
        return self.said is not None and self.said.get(f"{key}-choice") == "theirs"

    def is_shown_anew(self, key: str) -> bool:
        """True when the field itself has to change: somebody takes the other answer, or a file is kept now."""
        is_file = any(each["key"] == key and each["kind"] in ("file", "signature") for each in self.form.questions)
        return self.takes_theirs(key) or (is_file and key in self.saved)

    def _touched(self, by: Actor) -> dict[str, tuple[Any, int]]:
        values = self.form.values(keep=partial(drafts.keep, by, self.row))
        found = {}
        for question in self.form.questions:
            key = question["key"]
            if key not in self.form.cleaned_data or self.takes_theirs(key):
                continue
            value, (seen, digest) = values.get(key), self._token(key)
            mine = str((self.said or {}).get(f"{key}-choice", ""))
            if mine.startswith("mine.") and mine[5:].isdecimal():
                found[key] = (value, int(mine[5:]))
            elif _digest(value) != digest:
                found[key] = (value, seen)
        return found

    def _token(self, key: str) -> tuple[int, str]:
        """The revision and the digest that the page showed."""
        seen, _dot, digest = str((self.said or {}).get(f"{key}-seen", "")).partition(".")
        return (int(seen) if seen.isdecimal() and len(seen) < 9 else 0), digest or _digest(None)

    def _shown(self, question: Mapping[str, Any], note: dict[str, Any]) -> dict[str, Any]:
        key, value = question["key"], questions.values_of(self.row.answers).get(question["key"])
        is_ours = self.said is not None and key not in self.saved and not self.takes_theirs(key)
        posted = str((self.said or {}).get(f"{key}-seen", "")) if is_ours else ""
        seen = stored.revision_of(self.row.answers, key)
        if key in self.form.fields and question["kind"] in ("file", "signature") and isinstance(value, dict):
            self.form.initial[key] = value
        field = self.form[key]
        is_text = question["kind"] == "text"
        text = field.value() if is_text and isinstance(field.value(), str) else ""
        return {
            "key": key,
            "field": field,
            "note": note,
            "token": posted or f"{seen}.{_digest(value)}",
            "is_saved": key in self.saved,
            "words": questions.word_count(text, self.row.language) if is_text else None,
            "limit": question.get("limit") if is_text else None,
            "too_long": questions.too_long(question, text, self.row.language) if is_text else "",
            "conflict": self._conflict(question, self.theirs[key]) if key in self.theirs else None,
            "trigger": "change, input delay:2s" if is_text else "change",
            "names": ",".join(["csrfmiddlewaretoken", *(f"{key}{ending}" for ending in COMPOSED)]),
        }

    def _conflict(self, question: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
        original = self.row.version.schema.get("language", "en") if self.row.version else "en"
        text = questions.shown(dict(question), theirs.get("value"), reader(), original)
        return {"text": text or _("No answer"), "revision": theirs.get("revision", 0)}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
