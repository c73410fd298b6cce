"""The words of the questions about an event."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from koinon.kit import questions
from koinon.kit.forms import Form


class Words(Form):
    """One line for each question; an empty line leaves it out."""

    def __init__(self, *args: Any, schema: Mapping[str, Any], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (_part_of, question) in enumerate(questions.each(schema), 1):
            self.fields[question["key"]] = forms.CharField(
                label=_("Question %(number)s") % {"number": number}, max_length=300, required=False,
                initial=questions.said(question["labels"], language, str(schema.get("language", "en"))),
            )  # fmt: skip

    def said(self) -> dict[str, Any]:
        return {"wanted": dict(self.cleaned_data)}
