"""What may be said of an organisation."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.forms import day_input
from koinon.kit.vocabularies.countries import countries, language_name, languages
from koinon.network.forms.fields import (
    Form,
    Found,
    LanguagesField,
    PlaceField,
    ThemesField,
    WebField,
    joined,
    reader,
    theme_choices,
)
from koinon.network.models import Kind, Organisation, Size
from koinon.network.queries import themes

ABOUT = {"rows": 7}


def name_fields(form: forms.Form, original: str, names: dict[str, str]) -> list[str]:
    """Give the form one line per language for the name, the original first; returns the field names."""
    codes = list(dict.fromkeys([original, *names, *(code for code, _name in settings.LANGUAGES)]))
    for code in codes:
        label = _("Name in %(language)s") % {"language": language_name(code, reader())}
        form.fields[f"name_{code}"] = forms.CharField(
            label=label,
            max_length=200,
            required=code == original,
            initial=names.get(code, ""),
            widget=forms.TextInput(attrs={"lang": code}),
        )
    return [f"name_{code}" for code in codes]


def names_said(cleaned: dict[str, Any]) -> dict[str, str]:
    """Take the lines of `name_fields` out of the cleaned data, as names by language."""
    return {field.removeprefix("name_"): cleaned.pop(field) for field in list(cleaned) if field.startswith("name_")}


class Edit(Form):
    """Everything about an organisation that people may change."""

    language = forms.ChoiceField(
        label=gettext_lazy("The language you write in"),
        help_text=gettext_lazy("The original: everything else is a translation of it."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    place = PlaceField(label=gettext_lazy("Town"), required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("Only needed when no town is given."),
    )
    website = WebField()
    size = forms.ChoiceField(
        label=gettext_lazy("How many people work there"), choices=[("", "—"), *Size.choices], required=False
    )
    about = forms.CharField(
        label=gettext_lazy("About"),
        required=False,
        max_length=6000,
        help_text=gettext_lazy("What you do, for whom, what others come to you for. In your own language."),
        widget=forms.Textarea(attrs=ABOUT),
    )
    themes = ThemesField(label=gettext_lazy("Themes"))
    languages = LanguagesField(label=gettext_lazy("Languages you work in"))
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("A JPEG, PNG or WebP image."),
        widget=forms.FileInput(attrs={"accept": "image/*", "class": "w-100"}),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        one_to_one = ("language", "kind", "place", "country", "website", "size", "about", "themes", "languages")
        kwargs["initial"] = {field: getattr(organisation, field) for field in one_to_one}
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "—"), *countries(reader())]
        if organisation.logo_id is None:
            del self.fields["without_logo"]
        self.fields["language"].choices = languages(reader())
        self.name_fields = name_fields(self, organisation.language, organisation.names)
        self.fields["themes"].widget.choices = self._theme_choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name = f"name_{cleaned.get('language', '')}"
        if not cleaned.get(name):
            self.add_error("language", _("Please give the name in the language you write in."))
        return cleaned

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        return {"names": names_said(facts), **facts}

    @property
    def names(self) -> list[Any]:
        return [self[field] for field in self.name_fields]

    def _theme_choices(self, chosen: list[str], words: str) -> Found:
        """Without a word to search for: what the text about the organisation speaks of."""
        about, language = self["about"].value() or "", self["language"].value() or reader()
        if words or not about:
            return theme_choices(chosen, words)
        found = themes.suggested(about, language, reader())
        return joined(themes.labelled(chosen, reader()), found, words)


class Translate(Form):
    """A text in another language, by a person."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the translation"))
    text = forms.CharField(
        label=gettext_lazy("Translation"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 10})
    )

    def __init__(self, *args: Any, original: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = [(code, language_name(code, reader())) for code, _name in settings.LANGUAGES]
        others = [choice for choice in languages(reader()) if choice not in ours]
        self.fields["language"].choices = [choice for choice in ours + others if choice[0] != original]


class TranslateAbout(Translate):
    def said(self) -> dict[str, Any]:
        return {"abouts": {self.cleaned_data["language"]: self.cleaned_data["text"]}}


class TranslatePurpose(Translate):
    def said(self) -> dict[str, Any]:
        return {"purposes": {self.cleaned_data["language"]: self.cleaned_data["text"]}}


class End(Form):
    """A membership ends."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=300, help_text=gettext_lazy("Both sides read this."))
    on = forms.DateField(
        label=gettext_lazy("First day without membership"),
        required=False,
        help_text=gettext_lazy("Empty: today."),
        widget=day_input(),
    )
