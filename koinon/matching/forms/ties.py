"""Ties declared, answered, ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import day_input
from koinon.matching.actions import ties
from koinon.matching.forms.replies import InNameOf
from koinon.matching.models import Tie


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = day_input()
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class Declare(InNameOf):
    """What ties us to them."""

    kind = forms.ChoiceField(label=_lazy("What ties you"), choices=Tie.Kind.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_lazy("In a few words"),
        max_length=ties.NOTE,
        required=False,
        help_text=_lazy("For example the name of the project. Everybody who sees the tie reads it."),
    )
    since = _day(_lazy("Since"), _lazy("If you know the day only roughly, take the first of January."))
    until = _day(_lazy("Last day"), _lazy("Leave it empty while it goes on."))


class Side(InNameOf):
    """Something done in the name of one of the two sides."""
