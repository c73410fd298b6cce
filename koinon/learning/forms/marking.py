"""What a facilitator says of evidence and of long answers: points, feedback, accepted or back with advice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.learning.actions import marking


class Look(Form):
    """Points for each line of the rubric, words, accepted or not. `rubric`: (key, what is looked at, most points)."""

    feedback = forms.CharField(
        label=_lazy("Words for the learner"), required=False, max_length=marking.FEEDBACK,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_lazy("What is good, and what would make it better? Needed when you send it back."),
    )  # fmt: skip

    def __init__(self, *args: Any, rubric: Sequence[tuple[str, str, float]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        for key, label, most in rubric:
            self.fields[f"points_{key}"] = forms.FloatField(
                label=f"{label} (0–{most:g})", min_value=0, max_value=most, required=False,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )  # fmt: skip
        self.order_fields([*(f"points_{key}" for key, _label, _most in rubric), "feedback"])

    def said(self) -> dict[str, Any]:
        given = {key: self.cleaned_data.get(f"points_{key}") for key, _label, _most in self.rubric}
        says = "accepted" if "accept" in self.data else "returned"
        points = {key: value for key, value in given.items() if value is not None}
        seen = self.data.get("seen")
        return {"says": says, "points": points, "feedback": self.cleaned_data["feedback"], "seen": seen}


class Read(Form):
    """Points and words for one long answer."""

    def __init__(self, *args: Any, worth: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"] = forms.FloatField(
            label=_lazy("Points"), min_value=0, max_value=worth,
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        )  # fmt: skip
        self.fields["feedback"] = forms.CharField(
            label=_lazy("Words for the learner"), required=False, max_length=marking.FEEDBACK,
            widget=forms.Textarea(attrs={"rows": 5}),
        )  # fmt: skip
