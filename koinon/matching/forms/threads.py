"""Write a message."""

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.matching.actions import threads
from koinon.matching.forms.replies import InNameOf


class Write(InNameOf):
    """Plain words, and a file if need be."""

    text = forms.CharField(
        label=_lazy("Your message"), max_length=threads.LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    file = forms.FileField(label=_lazy("A file (PDF or picture)"), required=False)
