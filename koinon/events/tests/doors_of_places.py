"""Doors of places and the waiting list: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.events.notices.waiting import OFFER
from koinon.kit import links
from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404
HOLD = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
HOLD_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)

DOORS: dict = {
    "events:quotas": ("get", HOLD),
    "events:quota": ("get", HOLD),
    "events:quota_remove": ("post", HOLD_GO),
    "events:houses": ("get", HOLD),
    "events:waiting": ("get", HOLD),
    "events:waiting_step": ("post", HOLD),
    "events:offer": ("get", (IN,) * 8),
    "events:offer_mine": ("get", (NONE, NONE, NONE, NONE, IN, NONE, NONE, ASK)),
}
"""An empty form of the line is shown again (200); the offer is made to Miloš."""


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    event, milos = request.getfixturevalue("gathering"), request.getfixturevalue("milos")
    quota = factories.eventquota(event=event, places=1)
    offered = factories.registration(event=event, state="offered", person=milos)
    waits = factories.registration(event=event, state="waiting")
    return {
        "events:quotas": reverse("events:quotas", args=[event.slug]),
        "events:quota": reverse("events:quota", args=[event.slug, quota.pk]),
        "events:quota_remove": reverse("events:quota_remove", args=[event.slug, quota.pk]),
        "events:houses": reverse("events:houses", args=[event.slug]),
        "events:waiting": reverse("events:waiting", args=[event.slug]),
        "events:waiting_step": reverse("events:waiting_step", args=[event.slug, waits.pk, "prefer"]),
        "events:offer": reverse("events:offer", args=[links.make(OFFER, registration=str(offered.pk))]),
        "events:offer_mine": reverse("events:offer_mine", args=[offered.pk]),
    }
