"""A photo, what it shows, and who can be recognised."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.events.actions import photos
from koinon.events.models import Event
from koinon.events.queries.photos import nameable
from koinon.kit.forms import Form


class Words(Form):
    """What a photo shows."""

    alt = forms.CharField(
        label=_("What it shows"), max_length=photos.ALT, help_text=_("For people who cannot see it: one sentence.")
    )
    credit = forms.CharField(label=_("Who took it"), max_length=photos.CREDIT, required=False)
    nobody_is_seen = forms.BooleanField(label=_("Nobody can be recognised"), required=False)
    people = forms.ModelMultipleChoiceField(
        label=_("Who can be recognised"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("So that a consent that is taken back reaches this picture. Nobody else reads the names."),
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["people"]
        people.queryset = nameable(event)
        people.label_from_instance = lambda row: row.name

    def said(self) -> dict[str, Any]:
        return {**self.cleaned_data, "people": list(self.cleaned_data["people"])}


class Add(Words):
    """A new one."""

    file = forms.FileField(label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/*"}))
    field_order = ["file"]


class Show(Form):
    """That those on it agree."""

    agreed = forms.BooleanField(label=_("Everybody who can be recognised has agreed"), required=False)
