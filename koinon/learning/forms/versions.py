"""Publish with a word on what is new; ask somebody to look at it; send it back with advice."""

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form, day_input
from koinon.learning.actions.versions import LOG, WHY


class Publish(Form):
    """What is new for those who know the last version."""

    changelog = forms.CharField(
        label=_lazy("What is new in this version?"), required=False, max_length=LOG,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_lazy("Learners and teachers read it."),
    )  # fmt: skip


class AskReview(Form):
    """Until when reviewers have time."""

    due_on = forms.DateField(
        label=_lazy("Until when?"), required=False, help_text=_lazy("Empty: a week."),
        widget=day_input(),
    )  # fmt: skip


class HandBack(Form):
    """What should change."""

    why = forms.CharField(label=_lazy("What should change?"), max_length=WHY, widget=forms.Textarea(attrs={"rows": 3}))
