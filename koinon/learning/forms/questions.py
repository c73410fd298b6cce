"""A question of any kind, typed in lines and ticks; tried out; placed into quizzes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.vocabularies import countries
from koinon.learning.engine import asked, documents, questions
from koinon.learning.engine.asked import CHOICES
from koinon.learning.queries.documents import UNMARKED
from koinon.network.forms.fields import reader
from koinon.network.models import Organisation

KINDS: dict[str, Any] = {
    "single": _lazy("One right answer"), "multiple": _lazy("Several right answers"),
    "true_false": _lazy("True or false"), "short": _lazy("A word or two"), "numeric": _lazy("A number"),
    "match": _lazy("What belongs together"), "order": _lazy("Put in order"), "cloze": _lazy("Text with gaps"),
    "long": _lazy("A longer text, read by a facilitator"),
}  # fmt: skip
_HELP = {
    "short": _lazy("One accepted answer on each line; * stands for anything; part of the points: city | 50"),
    "match": _lazy("One pair on each line: left = right. A line that begins with = is only a distraction."),
    "order": _lazy("One on each line, in the right order."),
}  # fmt: skip


def _area(label: Any, rows: int = 3, help_text: Any = "", required: bool = False) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, help_text=help_text, required=required, max_length=8000)


class Write(Form):
    """A question of one kind, in its own language."""

    organisation = forms.ModelChoiceField(label=_lazy("In whose bank"), queryset=Organisation.objects.none())
    language = forms.ChoiceField(label=_lazy("Language"), choices=lambda: list(countries.languages(reader())))
    stem = _area(_lazy("The question"), 3, required=True)
    tags = forms.CharField(
        label=_lazy("Tags"), required=False, max_length=600, help_text=_lazy("With commas between them.")
    )
    points = forms.FloatField(label=_lazy("Points"), min_value=0.1, max_value=1000, initial=1)
    shuffles = forms.BooleanField(label=_lazy("Answers come in another order each time"), required=False, initial=True)
    right = _area(_lazy("Said when it is right"), 2)
    wrong = _area(_lazy("Said when it is not"), 2)

    def __init__(
        self, *args: Any, kind: str, owners: list[Organisation], old: documents.Question | None = None,
        language: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        self.kind, self.old = kind, old
        first = {"language": language or reader()}
        if old is not None:
            tags = ", ".join(old.tags)
            first |= {**asked.shown(old, language), "tags": tags, "points": old.points, "shuffles": old.shuffles}
        super().__init__(*args, initial={**first, **kwargs.pop("initial", {})}, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[owner.pk for owner in owners])
        self.owner = owners[0] if len(owners) == 1 else None
        if self.owner is not None:
            self.fields.pop("organisation")
        if old is not None:
            self.fields["language"].disabled = True
        made = _fields(kind)
        self.fields.update(made)
        if kind not in ("single", "multiple", "match"):
            self.fields.pop("shuffles")
        if kind == "cloze":
            self.fields["stem"].help_text = _("To write: [[Tirana | Tiranë]]. To choose: [[Tirana* / Skopje]].")
        self.order_fields(["organisation", "language", "stem", *made, "right", "wrong", "points", "shuffles", "tags"])

    @property
    def said_owner(self) -> Organisation | None:
        """In whose bank; the only one needs no choice."""
        return self.owner or self.cleaned_data.get("organisation")

    @property
    def choices(self) -> list[tuple[Any, ...]]:
        """Rows of a question that chooses: key, text, right, feedback."""
        if self.kind not in ("single", "multiple"):
            return []
        names = ("key", "text", "right", "feedback")
        return [tuple(self[f"{name}_{number}"] for name in names) for number in range(CHOICES)]

    @property
    def simple(self) -> list[Any]:
        """All fields but those of the choices."""
        return [field for field in self if not field.name.rpartition("_")[2].isdigit()]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        language = said["language"]
        tags = [tag.strip() for tag in said.get("tags", "").split(",") if tag.strip()]
        said["question"] = asked.made(self.kind, {**said, "tags": tags}, self.old, language)
        for code in questions.problems(said["question"], [language]):
            if not (said.get("is_for_surveys") and code in UNMARKED):
                self.add_error(None, str(questions.PROBLEMS[code]))
        return said

    def said(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("question", "language")}
        return facts if self.old is not None else {**facts, "organisation": self.said_owner}


class Place(Form):
    """Questions of the bank into a quiz."""

    questions = forms.MultipleChoiceField(
        label=_lazy("Questions"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("Please choose at least one.")},
    )  # fmt: skip
    points = forms.FloatField(label=_lazy("Points for each"), min_value=0.1, max_value=1000, initial=1)

    def __init__(self, *args: Any, rows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].choices = rows  # type: ignore[attr-defined]


def _fields(kind: str) -> dict[str, forms.Field]:
    survey = forms.BooleanField(label=_("For surveys: no answer is right or wrong"), required=False)
    if kind in ("single", "multiple"):
        found: dict[str, forms.Field] = {}
        for number in range(CHOICES):
            names = {"number": number + 1}
            found[f"key_{number}"] = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
            found[f"text_{number}"] = forms.CharField(
                label=_("Answer %(number)s") % names, required=False, max_length=1000
            )
            found[f"right_{number}"] = forms.BooleanField(label=_("Answer %(number)s is right") % names, required=False)
            found[f"feedback_{number}"] = forms.CharField(
                label=_("Said to whoever chose answer %(number)s") % names, required=False, max_length=1000
            )
        return {**found, "is_for_surveys": survey}
    if kind == "true_false":
        ways = [("true", _("True")), ("false", _("False"))]
        return {"is_true": forms.ChoiceField(label=_("It is"), choices=ways, widget=forms.RadioSelect)}
    if kind == "numeric":
        return {
            "value": forms.FloatField(label=_("The right number")),
            "tolerance": forms.FloatField(label=_("It may be off by"), min_value=0, required=False),
        }
    if kind in _HELP:
        lines: dict[str, forms.Field] = {"lines": _area(_("Answers"), 6, _HELP[kind], required=True)}
        if kind == "short":
            lines["is_case_sensitive"] = forms.BooleanField(label=_("Capitals must be right"), required=False)
        return lines
    return {}
