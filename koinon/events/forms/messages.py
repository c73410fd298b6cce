"""A message to those who are registered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.actions import messages as actions
from koinon.events.models import Registration
from koinon.kit.forms import Form


class Write(Form):
    """In one line, in many, and to whom; each choice says how many people it reaches."""

    states = forms.MultipleChoiceField(label=_lazy("To whom"), widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label=_lazy("In one line"), max_length=actions.TITLE)
    text = forms.CharField(label=_lazy("Message"), max_length=actions.TEXT, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, initial={"states": ["confirmed"]}, **kwargs)
        names = dict(Registration.State.choices)
        self.fields["states"].choices = [  # type: ignore[attr-defined]
            (state, f"{names[state]} ({counts.get(state, 0)})") for state in actions.ADDRESSED
        ]
