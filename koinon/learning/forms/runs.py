"""Opening and changing a run, enrolling in it, inviting people to it, and the sentences that go with decisions."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form, day_input
from koinon.kit.templatetags.kit import language as language_name
from koinon.learning.actions import runs
from koinon.learning.actions.cards import AGREED
from koinon.learning.models import Run, Version
from koinon.network.models import Network, Organisation


def languages_of(keys: Sequence[str]) -> list[tuple[str, str]]:
    """Languages with their names, for a choice."""
    return [(key, language_name(key)) for key in keys]


class Settings(Form):
    """What may change while a run goes on."""

    title = forms.CharField(label=_lazy("Title"), max_length=200)
    languages = forms.MultipleChoiceField(
        label=_lazy("Languages in which people may learn"), widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(label=_lazy("First day"), widget=day_input())
    ends_on = forms.DateField(label=_lazy("Last day"), widget=day_input())
    place = forms.CharField(
        label=_lazy("Place"), max_length=200, required=False, help_text=_lazy("Where you meet, or “online”.")
    )
    capacity = forms.IntegerField(label=_lazy("Places"), min_value=1, max_value=5000, initial=30)
    audience = forms.ChoiceField(
        label=_lazy("Who may enrol by themselves?"), choices=Run.Audience.choices, widget=forms.RadioSelect,
        initial="link",
    )  # fmt: skip
    asks_first = forms.BooleanField(
        label=_lazy("Ask me first"), required=False,
        help_text=_lazy("Who enrols asks for a place; you answer within five days."),
    )  # fmt: skip

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = version.languages or [version.language]
        self.fields["languages"].choices = languages_of(offered)  # type: ignore[attr-defined]


class Opening(Settings):
    """A new run: who teaches it, in which network, with which version."""

    def __init__(
        self, *args: Any, version: Version, organisations: Sequence[Organisation], networks: Sequence[Network],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        today = date.today()
        first = {
            "title": version.course.title, "languages": version.languages, "starts_on": today + timedelta(days=14),
            "ends_on": today + timedelta(days=56),
        }  # fmt: skip
        super().__init__(*args, version=version, initial=first, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        self.networks = {str(row.pk): row for row in networks}
        if len(organisations) > 1:
            named = [(key, str(row)) for key, row in self.organisations.items()]
            self.fields["organisation"] = forms.ChoiceField(label=_lazy("Which organisation teaches?"), choices=named)
        if networks:
            known = [(key, str(row)) for key, row in self.networks.items()]
            self.fields["network"] = forms.ChoiceField(
                label=_lazy("In which network?"), choices=[*known, ("", _lazy("In none"))], required=False
            )

    def said(self) -> dict[str, Any]:
        facts = super().said()
        chosen = facts.pop("organisation", next(iter(self.organisations)))
        network = facts.pop("network", "")
        return {**facts, "organisation": self.organisations[chosen], "network": self.networks.get(network)}


class Why(Form):
    """A sentence that the other side reads."""

    why = forms.CharField(label=_lazy("In a sentence, for those who are concerned"), max_length=runs.WHY)


class Until(Form):
    """A new last day."""

    ends_on = forms.DateField(label=_lazy("New last day"), widget=day_input())


class Speak(Form):
    """In which language somebody learns."""

    language = forms.ChoiceField(label=_lazy("Language to learn in"))

    def __init__(self, *args: Any, run: Run, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = (get_language() or "en")[:2]
        self.fields["language"].choices = languages_of(run.languages)  # type: ignore[attr-defined]
        self.fields["language"].initial = reader if reader in run.languages else next(iter(run.languages), "")
        if len(run.languages) < 2:
            self.fields["language"].widget = forms.HiddenInput()


class Assist(Speak):
    """Somebody without e-mail: a name is enough."""

    name = forms.CharField(
        label=_lazy("What should we call this person?"), max_length=120,
        help_text=_lazy("A first name or a nickname is enough. No address, no date of birth."),
    )  # fmt: skip
    agreed = forms.BooleanField(label=_lazy("They said:"), help_text=AGREED, required=False)

    field_order = ["name", "language", "agreed"]


class Invite(Speak):
    """One address."""

    email = forms.EmailField(label=_lazy("E-mail"))
    name = forms.CharField(label=_lazy("Name"), max_length=120, required=False)
    field_order = ["email", "name", "language"]


class ListFile(Form):
    """A list of people as a spreadsheet."""

    file = forms.FileField(
        label=_lazy("Spreadsheet (XLSX, ODS or CSV)"),
        help_text=_lazy("One person in each row: name, e-mail, and if you like language and organisation."),
    )


class Invitations(Form):
    """The people of a list that was shown; signed, so that nobody else's row gets in between."""

    listed = forms.CharField(widget=forms.HiddenInput)


class Answer(Form):
    """Yes, with a name if we do not know it yet."""

    name = forms.CharField(label=_lazy("Your name"), max_length=120, required=False)


class Announce(Form):
    """A message to everybody."""

    title = forms.CharField(label=_lazy("In one line"), max_length=160)
    text = forms.CharField(label=_lazy("Message"), widget=forms.Textarea(attrs={"rows": 7}), max_length=10_000)


class Part(Why):
    """A decision about one part of the course."""

    node = forms.UUIDField(widget=forms.HiddenInput())
