"""A file with the words it needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.vocabularies.countries import language_name
from koinon.learning.actions import files as actions
from koinon.learning.models import Asset, Course, Licence
from koinon.network.forms.fields import reader

TERMS = [("", _lazy("Not known")), *Licence.choices]


class Keep(Form):
    """A new file, described in the language of the course; under its terms, where no others are named."""

    file = forms.FileField(label=_lazy("File"))
    alt = forms.CharField(
        label=_lazy("What the picture shows"), required=False, max_length=actions.ALT,
        help_text=_lazy("For pictures. For those who do not see it."),
    )  # fmt: skip
    is_decoration = forms.BooleanField(label=_lazy("It is decoration: it says nothing of its own"), required=False)
    transcript = forms.CharField(
        label=_lazy("All that is said in it"), required=False, max_length=actions.TRANSCRIPT,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_lazy("For sound and video."),
    )  # fmt: skip
    licence = forms.ChoiceField(label=_lazy("Terms"), choices=TERMS, required=False)
    credit = forms.CharField(label=_lazy("Whom to name"), required=False, max_length=300)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, initial={"licence": course.licence}, **kwargs)
        self.language, self.licence = course.language, course.licence

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        alt, transcript = facts.pop("alt"), facts.pop("transcript")
        if "licence" not in self.data:
            facts["licence"] = self.licence
        return {
            **facts, "alt": {self.language: alt} if alt else {},
            "transcript": {self.language: transcript} if transcript else {},
        }  # fmt: skip


class Describe(Form):
    """Words of a file for each language."""

    name = forms.CharField(label=_lazy("Name"), max_length=200)
    is_decoration = forms.BooleanField(label=_lazy("It is decoration: it says nothing of its own"), required=False)
    licence = forms.ChoiceField(label=_lazy("Terms"), choices=TERMS, required=False)
    credit = forms.CharField(label=_lazy("Whom to name"), required=False, max_length=300)

    def __init__(self, *args: Any, asset: Asset, languages: list[str], **kwargs: Any) -> None:
        facts = {name: getattr(asset, name) for name in ("name", "is_decoration", "licence", "credit")}
        super().__init__(*args, initial=facts, **kwargs)
        kind = asset.upload.media_type
        self.asset, self.languages = asset, languages
        self.what = "alt" if kind.startswith("image/") else "transcript" if kind[:6] in ("audio/", "video/") else ""
        if self.what != "alt":
            self.fields.pop("is_decoration")
        for code in languages if self.what else ():
            self.fields[f"{self.what}_{code}"] = self._field(code, getattr(asset, self.what).get(code, ""))

    def _field(self, code: str, text: str) -> forms.CharField:
        names = {"language": language_name(code, reader())}
        if self.what == "alt":
            label = _("What the picture shows, in %(language)s") % names
            return forms.CharField(label=label, required=False, max_length=actions.ALT, initial=text)
        label = _("All that is said in it, in %(language)s") % names
        area = forms.Textarea(attrs={"rows": 6})
        return forms.CharField(label=label, required=False, max_length=actions.TRANSCRIPT, initial=text, widget=area)

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        found = {"alt": dict(self.asset.alt), "transcript": dict(self.asset.transcript)}
        for code in self.languages if self.what else ():
            found[self.what][code] = facts.pop(f"{self.what}_{code}")
        return {**facts, **found}
