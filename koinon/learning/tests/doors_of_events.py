"""Doors of the badges of events: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, 302, 404, 405

DOORS: dict = {
    "learning:event_badges": ("get", (IN, NONE, NONE, NONE, NONE, NONE, NONE, ASK)),
    "learning:event_badge_remove": ("post", (GO, NONE, NONE, NONE, NONE, NONE, NONE, ASK)),
}
"""Mara speaks for the school, which holds the event."""


def addresses(request) -> dict:
    """The addresses, with rows behind them."""
    school = request.getfixturevalue("school")
    event = factories.event(organisation=school)
    row = factories.eventbadge(event=event, achievement=factories.achievement(organisation=school))
    return {
        "learning:event_badges": reverse("learning:event_badges", args=[event.slug]),
        "learning:event_badge_remove": reverse("learning:event_badge_remove", args=[event.slug, row.pk]),
    }
