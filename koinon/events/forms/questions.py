"""One question of the organiser, in each language of the event."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.actions.questions import LABEL
from koinon.events.models import Event
from koinon.events.queries.questions import KINDS
from koinon.kit.forms import Form
from koinon.kit.templatetags.kit import language as language_name


class Question(Form):
    """Labels and choices are asked once for each language; only the first must be there."""

    kind = forms.ChoiceField(label=_lazy("What is asked for"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    is_required = forms.BooleanField(label=_lazy("Must be answered"), required=False)

    def __init__(self, *args: Any, event: Event, question: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_first(question), **kwargs)
        self.codes = list(dict.fromkeys([event.language, *event.languages]))
        for code in self.codes:
            words = {"language": language_name(code)}
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Question (%(language)s)") % words, max_length=LABEL, required=code == event.language
            )
        for code in self.codes:
            self.fields[f"choices_{code}"] = forms.CharField(
                label=_("Choices (%(language)s)") % {"language": language_name(code)}, required=False,
                widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Each on its own line; not for a text."),
            )  # fmt: skip
        self.order_fields([*(f"label_{code}" for code in self.codes), "kind"])

    def said(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "kind": found["kind"], "is_required": found["is_required"],
            "labels": {code: found[f"label_{code}"] for code in self.codes},
            "choices": {code: found[f"choices_{code}"].splitlines() for code in self.codes},
        }  # fmt: skip


def _first(question: dict[str, Any] | None) -> dict[str, Any]:
    """What the fields begin with."""
    if question is None:
        return {"kind": "text"}
    kind = "text" if question["kind"] == "text" else "many" if question.get("many") else "one"
    found: dict[str, Any] = {"kind": kind, "is_required": bool(question.get("required"))}
    found |= {f"label_{code}": text for code, text in question["labels"].items()}
    lines: dict[str, list[str]] = {}
    for choice in question.get("choices", []):
        for code, text in choice["labels"].items():
            lines.setdefault(code, []).append(text)
    return found | {f"choices_{code}": "\n".join(texts) for code, texts in lines.items()}
