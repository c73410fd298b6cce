"""Ask somebody to work on a course; propose; answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.vocabularies.countries import language_name
from koinon.learning.actions.authors import WHY
from koinon.learning.models import Authorship, Course
from koinon.network.forms.fields import reader


class Name(Form):
    """Who, and for what."""

    email = forms.EmailField(label=_lazy("E-mail of somebody who has an account here"))
    role = forms.ChoiceField(label=_lazy("What they do"), choices=Authorship.Role.choices)
    languages = forms.MultipleChoiceField(
        label=_lazy("Translators: into which languages"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("None: all of them."),
    )  # fmt: skip

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [code for code in course.languages if code != course.language]
        self.fields["languages"].choices = [(code, language_name(code, reader())) for code in others]  # type: ignore[attr-defined]
        if not others:
            self.fields.pop("languages")


class Propose(Form):
    """Why it is better so."""

    why = forms.CharField(label=_lazy("Why is it better so?"), max_length=WHY, widget=forms.Textarea(attrs={"rows": 3}))


class Reply(Form):
    """A sentence for whoever proposed it."""

    answer = forms.CharField(label=_lazy("Your answer"), required=False, max_length=WHY)
