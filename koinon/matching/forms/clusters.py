"""Founded clusters: charter, members, plan, vote; bridges introduced or set aside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form, day_input
from koinon.matching.actions import bridges, clusters
from koinon.matching.forms.replies import InNameOf
from koinon.matching.models import Cluster, Vote
from koinon.matching.queries.clusters import may_coordinate, organisation_at
from koinon.network.models import Network, Organisation


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), help_text=help_text)


class Charter(Form):
    """Title, charter, last day."""

    title = forms.CharField(label=_lazy("Name of the cluster"), max_length=clusters.TITLE)
    charter = forms.CharField(
        label=_lazy("Charter"),
        max_length=clusters.CHARTER,
        widget=_area(8),
        help_text=_lazy("What you do together, who may come in, what each member does for it. Half a page is enough."),
    )
    ends_on = _day(
        _lazy("Last day"), _lazy("A cluster has an end. Until then its members vote each year whether it goes on.")
    )


class Found(InNameOf, Charter):
    """The same, in the name of a member."""


class Join(InNameOf):
    """Ask to come in."""

    message = forms.CharField(
        label=_lazy("What you bring, and why you would like to join"),
        max_length=clusters.MESSAGE,
        widget=_area(3),
        required=False,
    )


class Invite(Form):
    """Invite a member of the network by the address of its page."""

    organisation = forms.CharField(
        label=_lazy("Organisation"),
        max_length=300,
        help_text=_lazy("The address of its page here, copied from your browser, or its last part."),
    )
    message = forms.CharField(
        label=_lazy("A few words to them"), max_length=clusters.MESSAGE, widget=_area(2), required=False
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.network = network

    def clean_organisation(self) -> Organisation:
        slug = self.cleaned_data["organisation"].strip().rstrip("/").rsplit("/", 1)[-1]
        found = organisation_at(self.network, slug)
        if found is None:
            raise forms.ValidationError(_lazy("No member of this network has this address."))
        return found


class Appoint(Form):
    """One more coordinator, chosen among those who speak for a member."""

    person = forms.ChoiceField(label=_lazy("Who speaks for a member"))

    def __init__(self, *args: Any, cluster: Cluster, me: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = may_coordinate(cluster, me)
        self.rows = {str(row.pk): row for row, _words in found}
        self.fields["person"].choices = [(str(row.pk), words) for row, words in found]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        row = self.rows[self.cleaned_data["person"]]
        return {"person": row.person, "organisation": row.organisation}


class Plan(Form):
    """A step of the work plan."""

    title = forms.CharField(label=_lazy("What is to be done"), max_length=clusters.STEP)
    due_on = _day(_lazy("By when"))
    organisation = forms.ChoiceField(label=_lazy("Who sees to it"), required=False)

    def __init__(self, *args: Any, members: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(row.pk): row for row in members}
        choices = [("", _lazy("Everybody")), *((key, str(row)) for key, row in self.members.items())]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "organisation": self.members.get(facts["organisation"])}


class Ballot(InNameOf):
    """Go on, end it, or no preference."""

    says = forms.ChoiceField(label=_lazy("Shall it go on?"), choices=Vote.Says.choices, widget=forms.RadioSelect)


class Close(Form):
    """End it now, and why."""

    why = forms.CharField(label=_lazy("Why it ends"), max_length=300)


class Build(Form):
    """Introduce the two, and why."""

    reason = forms.CharField(
        label=_lazy("Why they should meet"),
        max_length=500,
        widget=_area(3),
        help_text=_lazy("Both read it. Each answers in private."),
    )


class Aside(Form):
    """Not a good idea, because …"""

    why = forms.CharField(
        label=_lazy("Why not"),
        max_length=bridges.WHY,
        help_text=_lazy("Only coordinators read it; the pair is not proposed again."),
    )
