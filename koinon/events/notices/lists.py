"""Organisers hear whom they must tell that somebody does not want to be on a list any more that they gave away."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from koinon.events.models import Event, ListGiven
from koinon.events.notices.telling import tell_organisers
from koinon.kit.addresses import to

ASK = _("Somebody does not want to be on it any more. Please ask %(whom)s to delete it, and give them a new one.")


def recalled(event: Event, rows: Sequence[ListGiven]) -> None:
    """Who it was stands in no letter: those who hold the list delete all of it."""
    whom = ", ".join(dict.fromkeys(row.for_whom for row in rows))
    tell_organisers(
        event, title=_("A list that you gave away is no longer good: %(event)s"), text=ASK,
        facts={"whom": whom}, address=to("events:lists", event.slug),
    )  # fmt: skip
