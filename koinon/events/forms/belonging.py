"""In which network and which project an event stands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.events.models import Event
from koinon.kit.forms import Form
from koinon.network.models import Network
from koinon.projects.models import Project


class Belong(Form):
    """One of each, or none."""

    network = forms.ChoiceField(label=_("In which network?"), required=False)
    project = forms.ChoiceField(label=_("Project"), required=False)

    def __init__(
        self, *args: Any, networks: Sequence[Network], projects: Sequence[Project], event: Event, **kwargs: Any
    ) -> None:
        first = {"network": str(event.network_id or ""), "project": str(event.project_id or "")}
        super().__init__(*args, initial=first, **kwargs)
        self.rows: dict[str, dict[str, Any]] = {
            "network": {str(row.pk): row for row in networks}, "project": {str(row.pk): row for row in projects}
        }  # fmt: skip
        for name, rows in self.rows.items():
            field: Any = self.fields[name]
            field.choices = [("", _("In none")), *((key, str(row)) for key, row in rows.items())]

    def said(self) -> dict[str, Any]:
        return {name: rows.get(self.cleaned_data[name]) for name, rows in self.rows.items()}
