"""What is said to begin an application on a form: for whom, and in which language it will be written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from koinon.kit.vocabularies.countries import languages
from koinon.network.forms.applications import ApplyNew
from koinon.network.forms.fields import Form, reader


class Begin(Form):
    """For an organisation that is here already."""

    language = forms.ChoiceField(
        label=gettext_lazy("The language you write in"),
        help_text=gettext_lazy("The words of your answers are counted in it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages(reader())
        self.initial.setdefault("language", reader())


class BeginNew(ApplyNew):
    """For an organisation that is not here yet: what it is; the questions of the network come after."""

    motivation: Any = None
    contribution: Any = None
    field_order = ("name", "kind", "place", "country", "website", "about", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages(reader())
        self.initial.setdefault("language", reader())

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        facts["names"] = {facts["language"]: facts.pop("name")}
        return {"facts": facts}
