"""Letters before an event: a week before, that one may still give the place back; a day before, how to get there."""

from django.utils.translation import gettext_lazy as _

from koinon.events.models import Registration
from koinon.events.notices.telling import tell_registered

WORDS = {
    "week": (
        _("In a week: %(event)s"),
        _("%(when)s. %(place)s\n\nIf you cannot come, please give your place back: somebody may be waiting for it."),
    ),
    "day": (
        _("Tomorrow: %(event)s"),
        _("%(when)s. %(place)s\n\nYour code for the door and the programme are on the page."),
    ),
}


def soon(row: Registration, mark: str) -> None:
    """Times stand in the event's zone, and in the reader's own where that differs."""
    title, text = WORDS[mark]
    tell_registered(row, kind="events.reminder", title=title, text=text)
