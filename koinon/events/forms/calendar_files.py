"""A calendar file, and what it is to become."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.accounts.forms import zones
from koinon.events.engine.calendar_files import LARGEST
from koinon.events.models import Event
from koinon.kit.forms import Form
from koinon.network.models import Network, Organisation


class Read(Form):
    """Sessions for an event."""

    file = forms.FileField(
        label=_lazy("Calendar file"), widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_lazy("As any calendar program exports it (.ics). Times without a zone are taken by these clocks."),
    )  # fmt: skip

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("This file is larger than %(limit)s MB.") % {"limit": 1})
        return bytes(file.read())

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        data = facts.pop("file")
        return {**facts, "data": data}


class Begin(Read):
    """An event that is in a calendar already."""

    kind = forms.ChoiceField(label=_lazy("Kind of event"), choices=Event.Kind.choices, initial="conference")
    zone = forms.ChoiceField(label=_lazy("By the clocks of"), choices=zones)
    organisation = forms.ChoiceField(label=_lazy("Which organisation holds it?"))
    network = forms.ChoiceField(label=_lazy("In which network?"), required=False)

    def __init__(
        self, *args: Any, organisations: Sequence[Organisation], networks: Sequence[Network], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        self.networks = {str(row.pk): row for row in networks}
        house: Any = self.fields["organisation"]
        house.choices = [(key, str(row)) for key, row in self.organisations.items()]
        net: Any = self.fields["network"]
        net.choices = [*((key, str(row)) for key, row in self.networks.items()), ("", _("In none"))]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        house, net = facts.pop("organisation"), facts.pop("network")
        return {**facts, "organisation": self.organisations[house], "network": self.networks.get(net)}
