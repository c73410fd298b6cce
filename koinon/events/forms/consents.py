"""What a guardian ticks."""

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form


class Consent(Form):
    """Taking part is what the button says; pictures are apart, and nothing is ticked beforehand."""

    may_be_photographed = forms.BooleanField(
        label=_lazy("Pictures may be taken in which they can be recognised."), required=False
    )
    may_be_published = forms.BooleanField(
        label=_lazy("Such pictures may be shown in public, on pages and in reports about the event."), required=False
    )
