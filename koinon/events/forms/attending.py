"""What organisers say about attendance: minutes with a reason, decisions for many, files, certificates, badges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koinon.accounts.forms import zones
from koinon.events.actions.presence import WHY
from koinon.events.models import Event, EventSession
from koinon.events.queries.scans import label_of
from koinon.kit.forms import Form, day_input


class Why(Form):
    """A reason."""

    why = forms.CharField(label=_("Why"), max_length=WHY, help_text=_("It stays beside the decision, with your name."))


class Say(Why):
    """So many minutes count."""

    session = forms.ModelChoiceField(EventSession.objects.none(), widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Minutes that count"), min_value=0)
    field_order = ("session", "minutes", "why")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = event.sessions.select_related("event")  # type: ignore[attr-defined]


class Unsay(Form):
    """Back to what the scans say."""

    session = forms.ModelChoiceField(EventSession.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = event.sessions.select_related("event")  # type: ignore[attr-defined]


class Decide(Why):
    """Everybody whose check-out is missing."""

    session = forms.ModelChoiceField(EventSession.objects.none(), widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("What counts"), widget=forms.RadioSelect,
        choices=[("end", _("They stayed to the end")), ("certain", _("Only the minutes that are certain"))],
    )  # fmt: skip
    field_order = ("session", "way", "why")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = event.sessions.select_related("event")  # type: ignore[attr-defined]


class AllThere(Why):
    """Nobody was scanned."""

    session = forms.ModelChoiceField(EventSession.objects.none(), label=_("Session"), empty_label=None)
    field_order = ("session", "why")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_session(self.fields["session"], event)


class OnlineFile(Form):
    """The list of a conference tool, as it was downloaded."""

    session = forms.ModelChoiceField(EventSession.objects.none(), label=_("Session"), empty_label=None)
    zone = forms.ChoiceField(
        label=_("By the clocks of"), choices=zones,
        help_text=_("The zone of the account that held the call. Times with a zone of their own are read by that one."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File (CSV, XLSX or ODS)"),
        help_text=_("The attendance report of Zoom, Teams, Meet, BigBlueButton or Webex, just as it comes."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_session(self.fields["session"], event)


class OnlineKept(Form):
    """What was read and shown; signed, so that nobody else's row gets in between."""

    session = forms.ModelChoiceField(EventSession.objects.none(), widget=forms.HiddenInput)
    listed = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = event.sessions.select_related("event")  # type: ignore[attr-defined]


class Badges(Form):
    """Whose badges are printed."""

    since = forms.DateField(
        label=_("Only those who registered since"), required=False, widget=day_input(),
        help_text=_("For latecomers, when the others are printed already."),
    )  # fmt: skip


def _choose_session(field: Any, event: Event) -> None:
    field.queryset = event.sessions.filter(is_cancelled=False).select_related("event")
    field.label_from_instance = lambda row: label_of(row, event)
