"""Which part of a lineage is asked for, and what those who run a programme do about drift."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form, day_input


class Filters(Form):
    """All of them may be left empty."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    toolkit = forms.TypedChoiceField(
        label=_("Version of the toolkit"), coerce=int, empty_value=None, required=False
    )  # fmt: skip
    since = forms.DateField(label=_("Deliveries from"), widget=day_input(), required=False)
    until = forms.DateField(label=_("Deliveries until"), widget=day_input(), required=False)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[Any, Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in choices.items():
            self.fields[name].choices = [("", _("All")), *rows]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        since, until = facts.get("since"), facts.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return facts


class Answer(Form):
    answer = forms.CharField(
        label=_("What do you do about it?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: a day of refreshing for facilitators, more visits, the newest toolkit for all."),
    )  # fmt: skip
