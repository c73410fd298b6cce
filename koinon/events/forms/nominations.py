"""An organisation names one of its people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.ids import uuid7
from koinon.network.models import Organisation


class Nominate(Form):
    """A name and an address; the rest they say themselves."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    link = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    organisation = forms.ChoiceField(label=_lazy("In the name of"))
    name = forms.CharField(label=_lazy("Name"), max_length=160)
    email = forms.EmailField(label=_lazy("E-mail"), help_text=_lazy("We ask them to say yes; nothing happens before."))
    why = forms.CharField(
        label=_lazy("Why this person? The organisers read it."), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, homes: list[Organisation], link: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid7(), "link": link}, **kwargs)
        self.homes = {str(row.pk): row for row in homes}
        field: Any = self.fields["organisation"]
        field.choices = [(key, str(row)) for key, row in self.homes.items()]
        if len(homes) == 1:
            field.required, field.initial = False, str(homes[0].pk)
            field.widget = forms.HiddenInput()

    def said(self) -> dict[str, Any]:
        found = super().said()
        found["organisation"] = self.homes[found["organisation"] or next(iter(self.homes))]
        return found
