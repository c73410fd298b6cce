"""Which spellings are one organisation, and which of them is its name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.queries.houses import House
from koinon.kit.forms import Form


class Join(Form):
    """Two or more are ticked; one of ours gives its name, else the one that most people wrote."""

    houses = forms.MultipleChoiceField(label=_lazy("The same organisation"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, found: list[House], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {house.key: house for house in found}
        self.fields["houses"].choices = [(key, house.name) for key, house in self.found.items()]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        chosen = [self.found[key] for key in self.cleaned_data["houses"]]
        ours = [house for house in chosen if house.organisation]
        if len(chosen) < 2:
            raise ValidationError({"houses": [_("Please choose two spellings that are one organisation.")]})
        if len(ours) > 1:
            raise ValidationError({"houses": [_("These have pages of their own: only their networks can join them.")]})
        first = (ours or sorted(chosen, key=lambda house: -house.people))[0]
        names = [form for house in chosen for form in house.spellings]
        return {"names": names, "name": first.name, "organisation": first.organisation}


class Part(Join):
    """One that was joined."""

    def said(self) -> dict[str, Any]:
        return {"names": [form for key in self.cleaned_data["houses"] for form in self.found[key].spellings]}
