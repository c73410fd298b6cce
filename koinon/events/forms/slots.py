"""Days that a host offers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from koinon.events.actions import slots
from koinon.events.models import VisitSlot
from koinon.kit.forms import Form, day_input
from koinon.kit.vocabularies.countries import own_name
from koinon.network.models import Organisation


class Days(Form):
    """When, for how many, in which languages, and what is shown."""

    starts_on = forms.DateField(label=_("First day"), widget=day_input())
    ends_on = forms.DateField(label=_("Last day"), widget=day_input())
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=slots.MOST, initial=6)
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken there"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(code, own_name(code)) for code, _name in settings.LANGUAGES],
    )  # fmt: skip
    programme = forms.CharField(
        label=_("What visitors see and do"), max_length=slots.PROGRAMME, widget=forms.Textarea(attrs={"rows": 8})
    )


class Offer(Days):
    """In whose name, when there is more than one."""

    host = forms.ChoiceField(label=_("Host"))
    field_order = ["host"]

    def __init__(self, *args: Any, hosts: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = {str(each.pk): each for each in hosts}
        choice: Any = self.fields["host"]
        choice.choices = [(key, str(each)) for key, each in self.hosts.items()]
        if len(self.hosts) == 1:
            del self.fields["host"]

    def said(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("host") or next(iter(self.hosts))
        return {**self.cleaned_data, "host": self.hosts[chosen]}


def as_offered(slot: VisitSlot) -> dict[str, Any]:
    """What the form shows of days that are offered already."""
    return {
        "starts_on": slot.starts_on, "ends_on": slot.ends_on, "places": slot.quota.places, "languages": slot.languages,
        "programme": slot.programme,
    }  # fmt: skip
