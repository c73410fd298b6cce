"""Letters of the waiting list: a place is offered, until when, and the link that accepts it in one tap."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koinon.events.models import Event, Registration
from koinon.events.notices.calendars import part_of
from koinon.events.notices.telling import tell_organisers, tell_registered, unless_demo, when
from koinon.kit import links
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor

OFFER = "events.offer"
"""Purpose of the link: it says which registration, and opens no other."""


def offered(row: Registration) -> None:
    """A place is kept; the link says yes or no without signing in."""
    token = links.make(OFFER, registration=str(row.pk))
    tell_registered(
        row, title=_("A place is free for you: %(event)s"),
        text=_("It is kept for you until %(until)s. Please say yes or no by then; after that it goes to the next one."),
        facts={"until": _until(row)}, address=to("events:offer", token), action=_("Say yes or no"),
    )  # fmt: skip


@unless_demo
def accepted(*, by: Actor, result: Registration) -> None:
    """With the entry that their calendar understands."""
    title, text = _("You have a place: %(event)s"), _("%(when)s\n%(place)s\nThe page has your code for the entrance.")
    tell_registered(result, title=title, text=text, invitation=part_of(result))


@unless_demo
def lapsed(*, by: Actor, result: Registration) -> None:
    text = _("We had no answer in time, so the place went to the next one. You can register again.")
    tell_registered(result, title=_("The place offered to you is gone: %(event)s"), text=text)


@unless_demo
def reconciled(*, by: Actor, result: Event) -> None:
    """The organisers, when counters and people did not agree: what was mended, and what they must decide."""
    found = getattr(result, "found", [])
    if any(kind != "offered" for kind, _number, _facts in found):
        tell_organisers(
            result, title=_("Places were counted again: %(event)s"), text=_("%(said)s"),
            facts={"said": lambda language: counted_in_words(found, language)},
            address=to("events:quotas", result.slug),
        )  # fmt: skip


def counted_in_words(found: list[tuple[str, int, dict[str, Any]]], language: str) -> str:
    """What the nightly count found, a sentence each."""
    with translation.override(language):
        return "\n".join(str(COUNTED[kind]) % {"number": number, **facts} for kind, number, facts in found)


COUNTED: dict[str, Any] = {
    "dropped": _("Places still held by people who do not come, free now: %(number)s."),
    "put": _("People with a place that was not counted, counted now: %(number)s."),
    "counters": _("Counters that were wrong and are right now: %(number)s."),
    "overfull": _("%(quota)s: %(taken)s have a place, and there are %(most)s. Please decide who comes."),
    "offered": _("Free places that were offered to those who wait: %(number)s."),
}


def _until(row: Registration) -> Any:
    assert row.due_at is not None
    due = row.due_at
    return lambda language: when(due, row.event.zone, row.person, language)
