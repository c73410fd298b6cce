"""What may be said to invite somebody."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from koinon.kit.forms import day_input
from koinon.network.forms.fields import Form
from koinon.network.models import Coordination, Mandate


class Invite(Form):
    """A person who shall speak for an organisation, by a decision or letter."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("The person receives a link; no account is needed before."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Mandate.Role.choices, initial="representative")
    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"), choices=settings.LANGUAGES)
    topic = forms.CharField(
        label=gettext_lazy("Topic"), max_length=120, required=False, help_text=gettext_lazy("For a contact only.")
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision or letter that appoints the person"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: decision 214/2026 of the municipal council"),
    )
    decided_on = forms.DateField(label=gettext_lazy("Date of the decision"), required=False, widget=day_input())
    letter = forms.FileField(
        label=gettext_lazy("The letter"),
        required=False,
        help_text=gettext_lazy("A PDF or a photo. Only your organisation and the coordinators see it."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*", "class": "w-100"}),
    )
    message = forms.CharField(
        label=gettext_lazy("A few words to the person"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = language


class InviteStaff(Form):
    """A person who shall help to run a network."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=Coordination.Role.choices,
        help_text=gettext_lazy("Reviewers read applications and recommend; coordinators decide and run the network."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = language


class Withdraw(Form):
    """Why a mandate ends."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


class Accept(Form):
    """Who accepts says the name under which the members will know them."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
