"""Letters of the waiting list: a place is offered, until when, and the link that accepts it in one tap."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.events.models import Registration
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
    tell_registered(result, title=_("You have a place: %(event)s"), text=_("%(when)s\n%(place)s"))


@unless_demo
def lapsed(*, by: Actor, result: Registration) -> None:
    text = _("We had no answer in time, so the place went to the next one. You can register again.")
    tell_registered(result, title=_("The place offered to you is gone: %(event)s"), text=text)


@unless_demo
def reconciled(*, by: Actor, result: Any) -> None:
    """The organisers, when counters and people did not agree: what was mended, and what they must decide."""
    if result.found:
        tell_organisers(
            result, title=_("Places were counted again: %(event)s"), text=_("%(said)s"),
            facts={"said": result.found}, address=to("events:quotas", result.slug),
        )  # fmt: skip


def _until(row: Registration) -> Any:
    assert row.due_at is not None
    due = row.due_at
    return lambda language: when(due, row.event.zone, row.person, language)
