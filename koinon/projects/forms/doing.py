"""Check-ins, reflections, results, small grants and their receipts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form, day_input
from koinon.projects.forms.plans import Amount, text
from koinon.projects.models import CheckIn

PHOTOS = 3


class Words(Form):
    """Some lines for the other side."""

    words = text(_("What you say to them"), limit=4000, is_needed=True)


class Ask(Words):
    """A question to the team."""

    def said(self) -> dict[str, Any]:
        return {"why": self.cleaned_data["words"]}


class Until(Form):
    """Another last day."""

    ends_on = forms.DateField(label=_("New last day"), widget=day_input())


class Settle(Form):
    """Are the conditions met?"""

    is_met = forms.ChoiceField(
        label=_("Are the conditions met?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, the plan is approved")), ("no", _("No, it is not selected"))],
    )  # fmt: skip
    why = text(_("Words for the team"), rows=3, limit=500)

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "is_met": facts["is_met"] == "yes"}


class HowItGoes(Form):
    """A check-in with up to three photos."""

    mood = forms.ChoiceField(label=_("How does it go?"), choices=CheckIn.Mood.choices, widget=forms.RadioSelect)
    text = text(_("In a few words"), limit=4000, is_needed=True, help=_("What was done, what comes next, who helped?"))
    reached = forms.IntegerField(
        label=_("How many people did you reach since the last time?"), min_value=0, max_value=1_000_000, initial=0
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PHOTOS + 1):
            self.fields[f"photo_{number}"] = forms.ImageField(label=_("Photo"), required=False)
            self.fields[f"alt_{number}"] = forms.CharField(
                label=_("What can be seen on it?"), max_length=300, required=False,
                help_text=_("For people who cannot see it."),
            )  # fmt: skip
            self.fields[f"agreed_{number}"] = forms.BooleanField(
                label=_("Everybody who can be recognised agreed that it is shown to all"), required=False
            )

    @property
    def photos(self) -> list[list[Any]]:
        return [[self[f"{name}_{n}"] for name in ("photo", "alt", "agreed")] for n in range(1, PHOTOS + 1)]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        for number in range(1, PHOTOS + 1):
            if facts.get(f"photo_{number}") and not (facts.get(f"alt_{number}") or "").strip():
                self.add_error(f"alt_{number}", now("Say in a few words what can be seen."))
        return facts

    def _place(self, problem: ValidationError) -> None:
        """What is wrong with one of the photos stands beside the first of them."""
        if hasattr(problem, "error_dict") and "photo" in problem.error_dict:
            problem = ValidationError({"photo_1": problem.error_dict["photo"]})
        super()._place(problem)

    def said(self) -> dict[str, Any]:
        facts = self.cleaned_data
        photos = [
            (facts[f"photo_{n}"], facts[f"alt_{n}"], facts[f"agreed_{n}"])
            for n in range(1, PHOTOS + 1)
            if facts.get(f"photo_{n}")
        ]
        return {"mood": facts["mood"], "text": facts["text"], "reached": facts["reached"], "photos": photos}


class LookBack(Form):
    """The reflection at the end."""

    came = text(_("What came of it?"), limit=4000, is_needed=True)
    measured = text(_("How do you know? What was counted or seen?"), rows=3, limit=4000)
    hard = text(_("What was hard, and what would you do differently?"), limit=4000)
    next = text(_("What comes next?"), rows=3, limit=4000)
    reached = forms.IntegerField(label=_("How many people did you reach in all?"), min_value=0, max_value=1_000_000)


class Result(Form):
    """The page for everybody."""

    result = text(_("What came of it, for people who do not know you"), rows=8, limit=8000)
    is_public = forms.BooleanField(
        label=_("Everybody may read this page"), required=False,
        help_text=_("Title, place, problem, result, numbers, and photos that may be shown. No names of people."),
    )  # fmt: skip
    picture = forms.ImageField(label=_("Picture at the top"), required=False)
    picture_alt = forms.CharField(label=_("What can be seen on it?"), max_length=200, required=False)


class AskGrant(Form):
    """How much, what for."""

    amount = Amount(label=_("How much?"))
    purpose = text(_("What for?"), rows=3, limit=2000, is_needed=True)


class Pay(Form):
    """The payment was made outside."""

    paid_on = forms.DateField(label=_("Paid on"), widget=day_input())
    reference = forms.CharField(
        label=_("Reference"), max_length=120, help_text=_("Number of the transfer, or of the receipt of the cash desk.")
    )


class Paper(Form):
    """A receipt."""

    title = forms.CharField(label=_("What was bought or paid?"), max_length=200)
    amount = Amount(label=_("How much of it from the grant?"))
    spent_on = forms.DateField(label=_("Date of the receipt"), widget=day_input())
    file = forms.FileField(label=_("Photo or PDF of the receipt"))


class MendPaper(Paper):
    """The same once more: without a new file the one that is there stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False


class Back(Form):
    """Money that the team paid back."""

    amount = Amount(
        label=_("Paid back, all together"),
        help_text=_("The sum of all that came back. Write 0 to take a mistake back."),
    )
    returned_on = forms.DateField(label=_("Received on"), widget=day_input())
    reference = forms.CharField(label=_("Reference"), max_length=120)
