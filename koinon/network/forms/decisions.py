"""What coordinators, reviewers and endorsers may say about an application."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit.forms import day_input
from koinon.kit.vocabularies.countries import languages
from koinon.network.forms.fields import Form, reader
from koinon.network.models import Criterion, Membership, MembershipClass, Review

FEW = {"rows": 3}
POINTS = [(str(points), str(points)) for points in range(1, 6)]


class HandBack(Form):
    reason = forms.CharField(label=gettext_lazy("What is missing?"), max_length=5000, widget=forms.Textarea(attrs=FEW))


class StartReview(Form):
    reason = forms.CharField(
        label=gettext_lazy("Why without an endorsement"),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("Only needed when it is not endorsed. The applicant reads this."),
        widget=forms.Textarea(attrs=FEW),
    )


class AskEndorsement(Form):
    """Whom to ask: no account is needed, only an address."""

    body = forms.CharField(
        label=gettext_lazy("Who endorses"),
        max_length=200,
        help_text=gettext_lazy("For example a national commission or a ministry."),
    )
    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages(reader())


class AskReviewer(Form):
    person = forms.ModelChoiceField(label=gettext_lazy("Reviewer"), queryset=Person.objects.none())

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("name")


class Admit(Form):
    """As what; the class is what the network's rules say, unless the coordinator chooses another."""

    kind = forms.ChoiceField(label=gettext_lazy("Admit as"), choices=Membership.Class.choices)
    in_class = forms.ModelChoiceField(
        label=gettext_lazy("Class of membership"),
        queryset=MembershipClass.objects.none(),
        required=False,
        empty_label=gettext_lazy("As the rules say"),
    )

    def __init__(self, *args: Any, classes: list[MembershipClass] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [row.pk for row in classes or []]
        self.fields["in_class"].queryset = MembershipClass.objects.filter(pk__in=keys).select_related("network")
        if not keys:
            del self.fields["in_class"]


class Waitlist(Form):
    reason = forms.CharField(
        label=gettext_lazy("A word to the applicant"), max_length=5000, required=False, widget=forms.Textarea(attrs=FEW)
    )


class Decline(Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=5000,
        help_text=gettext_lazy("The applicant reads this: say what would have to change."),
        widget=forms.Textarea(attrs=FEW),
    )
    again_on = forms.DateField(
        label=gettext_lazy("They may apply again on"),
        required=False,
        help_text=gettext_lazy("Empty: any time."),
        widget=day_input(),
    )


class Extend(Form):
    until = forms.DateField(label=gettext_lazy("New last day"), widget=day_input())


class Declare(Form):
    """Before anything opens."""

    is_impartial = forms.TypedChoiceField(
        label=gettext_lazy("Can you judge this application impartially?"),
        choices=[
            ("yes", gettext_lazy("Yes: I have no interest in it and no tie to the applicant")),
            ("no", gettext_lazy("No: please ask somebody else")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class Give(Form):
    """Points for each criterion of the network, a recommendation, a few words."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("I recommend to"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("Why"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, criteria: list[Criterion] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = {f"points_{row.pk}": str(row.pk) for row in criteria or []}
        for row in criteria or []:
            self.fields[f"points_{row.pk}"] = forms.ChoiceField(
                label=str(row), choices=POINTS, widget=forms.RadioSelect, help_text=gettext_lazy("1 weak, 5 excellent")
            )
        self.order_fields([*self.criteria, "verdict", "text"])

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        scores = {key: int(said[name]) for name, key in self.criteria.items()}
        return {"verdict": said["verdict"], "text": said["text"], "scores": scores}


class Endorse(Form):
    """What the third party says; a sentence is needed only to say no."""

    statement = forms.CharField(
        label=gettext_lazy("Your statement"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("A sentence. The network and the applicant read it."),
        widget=forms.Textarea(attrs=FEW),
    )
    signed_by = forms.CharField(
        label=gettext_lazy("Your name and function"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
