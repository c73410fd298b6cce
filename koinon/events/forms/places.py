"""A rule about places in the organiser's words; the line; yes or no to an offer."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.models import Event, EventQuota
from koinon.events.queries.waiting import GENDERS
from koinon.kit.forms import Form
from koinon.kit.templatetags.kit import language as language_name
from koinon.kit.vocabularies.countries import countries
from koinon.network.models import Kind

NUMBER = re.compile(r"(\d{1,6})\s*(%?)")
SOME = ("most", "kept")
"""Rules that are about some of the people."""


class Quota(Form):
    """All that can be said about places; which fields count depends on the rule, and each says so."""

    rule = forms.ChoiceField(label=_lazy("What do you say?"), choices=[], widget=forms.RadioSelect)
    places = forms.CharField(
        label=_lazy("Number of places"), max_length=12,
        help_text=_lazy("A number. For some people also a share of all places, for instance 50 %."),
    )  # fmt: skip
    countries = forms.MultipleChoiceField(
        label=_lazy("From these countries"), required=False, help_text=_lazy("None chosen: from all countries.")
    )
    kinds = forms.MultipleChoiceField(
        label=_lazy("From these kinds of organisation"), choices=Kind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    genders = forms.MultipleChoiceField(
        label=_lazy("Gender, as people say it themselves"), choices=list(GENDERS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    guests = forms.ChoiceField(
        label=_lazy("With or without an account here"), required=False, widget=forms.RadioSelect,
        choices=[("", _lazy("Both")), ("yes", _lazy("Only guests without an account")), ("no", _lazy("Only members"))],
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, quota: EventQuota | None = None, **kwargs: Any) -> None:
        self.event, self.quota = event, quota
        super().__init__(*args, initial=_as_said(quota) if quota else {}, **kwargs)
        self.languages = list(dict.fromkeys([event.language, *event.languages]))
        for code in self.languages:
            self.fields[f"name_{code}"] = forms.CharField(label=_name_label(code), max_length=120, required=False)
        self.fields["countries"].choices = countries((get_language() or "en")[:2])  # type: ignore[attr-defined]
        self._offer_rules()
        self.order_fields(["rule", *(f"name_{code}" for code in self.languages)])

    def clean(self) -> dict[str, Any]:
        super().clean()
        found = NUMBER.fullmatch(self.cleaned_data.get("places", "").strip())
        if "places" in self.cleaned_data and found is None:
            self.add_error("places", _("Please write a number, or a share such as 50 %."))
        elif found is not None and found[2] and self._rule() not in SOME:
            self.add_error("places", _("A share is possible for places that are kept or limited for some people."))
        if self._rule() == "chosen" and not self.cleaned_data.get(f"name_{self.event.language}"):
            self.add_error(f"name_{self.event.language}", _("People choose it by its name: please write one."))
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = NUMBER.fullmatch(data["places"].strip())
        if found is None:
            raise ValidationError({"places": [_("Please write a number, or a share such as 50 %.")]})
        facts: dict[str, Any] = {name: data.get(name) for name in ("countries", "kinds", "genders")}
        facts["guests"] = {"yes": True, "no": False}.get(data.get("guests", ""))
        facts["percent"] = int(found[1]) if found[2] else None
        names = {code: data[f"name_{code}"] for code in self.languages}
        kept = {code: name for code, name in (self.quota.names if self.quota else {}).items() if code not in names}
        return {
            "rule": self._rule(), "places": 0 if found[2] else int(found[1]), "names": kept | names, "facts": facts
        }  # fmt: skip

    def _rule(self) -> str:
        return self.quota.rule if self.quota else str(self.cleaned_data.get("rule", ""))

    def _offer_rules(self) -> None:
        """A rule that is there keeps its meaning; places for everybody are said once; only asked what it may ask."""
        if self.quota is not None:
            del self.fields["rule"]
            if self.quota.rule not in SOME:
                for name in ("countries", "kinds", "genders", "guests"):
                    del self.fields[name]
            return
        has_whole = EventQuota.objects.filter(event=self.event, rule="all").exists()
        rules = [each for each in EventQuota.Rule.choices if each[0] != "all" or not has_whole]
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]


class Prefer(Form):
    """Where somebody stands in the line."""

    priority = forms.IntegerField(label=_lazy("Priority"), min_value=-9, max_value=9)


class ByHand(Form):
    """A free place to this one."""

    why = forms.CharField(label=_lazy("Why now?"), max_length=300, required=False)


class Answer(Form):
    """Yes or no to a place."""

    says = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)

    def said(self) -> dict[str, Any]:
        return {}


def _as_said(quota: EventQuota) -> dict[str, Any]:
    facts = quota.facts
    percent = facts.get("percent")
    return {
        "places": f"{percent} %" if percent else quota.places,
        "countries": facts.get("countries", []), "kinds": facts.get("kinds", []), "genders": facts.get("genders", []),
        "guests": {True: "yes", False: "no"}.get(facts.get("guests"), ""),
        **{f"name_{code}": name for code, name in quota.names.items()},
    }  # fmt: skip


def _name_label(code: str) -> str:
    return _("Name (%(language)s)") % {"language": language_name(code)}
