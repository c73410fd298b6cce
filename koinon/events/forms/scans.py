"""One button at the door."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from koinon.events.models import Event, EventSession, Registration, Scan
from koinon.kit.forms import Form


class Mark(Form):
    """Who, in which session, in or out; and where the reader was on the list."""

    session = forms.ModelChoiceField(EventSession.objects.none())
    registration = forms.ModelChoiceField(Registration.objects.none())
    way = forms.ChoiceField(choices=Scan.Way.choices)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = event.sessions.all()  # type: ignore[attr-defined]
        self.fields["registration"].queryset = event.registrations.all()  # type: ignore[attr-defined]

    def back(self) -> str:
        """The same place of the list, as a query."""
        said = {"session": self.data.get("session", "")[:40], "q": self.data.get("q", "")[:80]}
        return urlencode({name: value for name, value in said.items() if value})
