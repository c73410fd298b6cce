"""Registering for an event: who one is, what the organiser asks, what one needs; and answers by one tap."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _lazy

from koinon.events.actions.given import CARE, HOUSE, NAME
from koinon.events.models import Event, EventForm, Registration
from koinon.events.queries import houses
from koinon.events.queries.registering import Asks
from koinon.kit import questions
from koinon.kit.forms import Form
from koinon.kit.ids import uuid7
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import countries
from koinon.network.models import Organisation

GENDERS = [("", "—"), ("woman", _lazy("Woman")), ("man", _lazy("Man")), ("other", _lazy("Another or none"))]
LISTED = [
    ("nobody", _lazy("Nobody but the organisers")),
    ("participants", _lazy("Those who take part, until three months after the event")),
    ("all", _lazy("Everybody who sees the event, until three months after it")),
]
WHO = [
    ("self", _lazy("For myself")),
    ("minor_self", _lazy("For myself; I am under 18")),
    ("minor", _lazy("For somebody under 18 for whom I am responsible")),
]
WORDS = {
    "food": _lazy("Food: what you do not eat, or must not"),
    "access": _lazy("Access: what you need so that you can take part"),
    "travel": _lazy("Travel: how you come, what must be arranged"),
    "emergency": _lazy("Whom to call in an emergency"),
}


class Suggested(forms.TextInput):
    """A line with names to choose from while typing; without scripts too."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        super().__init__()
        self.names = names

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if not self.names:
            return super().render(name, value, attrs, renderer)
        line = super().render(name, value, {**(attrs or {}), "list": f"known-{name}"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.names))
        return format_html('{}<datalist id="known-{}">{}</datalist>', line, name, options)


class Why(Form):
    """A sentence that the other side reads."""

    why = forms.CharField(label=_lazy("In a sentence, for the person"), max_length=500)


class Facts(Form):
    """What may be said now and changed later; subclasses say who one is."""

    organisation = forms.ChoiceField(label=_lazy("You come from"), required=False)
    organisation_name = forms.CharField(label=_lazy("Organisation"), max_length=HOUSE, required=False, widget=Suggested)
    country = forms.ChoiceField(label=_lazy("Country"), required=False)
    gender = forms.ChoiceField(
        label=_lazy("Gender"), choices=GENDERS, required=False,
        help_text=_lazy("Asked because some places are kept for some people. You need not say."),
    )  # fmt: skip
    units = forms.IntegerField(label=_lazy("How many places, with yours?"), min_value=1, initial=1)
    chosen = forms.MultipleChoiceField(
        label=_lazy("Parts you want to take part in"), widget=forms.CheckboxSelectMultiple, required=False
    )
    food = forms.CharField(label=WORDS["food"], max_length=CARE["food"], required=False)
    access = forms.CharField(label=WORDS["access"], max_length=CARE["access"], required=False)
    travel = forms.CharField(
        label=WORDS["travel"], max_length=CARE["travel"], required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    emergency = forms.CharField(label=WORDS["emergency"], max_length=CARE["emergency"], required=False)
    listed = forms.ChoiceField(
        label=_lazy("Who may read your name in the list of participants?"), choices=LISTED, required=False,
        widget=forms.RadioSelect, initial="nobody",
    )  # fmt: skip

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    form_row: EventForm | None = None

    def __init__(
        self, *args: Any, event: Event, asks: Asks, homes: list[Organisation], form_row: EventForm | None = None,
        values: dict[str, Any] | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.event, self.homes = event, {str(row.pk): row for row in homes}
        self.parts = {str(row.pk): row for row in asks.parts}
        self._ask_house(event)
        self._ask_places(event, asks)
        self._ask_questions(form_row or asks.form, values or {})
        self._ask_care(event)

    def _ask_house(self, event: Event) -> None:
        named = [(key, str(row)) for key, row in self.homes.items()]
        if named:
            self._choice("organisation").choices = [*named, ("", _lazy("Another one, or none"))]
            self.fields["organisation"].initial = next(iter(self.homes))
            del self.fields["organisation_name"], self.fields["country"]
        else:
            del self.fields["organisation"]
            known = countries((get_language() or "en")[:2])
            self._choice("country").choices = [("", "—"), *known]
            names: Any = SimpleLazyObject(lambda: houses.known(event))
            self._choice("organisation_name").widget.names = names

    def _ask_places(self, event: Event, asks: Asks) -> None:
        if asks.most_units > 1:
            self.fields["units"].max_value = asks.most_units  # type: ignore[attr-defined]
            self.fields["units"].widget.attrs["max"] = asks.most_units
        else:
            del self.fields["units"]
        if not asks.gender:
            del self.fields["gender"]
        if self.parts:
            self._choice("chosen").choices = [(key, str(row)) for key, row in self.parts.items()]
        else:
            del self.fields["chosen"]

    def _ask_questions(self, row: EventForm | None, values: dict[str, Any]) -> None:
        self.form_row, self.asked = row, None
        self.initial["version"] = str(row.pk) if row else ""
        if row is not None:
            made = questions.form_class(row.schema, language=(get_language() or "en")[:2])
            self.asked = made(values=values)
            for key, field in self.asked.fields.items():
                self.fields[key] = field
                self.initial.setdefault(key, self.asked.initial.get(key))
        self.order_fields([name for name in self.fields if name not in (*CARE, "listed")])

    def _ask_care(self, event: Event) -> None:
        if event.mode == "online":
            for name in ("food", "travel", "emergency"):
                del self.fields[name]

    def _choice(self, name: str) -> Any:
        return self.fields[name]

    @property
    def care_fields(self) -> list[Any]:
        """Bound fields of what only organisers read."""
        return [self[name] for name in CARE if name in self.fields]

    @property
    def other_fields(self) -> list[Any]:
        """All others, in order."""
        return [self[name] for name in self.fields if name not in CARE and not self[name].is_hidden]

    def said(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        said: dict[str, Any] = {
            "care": {name: found.pop(name) for name in CARE if name in found},
            "listed": found.pop("listed", "") or "nobody", "form": self.form_row,
            "answers": self._answers(found),
            "chosen": [self.parts[key] for key in found.pop("chosen", [])],
        }  # fmt: skip
        if self.homes:
            chosen = found.pop("organisation", "")
            said["organisation"] = self.homes.get(chosen if "organisation" in self.data else next(iter(self.homes)))
        return {**found, **said}

    def _answers(self, found: dict[str, Any]) -> dict[str, Any]:
        if self.asked is None:
            return {}
        given = {question["key"]: found.pop(question["key"], None) for question in self.asked.questions}
        return {key: value for key, value in given.items() if not questions.is_empty(value)}


class Register(Facts):
    """Everything at once, for somebody we know or for a guest; `key` makes one form one registration."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    link = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    name = forms.CharField(label=_lazy("Name"), max_length=NAME)
    email = forms.EmailField(
        label=_lazy("E-mail"), required=False,
        help_text=_lazy("We write to you once to confirm it, and then about this event only."),
    )  # fmt: skip
    who = forms.ChoiceField(label=_lazy("For whom?"), choices=WHO, initial="self", widget=forms.RadioSelect)
    minor_name = forms.CharField(
        label=_lazy("Name of the young person"), max_length=NAME, required=False,
        help_text=_lazy("Only when you register somebody else."),
    )  # fmt: skip
    guardian = forms.CharField(
        label=_lazy("Name of the guardian"), max_length=NAME, required=False,
        help_text=_lazy("For everybody under 18. We ask them by e-mail, and they can take it back whenever they wish."),
    )  # fmt: skip
    guardian_email = forms.EmailField(label=_lazy("E-mail of the guardian"), required=False)

    field_order = ["key", "link", "version", "who", "name", "email", "minor_name", "guardian", "guardian_email"]

    def __init__(self, *args: Any, me: Actor, name: str = "", link: str = "", **kwargs: Any) -> None:
        first = {"key": uuid7(), "name": name, "link": link, "units": 1, "listed": "nobody"}
        super().__init__(*args, initial=first, **kwargs)
        self.known_name = name
        if not self.event.admits_minors:
            for field in ("who", "minor_name", "guardian", "guardian_email"):
                del self.fields[field]
        if me.is_known:
            del self.fields["email"]
            if name:
                del self.fields["name"]
        for field in ("name", "email", "units"):
            if field in self.fields:
                self.fields[field].required = False
                self.fields[field].is_needed = True  # type: ignore[attr-defined]  # clean() asks for it, where it is

    def clean(self) -> dict[str, Any]:
        """What is needed depends on for whom it is."""
        super().clean()
        who = self.cleaned_data.get("who", "self")
        needed = ["minor_name", "guardian", "guardian_email"] if who == "minor" else ["name"]
        needed += {"minor_self": ["guardian", "guardian_email"], "self": ["email"]}.get(who, [])
        for field in needed:
            if field in self.fields and not self.cleaned_data.get(field) and field not in self.errors:
                self.add_error(field, self.fields["key"].error_messages["required"])
        return self.cleaned_data

    @property
    def is_for_another(self) -> bool:
        """Somebody registers a minor who has no account."""
        return self.is_valid() and self.cleaned_data.get("who") == "minor"

    def said(self) -> dict[str, Any]:
        found = super().said()
        who, minor_name = found.pop("who", "self"), found.pop("minor_name", "")
        found["is_minor"] = who != "self"
        found["name"] = minor_name if who == "minor" else found.get("name") or self.known_name
        if found.get("units") is None:
            found.pop("units", None)
        return found


class Change(Facts):
    """The same later; one's address stays, since letters with links went there."""

    name = forms.CharField(label=_lazy("Name"), max_length=NAME)
    field_order = ["name"]

    def __init__(self, *args: Any, row: Registration, **kwargs: Any) -> None:
        care = getattr(row, "care", None)
        first = {
            "name": row.name, "organisation_name": row.organisation_name, "country": row.country, "units": row.units,
            "gender": row.gender, "listed": row.listed, "chosen": [str(quota.pk) for quota in row.chosen.all()],
            "organisation": str(row.organisation_id or ""), **{name: getattr(care, name, "") for name in CARE},
        }  # fmt: skip
        super().__init__(*args, initial=first, values=row.answers, **kwargs)
        if row.is_minor:
            del self.fields["listed"]

    def said(self) -> dict[str, Any]:
        found = super().said()
        if self.form_row is None:
            del found["form"], found["answers"]
        if not self.parts:
            del found["chosen"]
        return found


class Yes(Facts):
    """A nominated person says yes, with what the organiser asks."""

    name = forms.CharField(label=_lazy("Name"), max_length=NAME)
    field_order = ["name"]

    def __init__(self, *args: Any, row: Registration, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": row.name, "listed": "nobody"}, **kwargs)
        for field in ("organisation", "organisation_name", "country", "units"):
            self.fields.pop(field, None)
        self.homes = {}
