"""The same again: on a day, every week, in a series."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.actions import series as actions
from koinon.events.models import Series
from koinon.kit.forms import Form, day_input
from koinon.network.models import Organisation


class Copy(Form):
    """On which day it begins, by the clocks of its place; everything else follows by as many days."""

    starts_on = forms.DateField(label=_lazy("First day"), widget=day_input())

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        if len(organisations) > 1:
            named = [(key, str(row)) for key, row in self.organisations.items()]
            self.fields["organisation"] = forms.ChoiceField(label=_lazy("Which organisation holds it?"), choices=named)

    def said(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("organisation") or next(iter(self.organisations))
        return {"starts_on": self.cleaned_data["starts_on"], "organisation": self.organisations[chosen]}


class Repeat(Form):
    """How often, and how many more."""

    every = forms.ChoiceField(
        label=_lazy("How often"), widget=forms.RadioSelect, initial="week",
        choices=[
            ("week", _lazy("Every week")), ("fortnight", _lazy("Every second week")),
            ("month", _lazy("On the same day of each month")),
        ],
    )  # fmt: skip
    times = forms.IntegerField(label=_lazy("How many more"), min_value=1, max_value=actions.MOST_AT_ONCE, initial=3)


class Join(Form):
    """An existing series of the organisation, or none."""

    series = forms.ChoiceField(label=_lazy("Series"), required=False)

    def __init__(self, *args: Any, known: Sequence[Series], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(row.pk): row for row in known}
        named = [("", _lazy("In no series")), *((key, str(row)) for key, row in self.known.items())]
        self.fields["series"].choices = named  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {"series": self.known.get(self.cleaned_data.get("series") or "")}
