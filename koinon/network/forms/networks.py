"""What may be said of a network."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from koinon.kit.templatetags.kit import ACCENTS
from koinon.network.forms.fields import Form, LanguagesField, reader
from koinon.network.forms.organisations import name_fields, names_said
from koinon.network.models import Kind, Network

ACCENT_NAMES = {
    "aegean": gettext_lazy("Aegean (blue)"),
    "lagoon": gettext_lazy("Lagoon (blue green)"),
    "pine": gettext_lazy("Pine (green)"),
    "olive": gettext_lazy("Olive (yellow green)"),
    "terracotta": gettext_lazy("Terracotta (brown red)"),
    "ruby": gettext_lazy("Ruby (red)"),
    "murex": gettext_lazy("Murex (purple)"),
    "iris": gettext_lazy("Iris (violet)"),
}


class Edit(Form):
    """A network as its coordinators describe it."""

    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=4000,
        required=False,
        help_text=gettext_lazy("What the network is for, in three or four sentences. Visitors read this first."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    languages = LanguagesField(label=gettext_lazy("Languages of the network"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Who may join"),
        required=False,
        choices=Kind.choices,
        help_text=gettext_lazy("Nothing ticked: every kind."),
        widget=forms.CheckboxSelectMultiple,
    )
    accent = forms.ChoiceField(label=gettext_lazy("Colour"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Public site: everybody may read the purpose, the directory and the map"), required=False
    )

    def __init__(self, *args: Any, network: Network | None = None, **kwargs: Any) -> None:
        if network is not None:
            fields = ("purpose", "languages", "kinds", "accent", "is_public")
            kwargs["initial"] = {field: getattr(network, field) for field in fields}
        super().__init__(*args, **kwargs)
        self.fields["accent"].choices = [(accent, ACCENT_NAMES.get(accent, accent)) for accent in ACCENTS]
        original = network.language if network else reader()
        self.name_fields = name_fields(self, original, network.names if network else {})

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        return {"names": names_said(facts), **facts}

    @property
    def names(self) -> list[Any]:
        return [self[field] for field in self.name_fields]


class Found(Edit):
    """A new network."""

    def said(self) -> dict[str, Any]:
        return {**super().said(), "language": reader()}
