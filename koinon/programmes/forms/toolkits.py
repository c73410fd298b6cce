"""Writing a toolkit: an activity, its words in another language, a handout, what changed; answers to proposals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form
from koinon.programmes.actions.toolkits import LICENCES
from koinon.programmes.forms.programmes import languages_of


class Words(Form):
    """What an activity says."""

    title = forms.CharField(label=_("Title of the activity"), max_length=160)
    goal = forms.CharField(label=_("What it is good for"), max_length=500, required=False)
    text = forms.CharField(
        label=_("What to do, step by step"), widget=forms.Textarea(attrs={"rows": 12}), max_length=20_000
    )


class Leaf(Words):
    """An activity in its original language."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=30)
    group_size = forms.CharField(
        label=_("Size of the group"), max_length=60, required=False, help_text=_("For instance: pairs, or 10 to 25.")
    )
    materials = forms.CharField(label=_("What you need"), max_length=300, required=False)


class HandOut(Form):
    """A file to print."""

    file = forms.FileField(label=_("File (PDF or a picture)"))
    title = forms.CharField(label=_("Title of the handout"), max_length=160)
    language = forms.ChoiceField(label=_("Language"))
    licence = forms.ChoiceField(label=_("Terms"), choices=list(LICENCES.items()))
    credit = forms.CharField(label=_("Whom to name"), max_length=160, required=False)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages_of(languages)  # type: ignore[attr-defined]


class Publish(Form):
    """What changed, for those who use it."""

    changes = forms.CharField(
        label=_("What is new in this version"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
    )


class Answer(Form):
    """To a facilitator who proposed a change."""

    is_taken = forms.TypedChoiceField(
        label=_("What do you decide?"), widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", _("We take it into the next version")), ("no", _("Not this time"))],
    )  # fmt: skip
    words = forms.CharField(label=_("In a sentence, for the facilitator"), max_length=500)
