"""A programme in another language."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.network.forms.organisations import Translate


class TranslateProgramme(Translate):
    name = forms.CharField(label=_("Name of the programme"), max_length=160, required=False)

    field_order = ("language", "name", "text")
