"""An event in five fields; the rest of it; the steps of its life."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.accounts.forms import spoken, zones
from koinon.events.actions import events as actions
from koinon.events.models import Event
from koinon.kit import calendars
from koinon.kit.forms import Form
from koinon.kit.templatetags.kit import language as language_name
from koinon.matching.forms.meetings import LocalTime
from koinon.network.forms.fields import PlaceField
from koinon.network.models import Network, Organisation

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def local_time(label: Any, **more: Any) -> LocalTime:
    """What a clock on a wall shows, with minutes."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return LocalTime(label=label, widget=widget, input_formats=FORMATS, **more)


def shown(at: datetime | None, zone: str) -> datetime | None:
    """A moment as the clocks of `zone` show it, for the first value of such a field."""
    return timezone.make_naive(at, ZoneInfo(zone)) if at else None


class Timed(Form):
    """Times by the clocks of `zone`: one that clocks jump over is refused, one they show twice is asked about."""

    TIMES: dict[str, str] = {"starts": "starts_at", "ends": "ends_at"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.TIMES:
            if f"{name}_fold" in self.data:
                self._ask_which(name)

    def clean(self) -> dict[str, Any]:
        super().clean()
        zone = self.cleaned_data.get("zone") or getattr(self, "zone", "")
        for name in self.TIMES:
            if zone and isinstance(local := self.cleaned_data.get(name), datetime):
                self._place_time(name, local, zone)
        return self.cleaned_data

    def _place_time(self, name: str, local: datetime, zone: str) -> None:
        fold = self.data.get(f"{name}_fold")
        try:
            found = calendars.moment_of(local, zone, int(fold) if fold in ("0", "1") else None)
            self.cleaned_data[self.TIMES[name]] = found
        except calendars.NoSuchTime:
            self.add_error(name, _("Clocks jump over this time on that day. Please take another one."))
        except calendars.TwiceThatTime:
            self._ask_which(name)
            self.add_error(name, _("Clocks show this time twice on that day. Please say which one."))

    def _ask_which(self, name: str) -> None:
        self.fields[f"{name}_fold"] = forms.ChoiceField(
            label=_("%(time)s: which of the two?") % {"time": self.fields[name].label},
            choices=[("0", _("The first one, before clocks are set back")), ("1", _("The second one"))],
            widget=forms.RadioSelect, required=True,
        )  # fmt: skip
        at = list(self.fields).index(name)
        names = [each for each in self.fields if each != f"{name}_fold"]
        self.order_fields([*names[: at + 1], f"{name}_fold", *names[at + 1 :]])

    def said(self) -> dict[str, Any]:
        hidden = {*self.TIMES, *(f"{name}_fold" for name in self.TIMES)}
        facts = {name: value for name, value in super().said().items() if name not in hidden}
        return {**facts, **{name: self.cleaned_data.get(name) for name in self.TIMES.values()}}


class New(Timed):
    """Title, kind, when, where, and in whose name; everything else has its usual value and can be changed."""

    title = forms.CharField(label=_lazy("Title"), max_length=actions.TITLE)
    kind = forms.ChoiceField(label=_lazy("Kind of event"), choices=Event.Kind.choices, initial="conference")
    starts = local_time(_lazy("Begins"))
    ends = local_time(_lazy("Ends"))
    zone = forms.ChoiceField(label=_lazy("By the clocks of"), choices=zones)
    mode = forms.ChoiceField(
        label=_lazy("Where people meet"), choices=Event.Mode.choices, widget=forms.RadioSelect, initial="here"
    )
    place = PlaceField(label=_lazy("Town"), required=False)

    def __init__(
        self, *args: Any, organisations: Sequence[Organisation], networks: Sequence[Network], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        self.networks = {str(row.pk): row for row in networks}
        if len(organisations) > 1:
            named = [(key, str(row)) for key, row in self.organisations.items()]
            self.fields["organisation"] = forms.ChoiceField(label=_lazy("Which organisation holds it?"), choices=named)
        if networks:
            known = [(key, str(row)) for key, row in self.networks.items()]
            self.fields["network"] = forms.ChoiceField(
                label=_lazy("In which network?"), choices=[*known, ("", _lazy("In none"))], required=False,
                initial=next(iter(self.networks)),
            )  # fmt: skip

    def said(self) -> dict[str, Any]:
        facts = super().said()
        chosen = facts.pop("organisation", next(iter(self.organisations)))
        network = self.networks.get(facts.pop("network", ""))
        language = (get_language() or "en")[:2]
        return {**facts, "organisation": self.organisations[chosen], "network": network, "language": language}


class Edit(Timed):
    """What people read: titles in its languages, what it is, when and where."""

    about = forms.CharField(
        label=_lazy("What it is, and for whom"), max_length=actions.ABOUT, required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_lazy("An empty line begins a new paragraph; lines that begin with - become a list."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_lazy("Languages spoken there"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=spoken,
    )  # fmt: skip
    starts = local_time(_lazy("Begins"))
    ends = local_time(_lazy("Ends"))
    zone = forms.ChoiceField(label=_lazy("By the clocks of"), choices=zones)
    moves_sessions = forms.BooleanField(
        label=_lazy("When the beginning moves, sessions move with it"), required=False, initial=True
    )
    mode = forms.ChoiceField(label=_lazy("Where people meet"), choices=Event.Mode.choices, widget=forms.RadioSelect)
    place = PlaceField(label=_lazy("Town"), required=False)
    venue = forms.CharField(label=_lazy("House"), max_length=actions.VENUE, required=False)
    address = forms.CharField(
        label=_lazy("Street and number, how to get in"), max_length=actions.ADDRESS, required=False
    )
    link = forms.CharField(
        label=_lazy("Address of the video call"), max_length=actions.LINK, required=False,
        help_text=_lazy("Any service you use; begins with https://. Only who has a place sees it."),
    )  # fmt: skip
    funder = forms.CharField(label=_lazy("Funder"), max_length=200, required=False)
    funder_code = forms.CharField(label=_lazy("Number of the grant or project"), max_length=80, required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.titles = list(dict.fromkeys([event.language, *event.names, *event.languages]))
        for code in self.titles:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": language_name(code)}, max_length=actions.TITLE,
                required=code == event.language, initial=event.names.get(code, ""),
            )  # fmt: skip
        self.order_fields([f"title_{code}" for code in self.titles])

    def said(self) -> dict[str, Any]:
        facts = super().said()
        names = {code: facts.pop(f"title_{code}") for code in self.titles}
        return {**facts, "names": {code: name for code, name in names.items() if name}}

    def _place(self, problem: Any) -> None:
        if hasattr(problem, "error_dict") and "name" in problem.error_dict:
            problem.error_dict[f"title_{self.event.language}"] = problem.error_dict.pop("name")
        super()._place(problem)


class Rules(Timed):
    """Who may register, until when, who decides; what counts as having attended; how long facts are kept."""

    TIMES = {"opens": "opens_at", "closes": "closes_at"}

    audience = forms.ChoiceField(
        label=_lazy("Who may find it and register?"), choices=Event.Audience.choices, widget=forms.RadioSelect
    )
    opens = local_time(_lazy("Registration begins"), required=False)
    closes = local_time(_lazy("Registration ends"), required=False)
    admits_guests = forms.BooleanField(
        label=_lazy("People without an account may register"), required=False,
        help_text=_lazy("They confirm their address by a link in a letter."),
    )  # fmt: skip
    asks_approval = forms.BooleanField(label=_lazy("We decide on each registration"), required=False)
    by_nomination = forms.BooleanField(
        label=_lazy("People come only when their organisation names them"), required=False
    )
    admits_minors = forms.BooleanField(
        label=_lazy("Minors may take part"), required=False,
        help_text=_lazy("A guardian consents before they have a place."),
    )  # fmt: skip
    most_units = forms.IntegerField(label=_lazy("Places in one registration, at most"), min_value=1, max_value=10)
    offer_hours = forms.IntegerField(label=_lazy("Hours to accept a place that is offered"), min_value=1, max_value=720)
    certifies = forms.BooleanField(label=_lazy("Attendance is certified"), required=False)
    required_percent = forms.IntegerField(
        label=_lazy("Percent of the required minutes to be there"), min_value=1, max_value=100
    )
    care_days = forms.IntegerField(
        label=_lazy("Days after which food and access needs are deleted"), min_value=0, max_value=365
    )
    keep_months = forms.IntegerField(
        label=_lazy("Months after which names of participants are deleted"), min_value=1, max_value=120
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.zone = event.zone
        super().__init__(*args, **kwargs)


class Why(Form):
    """A sentence that everybody who is registered reads."""

    why = forms.CharField(label=_lazy("Why is it called off?"), max_length=actions.WHY)


def as_edited(event: Event) -> dict[str, Any]:
    """What the form of the event's page shows first."""
    names = ("about", "languages", "zone", "mode", "place", "venue", "address", "link", "funder", "funder_code")
    times = {"starts": shown(event.starts_at, event.zone), "ends": shown(event.ends_at, event.zone)}
    return {**{name: getattr(event, name) for name in names}, **times}


def as_ruled(event: Event) -> dict[str, Any]:
    """What the form of its rules shows first."""
    times = {"opens": shown(event.opens_at, event.zone), "closes": shown(event.closes_at, event.zone)}
    return {**{name: getattr(event, name) for name in Rules.base_fields if name not in times}, **times}
