"""One result that was shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.events.actions import shown
from koinon.kit.forms import Form


class Say(Form):
    title = forms.CharField(label=_("What was shown"), max_length=shown.TITLE)
    text = forms.CharField(
        label=_("In a few words"), max_length=shown.TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    link = forms.CharField(
        label=_("Where it can be had"),
        max_length=400,
        required=False,
        help_text=_("An address that begins with https://"),
    )
