"""What may be said to claim an organisation, and about a claim."""

from django import forms
from django.utils.translation import gettext_lazy

from koinon.network.forms.fields import Form


class Claim(Form):
    """Who asks, with an address at the organisation's web domain."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail at the organisation"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    position = forms.CharField(
        label=gettext_lazy("What you do there"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    message = forms.CharField(
        label=gettext_lazy("A few words to the people who run the network"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Refuse(Form):
    """Why a claim is not confirmed."""

    reason = forms.CharField(
        label=gettext_lazy("Why not"), max_length=300, help_text=gettext_lazy("The person is told.")
    )
