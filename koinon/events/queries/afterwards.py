"""What the page of an event shows of what stays: the report, what was shown, photos, the hosts of a visit."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy

from koinon.events.models import Event, Photo, Registration, Shown
from koinon.events.queries import photos, reports, slots
from koinon.events.queries.feedback import ANSWERED, CAME
from koinon.events.queries.feedback import is_asked as is_asked_now
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.seams import Panel

SHOWING = ("dissemination", "conference", "summit")
"""Kinds at which results are shown."""

TEMPLATES = {
    "photos": "events/photos_panel.html",
    "report": "events/report_panel.html",
    "shown": "events/shown_panel.html",
    "slots": "events/slots_panel.html",
}


def panels(event: Event, me: Actor) -> list[Panel]:
    """For the page of the event, to whoever may see it; what is not there yet is not asked for."""
    found: list[Panel] = []
    if event.kind == "study_visit" and (rows := slots.offered(event)):
        found.append(_panel(gettext_lazy("Hosts and their days"), "slots", {"slots": rows, "event": event}))
    if event.kind in SHOWING and (shown := _shown(event=event.pk)):
        number = came(event) if event.state in ("over", "reported") else 0
        found.append(_panel(gettext_lazy("What was shown"), "shown", {"shown": shown, "came": number}))
    if event.state in ("over", "reported") and (pictures := photos.shown(event)):
        found.append(_panel(gettext_lazy("Photos"), "photos", {"photos": pictures}))
    if event.state == "reported" and (report := reports.published(event)):
        report.event = event
        found.append(_panel(gettext_lazy("Report"), "report", _report(report)))
    return found


_shown: Prepared[Shown] = Prepared(lambda event: Shown.objects.filter(event=event).order_by("order", "pk"))


def came(event: Event) -> int:
    """How many came; where nobody was counted, how many were expected."""
    states = list(Registration.objects.filter(event=event, state__in=[*CAME, "missed"]).values_list("state", flat=True))
    is_counted = any(state != "confirmed" for state in states)
    return sum(state == "attended" or (state == "confirmed" and not is_counted) for state in states)


def _report(report: Any) -> dict[str, Any]:
    language, event = get_language() or report.language, report.event
    return {
        "report": report, "numbers": reports.numbers(report.figures),
        "groups": reports.groups(report.figures, language),
        "means": reports.means(report.figures, language, event.language),
        "parts": [part for part in reports.parts(report) if part.is_done and part.text],
    }  # fmt: skip


def _panel(title: Any, name: str, context: dict[str, Any]) -> Panel:
    return Panel(title, TEMPLATES[name], context, ident=name)


@dataclass(frozen=True)
class Mine:
    """For events/afterwards_mine.html, as `afterwards`: whether I am asked what I thought, and pictures of me."""

    is_asked: bool = False
    photos: tuple[Photo, ...] = ()


def mine(registration: Registration) -> Mine:
    """Of one registration; nothing is asked for before the event is over. One query at most."""
    if not registration.event.is_over:
        return Mine()
    is_asked = registration.person_id is not None and ANSWERED not in registration.told and is_asked_now(registration)
    return Mine(is_asked, tuple(photos.of_me(registration)))
