"""Times in the organiser's zone, answers to each of them, the choice, and calling it off."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit import calendars
from koinon.kit.forms import Form
from koinon.kit.templatetags.kit import moment
from koinon.matching.actions import meetings
from koinon.matching.models import Availability, Slot

NUMBERS = range(1, meetings.MOST + 1)


class LocalTime(forms.DateTimeField):
    """What a clock on a wall shows: which moment that is, or whether it is any, is decided for a zone afterwards."""

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            found = super().to_python(value)
        return timezone.make_naive(found, UTC) if found else None


class Times(Form):
    """Three to five times as clocks in `zone` show them; one that comes twice is asked about, a skipped one refused."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        for number in NUMBERS:
            self.fields[f"slot_{number}"] = LocalTime(
                label=_("Time %(number)s") % {"number": number},
                required=number <= meetings.FEWEST,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
                input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            )
            if f"fold_{number}" in self.data:
                self._ask_which(number)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in NUMBERS:
            name = f"slot_{number}"
            if isinstance(at := cleaned.get(name), datetime):
                self._place_time(number, at)
        return self.cleaned_data

    def _place_time(self, number: int, local: datetime) -> None:
        fold = self.data.get(f"fold_{number}")
        try:
            self.cleaned_data[f"slot_{number}"] = calendars.moment_of(
                local, self.zone, int(fold) if fold in ("0", "1") else None
            )
        except calendars.NoSuchTime:
            self.add_error(f"slot_{number}", _("Clocks jump over this time on that day. Please take another one."))
        except calendars.TwiceThatTime:
            self._ask_which(number)
            self.add_error(f"slot_{number}", _("Clocks show this time twice on that day. Please say which one."))

    def _ask_which(self, number: int) -> None:
        self.fields[f"fold_{number}"] = forms.ChoiceField(
            label=_("Time %(number)s: which of the two?") % {"number": number},
            choices=[("0", _("The first one, before clocks are set back")), ("1", _("The second one"))],
            widget=forms.RadioSelect,
            required=False,
        )

    def said(self) -> dict[str, Any]:
        facts = {key: value for key, value in super().said().items() if not key.startswith(("slot_", "fold_"))}
        times = [self.cleaned_data[f"slot_{number}"] for number in NUMBERS if self.cleaned_data.get(f"slot_{number}")]
        return {**facts, "slots": times, "zone": self.zone}


class Call(Times):
    """A meeting: what about, how long, where, and times to choose from."""

    title = forms.CharField(label=_lazy("What is it about?"), max_length=meetings.TITLE)
    minutes = forms.TypedChoiceField(
        label=_lazy("How long"), coerce=int, initial=45,
        choices=lambda: [(number, _("%(minutes)s minutes") % {"minutes": number}) for number in (30, 45, 60, 90, 120)],
    )  # fmt: skip
    link = forms.CharField(
        label=_lazy("Address of the video call"), max_length=meetings.LINK, required=False,
        help_text=_lazy("Any service you use; begins with https://"),
    )  # fmt: skip
    note = forms.CharField(
        label=_lazy("Anything to know before"), max_length=meetings.NOTE, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class When(Form):
    """Yes, if need be or no for each time."""

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = slots
        for slot in slots:
            self.fields[f"slot_{slot.pk.hex}"] = forms.ChoiceField(
                label=moment(slot.starts_at), choices=Availability.Says.choices, widget=forms.RadioSelect
            )

    def said(self) -> dict[str, Any]:
        return {"says": {slot.pk: self.cleaned_data[f"slot_{slot.pk.hex}"] for slot in self.slots}}


class Choose(Form):
    """This one."""

    slot = forms.ChoiceField(label=_lazy("The time"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, slots: Sequence[tuple[Slot, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            (str(slot.pk), f"{moment(slot.starts_at)} · {told}" if told else moment(slot.starts_at))
            for slot, told in slots
        ]

    def said(self) -> dict[str, Any]:
        return {"slot": UUID(self.cleaned_data["slot"])}


class CallOff(Form):
    """Not this time, and why."""

    reason = forms.CharField(label=_lazy("Why is it called off?"), max_length=meetings.REASON)


class TookPlace(Form):
    """Did you meet? Yes or no."""

    took_place = forms.TypedChoiceField(
        label=_lazy("Did you meet?"), coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        choices=[("yes", _lazy("Yes, we met")), ("no", _lazy("No, it did not take place"))],
    )  # fmt: skip
