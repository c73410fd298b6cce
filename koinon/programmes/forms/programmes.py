"""Opening and changing a programme; sentences and buttons that others share."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from koinon.kit import money, questions
from koinon.kit.forms import Form, day_input
from koinon.kit.templatetags.kit import language as language_name
from koinon.learning.models import Course
from koinon.learning.queries.homes import Home
from koinon.programmes.actions.programmes import NUMBERS
from koinon.programmes.models import Programme
from koinon.programmes.queries import opinions
from koinon.projects.forms.plans import Amount

KINDS = [(key, questions.KINDS[key]) for key in ("scale", "text")]


def languages_of(keys: Sequence[str]) -> list[tuple[str, str]]:
    """Languages with their names, for a choice."""
    return [(key, language_name(key)) for key in keys]


class Why(Form):
    """A sentence that the other side reads."""

    why = forms.CharField(label=_("In a sentence, for those who are concerned"), max_length=500)


class New(Form):
    """The few things one knows on the first day."""

    name = forms.CharField(label=_("Name of the programme"), max_length=160)
    language = forms.ChoiceField(label=_("Language in which it is written first"))
    funder = forms.CharField(label=_("Who pays for it"), max_length=200, required=False)
    starts_on = forms.DateField(label=_("First day"), widget=day_input())
    ends_on = forms.DateField(label=_("Last day"), widget=day_input())

    def __init__(self, *args: Any, homes: Sequence[Home], **kwargs: Any) -> None:
        today = date.today()
        first = {
            "starts_on": today, "ends_on": today + timedelta(days=730), "language": (get_language() or "en")[:2],
        }  # fmt: skip
        super().__init__(*args, initial=first, **kwargs)
        self.homes = {home.key: home for home in homes}
        self.fields["language"].choices = languages_of([code for code, _name in settings.LANGUAGES])  # type: ignore[attr-defined]
        if len(self.homes) > 1:
            named = [(key, home.label) for key, home in self.homes.items()]
            self.fields["home"] = forms.ChoiceField(label=_("Who runs it, in which network"), choices=named)

    def said(self) -> dict[str, Any]:
        facts = super().said()
        home = self.homes[facts.pop("home", next(iter(self.homes)))]
        return {**facts, "organisation": home.organisation, "network": home.network}


class Edit(Form):
    """Everything about a programme."""

    name = forms.CharField(label=_("Name of the programme"), max_length=160)
    about = forms.CharField(
        label=_("What it is about"), widget=forms.Textarea(attrs={"rows": 7}), max_length=10_000, required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which it is delivered"), widget=forms.CheckboxSelectMultiple, required=False
    )
    funder = forms.CharField(label=_("Who pays for it"), max_length=200, required=False)
    code = forms.CharField(label=_("Code of the project"), max_length=80, required=False)
    budget = Amount(label=_("Budget frame"), required=False, help_text=_("Seen only by those who run the programme."))
    currency = forms.ChoiceField(label=_("Currency"))
    starts_on = forms.DateField(label=_("First day"), widget=day_input())
    ends_on = forms.DateField(
        label=_("Last day"), widget=day_input(),
        help_text=_("Half a year after it, names and addresses of participants are deleted; the counts stay."),
    )  # fmt: skip
    course = forms.ModelChoiceField(
        label=_("Course that facilitators finish"), queryset=Course.objects.none(), required=False,
        help_text=_("A published course that you may see."),
    )  # fmt: skip
    evidence_needed = forms.IntegerField(
        label=_("Practice tasks of that course that must be accepted"), min_value=0, max_value=20
    )
    practice_needed = forms.IntegerField(label=_("Sessions led while somebody observes"), min_value=0, max_value=20)
    grant_months = forms.IntegerField(label=_("Months for which a grant holds"), min_value=1, max_value=120)
    target_deliveries = forms.IntegerField(label=_("Deliveries each facilitator aims at"), min_value=0, max_value=500)
    target_people = forms.IntegerField(label=_("People each facilitator aims to reach"), min_value=0, max_value=9999)
    most_generations = forms.IntegerField(label=_("Generations at most"), min_value=1, max_value=12)
    is_public = forms.BooleanField(label=_("Everybody may see its page"), required=False)

    def __init__(self, *args: Any, programme: Programme, courses: Any, **kwargs: Any) -> None:
        first = {name: getattr(programme, name) for name in self.base_fields if name != "name"}
        first["name"] = programme.names.get(programme.language, "")
        super().__init__(*args, initial=first, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        self.fields["currency"].choices = money.choices(get_language() or "en")  # type: ignore[attr-defined]
        known = [code for code, _name in settings.LANGUAGES]
        offered = [*programme.network.languages, *(code for code in known if code not in programme.network.languages)]
        self.fields["languages"].choices = languages_of(offered)  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        facts = super().said()
        numbers = {name: facts.pop(name) for name in NUMBERS}
        return {**facts, "numbers": numbers}


class Asked(Form):
    """The questions of one's own, in the language in which the programme was written first."""

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [question for _part, question in questions.each(opinions.form_of(programme))][1:]
        for number in range(opinions.MOST):
            row = rows[number] if number < len(rows) else None
            words = questions.said(row["labels"], programme.language, programme.language) if row else ""
            self.fields[f"words_{number}"] = forms.CharField(
                label=now("Question %(number)s") % {"number": number + 2}, required=False, initial=words, max_length=300
            )
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=now("Kind of answer"), choices=KINDS, initial=row["kind"] if row else "text", required=False
            )

    def said(self) -> dict[str, Any]:
        facts = self.cleaned_data
        rows = [(facts[f"words_{n}"], facts[f"kind_{n}"] or "text") for n in range(opinions.MOST)]
        return {"wanted": rows}
