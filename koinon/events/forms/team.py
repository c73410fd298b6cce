"""Somebody more on the team."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.accounts.models import Person
from koinon.events.models import Helper
from koinon.kit.forms import Form


class Add(Form):
    """A member by their address; whoever has no account joins first."""

    email = forms.EmailField(label=_lazy("E-mail of a member"))
    role = forms.ChoiceField(
        label=_lazy("What they do"), choices=Helper.Role.choices, widget=forms.RadioSelect, initial="organiser",
        help_text=_lazy("Organisers do all that you do. At the door people only scan codes and see names."),
    )  # fmt: skip

    def clean_email(self) -> str:
        said = str(self.cleaned_data["email"])
        self.person = Person.objects.filter(email__iexact=said, is_active=True).first()
        if self.person is None:
            raise forms.ValidationError(_("Nobody here has this address. Please ask them to join first."))
        return said

    def said(self) -> dict[str, Any]:
        return {"person": self.person, "role": self.cleaned_data["role"]}
