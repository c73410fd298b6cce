"""For whom a list is, why, and what it holds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.events.actions import lists
from koinon.events.queries.lists import FIELDS
from koinon.kit.forms import Form


class Give(Form):
    """Everything that is written down about a list before it is given."""

    for_whom = forms.CharField(
        label=_("For whom"), max_length=lists.WHOM, help_text=_("It stands across each page: they and nobody else.")
    )
    purpose = forms.CharField(label=_("What they need it for"), max_length=lists.PURPOSE)
    holds = forms.MultipleChoiceField(
        label=_("What it holds"), choices=FIELDS.items, widget=forms.CheckboxSelectMultiple,
        initial=["name", "organisation", "country", "attended"],
        help_text=_("As little as they need. What people eat or need never leaves this page."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind of file"), choices=[("pdf", _("PDF to print and sign")), ("xlsx", _("Spreadsheet (XLSX)"))]
    )

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        chosen = facts.pop("holds")
        return {**facts, "fields": chosen}
