"""Qualifying, grants, visits: who, until when, what was seen."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form, day_input
from koinon.programmes.actions.qualifying import SHEET


class Put(Form):
    """Somebody is asked by letter."""

    email = forms.EmailField(label=_("E-mail"))


class Points(Form):
    """The sheet of whoever looks on, line by line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = [("", _("Not seen")), *((str(n), str(n)) for n in range(1, 6))]
        for key, label in SHEET.items():
            self.fields[key] = forms.TypedChoiceField(
                label=label, choices=scale, coerce=int, empty_value=None, required=False
            )
        self.order_fields([*SHEET, "words", "counts"])

    def said(self) -> dict[str, Any]:
        facts = super().said()
        sheet = {key: facts.pop(key) for key in SHEET}
        return {**facts, "sheet": sheet}


class Seen(Points):
    """A visit: what was seen."""

    words = forms.CharField(
        label=_("In words, for the facilitator"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000
    )


class Practised(Points):
    """A session that a candidate led."""

    on = forms.DateField(label=_("Day"), widget=day_input(), initial=date.today)
    where = forms.CharField(label=_("Where"), max_length=200, required=False)
    words = forms.CharField(
        label=_("In words, for the candidate"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000,
        required=False,
    )  # fmt: skip
    counts = forms.BooleanField(label=_("It counts towards the grant"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["on", "where", *SHEET, "words", "counts"])


class Until(Form):
    """A new last day of a grant."""

    until = forms.DateField(label=_("Holds until"), widget=day_input())


class Aim(Form):
    """What a facilitator aims at."""

    target_deliveries = forms.IntegerField(label=_("Deliveries"), min_value=0, max_value=500)
    target_people = forms.IntegerField(label=_("People"), min_value=0, max_value=9999)


class Day(Form):
    """A day for a visit."""

    on = forms.DateField(label=_("Day of the visit"), widget=day_input())
