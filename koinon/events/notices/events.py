"""What those who are registered hear of an event as a whole, and what its organisers hear when it is over."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell
from koinon.events.models import COMING, Event, EventMessage, Helper, Registration
from koinon.events.notices.calendars import part_of
from koinon.events.notices.telling import (
    OPEN_DESK,
    name_of,
    tell_organisers,
    tell_registered,
    unless_demo,
)
from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import day
from koinon.kit.verbs import Actor


def changed(row: Registration) -> None:
    text = _("It is on %(when)s. Place: %(place)s") if row.event.mode != "online" else _("It is on %(when)s, online.")
    tell_registered(row, title=_("Time or place have changed: %(event)s"), text=text, invitation=_calendar(row))


def cancelled(row: Registration) -> None:
    tell_registered(row, title=_("Called off: %(event)s"), text=_("The reason: %(why)s"), invitation=_calendar(row))


def programme_changed(row: Registration) -> None:
    tell_registered(
        row, title=_("The programme has changed: %(event)s"), text=_("Its page shows what is when and where."),
        address=to("events:event", row.event.slug),
    )  # fmt: skip


def wrote(row: Registration, message: EventMessage) -> None:
    """A message of the organisers, in the words they wrote."""
    facts = {"title": message.title, "text": message.text}
    tell_registered(row, kind="events.message", title=_("%(event)s: %(title)s"), text=_("%(text)s"), facts=facts)


@unless_demo
def called_off(*, by: Actor, result: Event) -> None:
    """The others who organise it."""
    tell_organisers(result, title=_("Called off: %(event)s"), text=_("The reason: %(why)s"), by=by)


@unless_demo
def ended(*, by: Actor, result: Event) -> None:
    """The organisers: the report is due."""

    def due(language: str) -> str:
        with translation.override(language):
            return day(result.report_due_on) if result.report_due_on else ""

    text = _("Please write its report by %(day)s. A draft is made of what happened.")
    tell_organisers(result, title=_("It is over: %(event)s"), text=text, facts={"day": due})


@unless_demo
def helper_added(*, by: Actor, result: Helper) -> None:
    if result.person_id == by.person:
        return
    is_door = result.role == "door"
    title = _("You look after the door: %(event)s") if is_door else _("You organise with others: %(event)s")
    tell(
        person=result.person, kind="events.organising", title=title, facts=_named(result.event), action=OPEN_DESK,
        address=to("events:event", result.event.slug) if is_door else to("events:desk", result.event.slug),
    )  # fmt: skip


def _calendar(row: Registration) -> bytes:
    """For calendars of those who had a place; whoever waits has nothing in theirs."""
    return part_of(row) if row.state in COMING else b""


def _named(event: Event) -> dict[str, Any]:
    return {"event": lambda language: name_of(event, language)}
