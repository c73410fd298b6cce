"""Deciding about many at once, and putting somebody down by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.actions.given import NAME
from koinon.events.forms.registering import Facts
from koinon.events.models import Event
from koinon.events.queries.registering import Asks
from koinon.kit.forms import Form
from koinon.kit.ids import uuid7
from koinon.kit.templatetags.kit import language as language_name

YES, NO = "approve", "reject"


class Approve(Form):
    """Yes, with a sentence if the organiser likes."""

    why = forms.CharField(label=_lazy("A sentence with it"), max_length=500, required=False)


class Many(Form):
    """The same answer for all that are ticked."""

    do = forms.ChoiceField(choices=[(YES, YES), (NO, NO)])
    why = forms.CharField(label=_lazy("In a sentence, for each of them"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("do") == NO and not self.cleaned_data.get("why"):
            self.add_error("why", _lazy("Who is not admitted reads why. Please write a sentence."))
        return self.cleaned_data


class PutDown(Facts):
    """Somebody who said so by telephone, or who has no e-mail."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_lazy("Name"), max_length=NAME)
    email = forms.EmailField(
        label=_lazy("E-mail"), required=False,
        help_text=_lazy("They get a letter with their code, and can withdraw. Without one, tell them yourself."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_lazy("Language of letters"))
    is_minor = forms.BooleanField(label=_lazy("Under 18"), required=False)
    guardian = forms.CharField(label=_lazy("Name of the guardian"), max_length=NAME, required=False)
    guardian_email = forms.EmailField(label=_lazy("E-mail of the guardian"), required=False)
    field_order = ["key", "name", "email", "language", "is_minor", "guardian", "guardian_email"]

    def __init__(self, *args: Any, event: Event, asks: Asks, **kwargs: Any) -> None:
        plain = Asks(None, asks.parts, asks.most_units, asks.gender, asks.minors)
        first = {"key": uuid7(), "units": 1, "language": event.language}
        super().__init__(*args, event=event, asks=plain, homes=[], initial=first, **kwargs)
        del self.fields["listed"]
        codes = list(dict.fromkeys([event.language, *event.languages]))
        field: Any = self.fields["language"]
        field.choices = [(code, language_name(code)) for code in codes]
        if not event.admits_minors:
            for name in ("is_minor", "guardian", "guardian_email"):
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        found = super().said()
        for name in ("listed", "form", "answers"):
            del found[name]
        return found
