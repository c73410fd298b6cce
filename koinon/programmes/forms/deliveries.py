"""Opening a delivery in five fields, the rest of it, who takes part, its report."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koinon.kit.forms import Form as Plain
from koinon.kit.forms import day_input
from koinon.kit.templatetags.kit import day
from koinon.learning.models import Run
from koinon.network.forms.fields import Form, PlaceField
from koinon.programmes.actions.participants import GENDERS
from koinon.programmes.forms.programmes import languages_of
from koinon.programmes.models import Delivery, Participant, Programme, Toolkit

AGES = [("", _("Not said")), *Participant.Age.choices]


class New(Form):
    """Five fields."""

    title = forms.CharField(label=_("What do you call it?"), max_length=160)
    place = PlaceField(label=_("Town"), required=False)
    starts_on = forms.DateField(label=_("First day"), widget=day_input(), initial=date.today)
    ends_on = forms.DateField(label=_("Last day"), widget=day_input(), initial=date.today)
    expected = forms.IntegerField(label=_("How many people do you expect?"), min_value=1, max_value=500, initial=15)
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = (get_language() or "en")[:2]
        self.fields["language"].choices = languages_of(programme.languages)  # type: ignore[attr-defined]
        self.fields["language"].initial = reader if reader in programme.languages else programme.language
        if len(programme.languages) < 2:
            self.fields["language"].widget = forms.HiddenInput()


class Settings(New):
    """The rest, later."""

    venue = forms.CharField(label=_("Room or address"), max_length=200, required=False)
    toolkit = forms.ModelChoiceField(label=_("Version of the toolkit"), queryset=Toolkit.objects.none(), required=False)
    shares_names = forms.BooleanField(
        label=_("Those who trained me may see who took part"), required=False,
        help_text=_("Otherwise they see counts only. Names of people under 18 are never shown to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        first = {name: getattr(delivery, name) for name in self.base_fields}
        super().__init__(*args, programme=delivery.programme, initial=first, **kwargs)
        rows = Toolkit.objects.filter(programme=delivery.programme_id, state="published").order_by("-number")
        self.fields["toolkit"].queryset = rows  # type: ignore[attr-defined]
        self.fields["toolkit"].label_from_instance = _version  # type: ignore[attr-defined]
        self.fields["toolkit"].empty_label = _("Without the toolkit")  # type: ignore[attr-defined]


def _version(row: Toolkit) -> str:
    return str(_("Toolkit version %(number)s")) % {"number": row.number}


class Somebody(Plain):
    """Who takes part: a name is enough."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("A first name is enough."))
    email = forms.EmailField(
        label=_("E-mail"), required=False,
        help_text=_("Only if you want to say afterwards how it was, or to go on. Not for people under 18."),
    )  # fmt: skip
    age = forms.ChoiceField(label=_("Age"), choices=AGES, required=False)
    gender = forms.ChoiceField(label=_("Gender"), choices=list(GENDERS.items()), required=False)


class Listed(Somebody):
    """The same as the facilitator corrects it, with how it went."""

    has_finished = forms.BooleanField(label=_("Took part to the end"), required=False)
    quiz = forms.IntegerField(label=_("Quiz, in per cent"), min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        first = {name: getattr(participant, name) for name in ("name", "email", "age", "gender", "has_finished")}
        first["quiz"] = None if participant.quiz is None else round(participant.quiz * 100)
        super().__init__(*args, initial=first, **kwargs)
        self.fields["name"].required = bool(participant.name)


class Nameless(Plain):
    """How many came whose names nobody needs."""

    number = forms.IntegerField(label=_("How many people?"), min_value=1, max_value=200)
    age = forms.ChoiceField(label=_("Age"), choices=AGES, required=False)
    gender = forms.ChoiceField(label=_("Gender"), choices=list(GENDERS.items()), required=False)


class ListFile(Plain):
    """A list of people as a spreadsheet."""

    file = forms.FileField(
        label=_("Spreadsheet (XLSX, ODS or CSV)"),
        help_text=_("One person in each row: name, and if you like e-mail, age (u18, 18-29, 30-64, 65+) and gender."),
    )


class Helper(Plain):
    """Somebody by their address."""

    email = forms.EmailField(label=_("E-mail"))


class Supervisor(Plain):
    """Who supervises; empty: those who run the programme."""

    email = forms.EmailField(label=_("E-mail of the supervisor"), required=False)


class Report(Plain):
    """How it went."""

    words = forms.CharField(
        label=_("How did it go?"), widget=forms.Textarea(attrs={"rows": 6}), max_length=10_000,
        help_text=_("What worked, what did not, what comes next. No names of participants, please."),
    )  # fmt: skip
    used = forms.MultipleChoiceField(
        label=_("Which activities did you use?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, activities: Sequence[tuple[str, str]], delivery: Delivery, **kwargs: Any) -> None:
        first = {"words": delivery.words, "used": [str(key) for key in delivery.used]}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["used"].choices = activities  # type: ignore[attr-defined]
        if not activities:
            del self.fields["used"]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "used": [UUID(key) for key in facts.get("used", [])]}


class Changed(Plain):
    """What was done otherwise in one activity."""

    activity = forms.ChoiceField(label=_("Activity"))
    changed = forms.CharField(
        label=_("What did you do otherwise?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    why = forms.CharField(label=_("Why?"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)

    def __init__(self, *args: Any, activities: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].choices = activities  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "activity": UUID(facts["activity"])}


class Course(Plain):
    """Which run of the course belongs to it."""

    run = forms.ModelChoiceField(label=_("Run of the course"), queryset=Run.objects.none(), required=False)

    def __init__(self, *args: Any, runs: QuerySet[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs  # type: ignore[attr-defined]
        self.fields["run"].label_from_instance = _run  # type: ignore[attr-defined]
        self.fields["run"].empty_label = _("Without a course")  # type: ignore[attr-defined]


def _run(row: Run) -> str:
    return f"{row.title} · {day(row.starts_on)}"
