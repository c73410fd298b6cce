"""Begin a course in a minute, say what it is, copy one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.vocabularies import countries, isced
from koinon.learning.actions import courses as actions
from koinon.learning.engine.starts import STARTS
from koinon.learning.models import Asset, Course, Licence
from koinon.learning.queries.homes import Home
from koinon.network.forms.fields import Form, LanguagesField, ThemesField, reader


def _languages() -> list[tuple[str, str]]:
    return list(countries.languages(reader()))


def _subjects() -> list[tuple[str, str]]:
    rows = [(code, field.title) for code, field in isced.fields().items() if len(code) == 2]
    return [("", _("None of these")), *rows]


class Homes(Form):
    """In whose name, on which shelf; one home needs no choice."""

    home = forms.ChoiceField(label=_lazy("In whose name, on which shelf"))

    def __init__(self, *args: Any, homes: list[Home], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.homes = {home.key: home for home in homes}
        self.fields["home"].choices = [(home.key, home.label) for home in homes]  # type: ignore[attr-defined]
        if len(homes) == 1:
            self.fields["home"].widget = forms.HiddenInput()
            self.fields["home"].initial = homes[0].key

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        home = self.homes[facts.pop("home")]
        return {**facts, "organisation": home.organisation, "network": home.network}


class New(Homes):
    """A few fields are enough: the rest can be said later."""

    title = forms.CharField(label=_lazy("What is the course called?"), max_length=actions.TITLE)
    language = forms.ChoiceField(
        label=_lazy("Language you write it in"), choices=_languages,
        help_text=_lazy("Translations stand beside it later."),
    )  # fmt: skip
    start = forms.ChoiceField(label=_lazy("How do you want to begin?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = reader()
        self.fields["start"].choices = [  # type: ignore[attr-defined]
            *(
                (key, _("%(title)s: %(fits)s") % {"title": start.title, "fits": start.fits})
                for key, start in STARTS.items()
            ),
            ("", _("Empty: I build it myself.")),
        ]
        self.fields["start"].initial = next(iter(STARTS))


class Copy(Homes):
    """A copy to adapt, under a name of its own."""

    title = forms.CharField(label=_lazy("What is your copy called?"), max_length=actions.TITLE)


class About(Form):
    """What learners read before they decide, and under which terms others may use it."""

    title = forms.CharField(label=_lazy("Title"), max_length=actions.TITLE)
    summary = forms.CharField(
        label=_lazy("What it is about"), required=False, max_length=actions.SUMMARY,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    learn = forms.CharField(
        label=_lazy("What you learn"), required=False, max_length=actions.SUMMARY,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_lazy("One line for each thing, beginning with a verb."),
    )  # fmt: skip
    whom = forms.CharField(label=_lazy("For whom it is"), required=False, max_length=actions.SUMMARY)
    languages = LanguagesField(label=_lazy("Languages of the course"))
    themes = ThemesField(label=_lazy("Themes"))
    subject = forms.ChoiceField(label=_lazy("Field of education"), choices=_subjects, required=False)
    licence = forms.ChoiceField(label=_lazy("Others may use it under these terms"), choices=Licence.choices)
    credit = forms.CharField(
        label=_lazy("Whom to name"), required=False, max_length=actions.CREDIT,
        help_text=_lazy("Everybody whose work is in it."),
    )  # fmt: skip
    picture = forms.ModelChoiceField(
        label=_lazy("Picture"), queryset=Asset.objects.none(), required=False, empty_label=_lazy("No picture"),
        help_text=_lazy("One of the pictures among the files of the organisation."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_lazy("Everybody may find it, not only members of the network"), required=False
    )

    def __init__(self, *args: Any, course: Course, is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course, self.is_open = course, is_open
        rows = Asset.objects.filter(organisation=course.organisation_id, upload__media_type__startswith="image/")
        self.fields["picture"].queryset = rows  # type: ignore[attr-defined]
        self.fields["picture"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]
        if not is_open:
            for name in actions.SAID:
                self.fields.pop(name)

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        if not self.is_open:
            return facts
        words = {name: facts.pop(name) for name in actions.SAID}
        return {**facts, "texts": {self.course.language: words}}


def initial(course: Course, said: dict[str, Any]) -> dict[str, Any]:
    """What the form About shows first."""
    names = ("languages", "themes", "subject", "licence", "credit", "picture", "is_public")
    return {**{name: getattr(course, name) for name in names}, **{name: said.get(name, "") for name in actions.SAID}}
