"""The picture of an event, what it shows, and who took it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.events.actions import pictures
from koinon.events.models import Event
from koinon.kit.forms import Form
from koinon.kit.vocabularies.licences import Licence


class Cover(Form):
    """A file only where there is none yet, or for another one."""

    file = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("Place and time that the camera noted are taken out."),
    )  # fmt: skip
    alt = forms.CharField(
        label=_("What it shows"), max_length=pictures.ALT,
        help_text=_("For people who cannot see it: one sentence."),
    )  # fmt: skip
    credit = forms.CharField(label=_("Who took it"), max_length=pictures.CREDIT, required=False)
    licence = forms.ChoiceField(label=_("Terms"), required=False, choices=[("", _("Not said")), *Licence.choices])


def as_chosen(event: Event) -> dict[str, Any]:
    """What the form shows first."""
    return {name: getattr(event, f"picture_{name}") for name in ("alt", "credit", "licence")}
