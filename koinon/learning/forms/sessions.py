"""A date for a session as clocks show it in a place, and who was there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.accounts.forms import zones
from koinon.kit import calendars
from koinon.kit.forms import Form
from koinon.learning.actions import sessions
from koinon.learning.models import Session
from koinon.matching.forms.meetings import LocalTime

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class Plan(Form):
    """When, how long, where. `parts`: sessions of the course as (key, title); one needs no choice."""

    title = forms.CharField(label=_lazy("Title"), max_length=sessions.TITLE)
    starts = LocalTime(
        label=_lazy("Begins"), input_formats=FORMATS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_lazy("How many minutes"), min_value=5, max_value=24 * 60, initial=90)
    zone = forms.ChoiceField(label=_lazy("By the clocks of"), choices=zones)
    place = forms.CharField(label=_lazy("Place"), max_length=sessions.PLACE, required=False)
    link = forms.CharField(
        label=_lazy("Address of the video call"), max_length=sessions.LINK, required=False,
        help_text=_lazy("Any service you use; begins with https://"),
    )  # fmt: skip

    def __init__(self, *args: Any, parts: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        if len(parts) > 1:
            self.fields["node"] = forms.ChoiceField(label=_lazy("Which session of the course?"), choices=parts)
            self.order_fields(["node"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        local, zone = self.cleaned_data.get("starts"), self.cleaned_data.get("zone")
        if isinstance(local, datetime) and zone:
            try:
                self.cleaned_data["starts_at"] = calendars.moment_of(local, zone, fold=0)
            except calendars.NoSuchTime:
                self.add_error("starts", _("Clocks jump over this time on that day. Please take another one."))
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("title", "zone", "place", "link", "starts_at")}
        facts["ends_at"] = facts["starts_at"] + timedelta(minutes=self.cleaned_data["minutes"])
        if self.parts:
            facts["node"] = self.cleaned_data.get("node") or self.parts[0][0]
        return facts


def as_planned(row: Session) -> dict[str, Any]:
    """What the form shows of a session that is planned already: by the clocks of its own place."""
    from zoneinfo import ZoneInfo

    local = timezone.make_naive(row.starts_at, ZoneInfo(row.zone))
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return {
        "title": row.title, "starts": local, "minutes": minutes, "zone": row.zone, "place": row.place, "link": row.link,
    }  # fmt: skip


class CallOff(Form):
    """Not this time."""

    why = forms.CharField(label=_lazy("Why is it called off?"), max_length=300, required=False)


class Roll(Form):
    """Who was there: yes or no for each learner, or all at once."""

    def __init__(self, *args: Any, rows: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"there_{row.pk.hex}"] = forms.ChoiceField(
                label=str(row.person), choices=[("yes", _("There")), ("no", _("Not there"))], widget=forms.RadioSelect,
                required=False,
            )  # fmt: skip

    def said(self) -> dict[str, Any]:
        if "all" in self.data:
            return {"there": {row.pk: True for row in self.rows}}
        said = {row.pk: self.cleaned_data.get(f"there_{row.pk.hex}") for row in self.rows}
        return {"there": {key: word == "yes" for key, word in said.items() if word}}
