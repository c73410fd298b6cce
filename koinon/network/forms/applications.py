"""What may be said to apply, and to decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from koinon.kit.meaning import detect
from koinon.kit.vocabularies.countries import countries, languages
from koinon.network.forms.fields import Form, PlaceField, WebField, reader
from koinon.network.models import Kind, Network

LONG = {"rows": 5}
DRAFT = "draft"
"""The name of the button that saves without sending."""


class Change(Form):
    """Why an organisation wants to belong, and what it brings."""

    motivation = forms.CharField(
        label=gettext_lazy("Why do you want to join?"), max_length=5000, widget=forms.Textarea(attrs=LONG)
    )
    contribution = forms.CharField(
        label=gettext_lazy("What do you bring?"),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("Experience, places, people, equipment: what others could learn from you or use."),
        widget=forms.Textarea(attrs=LONG),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if DRAFT in self.data and "motivation" in self.fields:
            self.fields["motivation"].required = False

    def said(self) -> dict[str, Any]:
        return {**self.cleaned_data, "is_draft": DRAFT in self.data}


class Apply(Change):
    """For an organisation that is here already."""

    language = forms.ChoiceField(label=gettext_lazy("The language you write in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", gettext_lazy("Recognise it")), *languages(reader())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("language"):
            written = " ".join(cleaned.get(name) or "" for name in ("motivation", "contribution", "about"))
            cleaned["language"] = detect.language_of(written) or reader()
        return cleaned


class ApplyNew(Apply):
    """For an organisation that is not here yet: the five fields that matter first."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        max_length=200,
        help_text=gettext_lazy("As you write it yourselves, in your own language and letters."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    place = PlaceField(
        label=gettext_lazy("Town"),
        required=False,
        help_text=gettext_lazy("In any spelling. If we do not know it, choose the country further down."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False, help_text=gettext_lazy("Only needed when no town is given.")
    )
    website = WebField()
    about = forms.CharField(
        label=gettext_lazy("About the organisation"),
        max_length=6000,
        required=False,
        help_text=gettext_lazy("What you do, for whom. A few sentences are enough; you can write more later."),
        widget=forms.Textarea(attrs=LONG),
    )
    field_order = ("name", "kind", "place", "motivation", "contribution", "country", "website", "about", "language")

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        welcome = [choice for choice in Kind.choices if not network.kinds or choice[0] in network.kinds]
        self.fields["kind"].choices = [("", "—"), *welcome]
        self.fields["country"].choices = [("", "—"), *countries(reader())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "place" in cleaned and not cleaned["place"] and not cleaned.get("country"):
            self.add_error("place", gettext_lazy("Please write the town, or choose the country below."))
        return cleaned

    def said(self) -> dict[str, Any]:
        facts = {**super().said()}
        asked = {name: facts.pop(name) for name in ("motivation", "contribution", "is_draft")}
        facts["names"] = {facts["language"]: facts.pop("name")}
        return {**asked, "facts": facts}
