"""One more badge for an event."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form
from koinon.learning.models import Achievement


class Add(Form):
    """Which badge."""

    achievement = forms.ChoiceField(label=_("Badge"))

    def __init__(self, *args: Any, achievements: Sequence[Achievement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.achievements = {str(row.pk): row for row in achievements}
        field: Any = self.fields["achievement"]
        field.choices = [(key, f"{row} · {row.organisation}") for key, row in self.achievements.items()]

    def said(self) -> dict[str, Any]:
        return {"achievement": self.achievements[self.cleaned_data["achievement"]]}
