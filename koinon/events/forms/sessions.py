"""A session by the clocks of its place, and who speaks in it."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.accounts.forms import zones
from koinon.accounts.models import Person
from koinon.events.actions import sessions as actions
from koinon.events.forms.organising import Timed, local_time
from koinon.events.models import Event, EventQuota, EventSession
from koinon.kit.forms import Form
from koinon.kit.verbs import Actor
from koinon.network.forms.choosing import OrganisationField
from koinon.network.forms.fields import Form as LookingForm


class Plan(Timed):
    """When and where, on which track, and whether its minutes count."""

    title = forms.CharField(label=_lazy("Title"), max_length=200)
    starts = local_time(_lazy("Begins"))
    ends = local_time(_lazy("Ends"))
    zone = forms.ChoiceField(label=_lazy("By the clocks of"), choices=zones)
    track = forms.CharField(
        label=_lazy("Track"), max_length=actions.TRACK, required=False,
        help_text=_lazy("Sessions of one track stand together; leave it empty for what is for everybody."),
    )  # fmt: skip
    room = forms.CharField(label=_lazy("Room"), max_length=actions.ROOM, required=False)
    link = forms.CharField(
        label=_lazy("Address of the video call"), max_length=400, required=False,
        help_text=_lazy("Only who has a place sees it."),
    )  # fmt: skip
    about = forms.CharField(
        label=_lazy("What happens there"), max_length=actions.ABOUT, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    is_required = forms.BooleanField(label=_lazy("Its minutes count for the certificate"), required=False, initial=True)
    is_mandatory = forms.BooleanField(label=_lazy("Nobody is certified without having been here"), required=False)

    def __init__(self, *args: Any, quotas: Sequence[EventQuota] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quotas = {str(row.pk): row for row in quotas}
        if quotas:
            named = [("", _("Everybody who has a place")), *((key, str(row)) for key, row in self.quotas.items())]
            self.fields["quota"] = forms.ChoiceField(label=_lazy("Who may come"), choices=named, required=False)

    def said(self) -> dict[str, Any]:
        facts = super().said()
        return {**facts, "quota": self.quotas.get(facts.get("quota") or "")}


class Speak(LookingForm):
    """A role, the organisation it belongs to, and if they are to be named the address of the person who is asked."""

    role = forms.CharField(
        label=_lazy("Role"), max_length=actions.ROLE,
        help_text=_lazy("Such as: Head of the hub. Without an address below only the role is shown."),
    )  # fmt: skip
    organisation = OrganisationField(
        label=_lazy("Organisation"), required=False, help_text=_lazy("A part of its name, or the address of its page."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_lazy("E-mail of a member who speaks"), required=False,
        help_text=_lazy("They are asked first, and are named only when they agree."),
    )  # fmt: skip

    def __init__(self, *args: Any, me: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].sees(me)  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        self.person = None
        said = str(self.cleaned_data["email"])
        if said:
            self.person = Person.objects.filter(email__iexact=said, is_active=True).first()
            if self.person is None:
                raise forms.ValidationError(
                    _("Nobody here has this address. Give the role alone, or ask them to join.")
                )
        return said

    def said(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("role", "organisation")}
        return {**facts, "person": self.person}


class Which(Form):
    """One of those who speak."""

    speaker = forms.UUIDField()


class Named(Form):
    """May your name stand there? Yes or no."""

    agrees = forms.TypedChoiceField(
        label=_lazy("May your name stand in the programme?"), widget=forms.RadioSelect,
        coerce=lambda word: word == "yes",
        choices=[("yes", _lazy("Yes, name me")), ("no", _lazy("No, do not name me"))],
    )  # fmt: skip


def as_planned(row: EventSession) -> dict[str, Any]:
    """What the form shows of a session, by the clocks of its own place."""
    here = ZoneInfo(row.zone)
    names = ("zone", "track", "room", "link", "about", "is_required", "is_mandatory")
    return {
        **{name: getattr(row, name) for name in names}, "title": str(row),
        "starts": timezone.make_naive(row.starts_at, here), "ends": timezone.make_naive(row.ends_at, here),
        "quota": str(row.quota_id or ""),
    }  # fmt: skip


def first(event: Event) -> dict[str, Any]:
    """A new session begins where the event does, by its clocks."""
    here = ZoneInfo(event.zone)
    at = timezone.make_naive(event.starts_at, here)
    return {"starts": at, "ends": at.replace(hour=min(at.hour + 1, 23)), "zone": event.zone, "is_required": True}
