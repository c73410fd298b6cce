"""The words of a report, and of one part of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.events.actions import reports
from koinon.kit.forms import Form


class Write(Form):
    """The report as a whole."""

    text = forms.CharField(
        label=_("What happened, and what came of it"), max_length=reports.TEXT,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("An empty line begins a new paragraph; lines that begin with a dash make a list."),
    )  # fmt: skip


class Part(Form):
    """What one host or visitor takes home."""

    text = forms.CharField(
        label=_("What we showed or saw, and what we take home"), max_length=reports.TEXT, required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )  # fmt: skip
    is_done = forms.BooleanField(label=_("Our part is done"), required=False)

    def said(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "is_done": self.cleaned_data["is_done"]}
