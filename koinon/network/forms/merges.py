"""What may be said to merge two entries."""

from django import forms
from django.utils.translation import gettext_lazy

from koinon.network.forms.fields import Form


class Merge(Form):
    """Why the two are one."""

    why = forms.CharField(
        label=gettext_lazy("How you know that the two are one"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Other coordinators read this. It is kept with the merge."),
    )
