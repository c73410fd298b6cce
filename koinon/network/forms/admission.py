"""What coordinators say about how their network admits."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.forms import day_input
from koinon.kit.vocabularies.countries import countries, language_name
from koinon.network.engine import letters as engine
from koinon.network.forms.fields import Form, reader
from koinon.network.models import Admission, FirstStep, Kind, MembershipClass, Network, Quota, Right, last_day
from koinon.network.notices.letters import VARIABLES

FEW_YEARS = 3660


class Rules(forms.ModelForm, Form):
    """Deadlines in days, endorsement, reviewers."""

    class Meta:
        model = Admission
        fields = (
            "is_endorsed", "deemed", "reviewers", "tie_break", "days_to_check", "days_to_change", "days_to_endorse",
            "days_to_review", "days_to_begin",
        )  # fmt: skip
        labels = {
            "is_endorsed": gettext_lazy("An application needs an endorsement by a third party"),
            "deemed": gettext_lazy("When the endorser does not answer in time"),
            "reviewers": gettext_lazy("Reviews needed for each application"),
            "tie_break": gettext_lazy("With equal points comes first"),
            "days_to_check": gettext_lazy("Days for the completeness check and for the decision"),
            "days_to_change": gettext_lazy("Days for changes by the applicant"),
            "days_to_endorse": gettext_lazy("Days for the endorser"),
            "days_to_review": gettext_lazy("Days for the reviewers"),
            "days_to_begin": gettext_lazy("Days for the first steps"),
        }

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AddWindow(Form):
    opens_on = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    closes_on = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())


class ExtendWindow(Form):
    closes_on = forms.DateField(label=gettext_lazy("New last day"), widget=day_input())
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class SetQuota(Form):
    """How many, from where, when."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=0, max_value=100_000)
    since = forms.DateField(label=gettext_lazy("From"), widget=day_input())
    until = forms.DateField(label=gettext_lazy("To"), widget=day_input())

    def __init__(self, *args: Any, quota: Quota | None = None, **kwargs: Any) -> None:
        today = date.today()
        first = {"since": date(today.year, 1, 1), "until": date(today.year, 12, 31)}
        if quota is not None:
            first = {"country": quota.country, "places": quota.places, "since": quota.period.lower}
            first["until"] = last_day(quota.period)
        super().__init__(*args, initial=first, **kwargs)
        self.fields["country"].choices = [("", gettext_lazy("All countries together")), *countries(reader())]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and not 0 <= (until - since).days <= FEW_YEARS:
            self.add_error("until", _("The last day comes before the first."))
        return said


class Named(Form):
    """A name in each language of the network; the network's own language is needed."""

    label = gettext_lazy("Name (%(language)s)")
    languages: tuple[str, ...] = ()

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = tuple(dict.fromkeys([network.language, *network.languages]))
        for code in self.languages:
            self.fields[f"name_{code}"] = forms.CharField(
                label=self.label % {"language": language_name(code, reader())},
                max_length=200,
                required=code == network.language,
            )
        self.order_fields([f"name_{code}" for code in self.languages])

    def said(self) -> dict[str, Any]:
        names = {code: self.cleaned_data[f"name_{code}"] for code in self.languages}
        others = {name: value for name, value in self.cleaned_data.items() if not name.startswith("name_")}
        return {"names": names, **others}


class AddCriterion(Named):
    weight = forms.IntegerField(label=gettext_lazy("Weight"), min_value=1, max_value=10, initial=1)


class AddStep(Named):
    who = forms.ChoiceField(label=gettext_lazy("Who does it"), choices=FirstStep.Who.choices)


class SetClass(Named):
    """A class: for whom, what it may."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of organisation"),
        choices=Kind.choices,
        required=False,
        help_text=gettext_lazy("None ticked: all kinds."),
        widget=forms.CheckboxSelectMultiple,
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"), required=False, help_text=gettext_lazy("None chosen: all countries.")
    )
    people_from = forms.IntegerField(
        label=gettext_lazy("People in the place, at least"), required=False, min_value=0, max_value=2_000_000_000
    )
    people_to = forms.IntegerField(
        label=gettext_lazy("People in the place, fewer than"), required=False, min_value=1, max_value=2_000_000_000
    )
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("What this class may"),
        choices=Right.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, network: Network, row: MembershipClass | None = None, **kwargs: Any) -> None:
        if row is not None:
            fields = ("kinds", "countries", "people_from", "people_to", "rights")
            first = {name: getattr(row, name) for name in fields}
            first |= {f"name_{code}": text for code, text in row.names.items()}
            first |= {f"explains_{code}": text for code, text in row.explains.items()}
            kwargs["initial"] = first
        else:
            kwargs["initial"] = {"rights": Right.values}
        super().__init__(*args, network=network, **kwargs)
        self.fields["countries"].choices = countries(reader())
        for code in self.languages:
            self.fields[f"explains_{code}"] = forms.CharField(
                label=_("Explanation for applicants (%(language)s)") % {"language": language_name(code, reader())},
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def said(self) -> dict[str, Any]:
        said = super().said()
        explains = {code: said.pop(f"explains_{code}") for code in self.languages}
        return {**said, "explains": explains}

    def as_row(self, network: Network, row: MembershipClass | None) -> MembershipClass:
        """The class as it would be, not saved: for the preview."""
        said = self.said()
        made = MembershipClass(network=network, **{name: value for name, value in said.items()})
        made.pk = row.pk if row is not None else made.pk
        return made


class SetText(Form):
    """The network's own words of a letter."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=6000,
        help_text=gettext_lazy("An empty line begins a new paragraph. Words in braces are replaced."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for field, problem in self._problems(said):
            self.add_error(field, problem)
        return said

    def _problems(self, said: dict[str, Any]) -> Iterator[tuple[str, ValidationError]]:
        for field in ("subject", "text"):
            if unknown := engine.unknown(said.get(field, ""), VARIABLES):
                names = {"names": ", ".join(f"{{{name}}}" for name in unknown)}
                yield field, ValidationError(_("We do not know %(names)s.") % names)
