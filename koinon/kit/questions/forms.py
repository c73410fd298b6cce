"""A Django form for a part of a questionnaire, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from koinon.kit import forms as kit
from koinon.kit.models import Upload
from koinon.kit.questions.fields import Asking, Places, field_of, place_value
from koinon.kit.questions.schema import Question, each
from koinon.kit.questions.values import Values, is_empty

Keep = Callable[[UploadedFile, Question], Upload]
"""Keeps an uploaded file (kit.files.keep_document with the right person and scope); may raise ValidationError."""


class PartForm(kit.Form):
    """Asks the questions of one part, or of the whole; `values` are the answers to begin with."""

    questions: list[Question]
    asking: Asking

    def __init__(
        self, data: Any = None, files: Any = None, *, values: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        self.before = dict(values or {})
        super().__init__(data, files, initial=self._begun(), **options)

    def values(self, keep: Keep | None = None) -> Values:
        """What was answered, by question key; what is empty is left out. Call it after is_valid().

        Files are given to `keep`; what it refuses is added to the errors and left out.
        """
        found = Values()
        for question in self.questions:
            if question["key"] not in self.cleaned_data:
                continue
            value = self._value(question, self.cleaned_data[question["key"]], keep)
            if not is_empty(value):
                found[question["key"]] = value
        return found

    def said(self) -> dict[str, Any]:
        """For verbs that take the answers as `values` and have no files among them."""
        return {"values": self.values()}

    def _value(self, question: Question, cleaned: Any, keep: Keep | None) -> Any:
        if question["kind"] == "place":
            return place_value(cleaned, self.asking.places)
        if isinstance(cleaned, UploadedFile):
            return self._kept(question, cleaned, keep)
        if question["kind"] in ("file", "signature") and cleaned:
            return {name: part for name, part in cleaned.items() if name != "url"}
        return cleaned

    def _kept(self, question: Question, file: UploadedFile, keep: Keep | None) -> Any:
        if keep is None:
            raise TypeError("a form with file questions needs somebody who keeps files")
        try:
            upload = keep(file, question)
        except ValidationError as problem:
            self.add_error(question["key"], problem)
            return self.before.get(question["key"])
        return {"upload": str(upload.pk), "name": upload.name}

    def _begun(self) -> dict[str, Any]:
        begun = dict(self.before)
        for question in self.questions:
            if question["kind"] == "place" and (value := begun.get(question["key"])):
                begun[question["key"]] = self.asking.places.begun(value) if self.asking.places else value["label"]
        return begun


def form_class(
    schema: Mapping[str, Any],
    part: str | None = None,
    *,
    language: str,
    places: Places | None = None,
    is_draft: bool = False,
    only: str | None = None,
    answers_in: str = "",
) -> type[PartForm]:
    """The form of one part (None: all of them), or of the one question `only`.

    `language` is the reader's: words fall back to the original; `answers_in` (default: the same) is the language of the
    answers, whose words are counted. As a draft everything may be left out or be too long;
    otherwise what is required, and limits of words, are errors beside the field.
    """
    asking = Asking(language, schema.get("language", "en"), places, is_draft, answers_in)
    questions = [
        question for owner, question in each(schema) if part in (None, owner["key"]) and only in (None, question["key"])
    ]
    fields: dict[str, Any] = {question["key"]: field_of(question, asking) for question in questions}
    return type("AskedForm", (PartForm,), {**fields, "questions": questions, "asking": asking})
