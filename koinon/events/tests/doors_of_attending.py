"""Doors of attending: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.events.queries import certificates
from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405

DOOR = (IN, IN, IN, NONE, NONE, NONE, NONE, ASK)
"""Who organises and who keeps the door; who only takes part finds nothing."""
DESK = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
DESK_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
ALL = (IN,) * 8

DOORS: dict = {
    "events:attendance": ("get", (IN, IN, IN, IN, IN, IN, IN, ASK)),
    "events:worker": ("get", ALL),
    "events:signed_out": ("get", (302,) * 8),
    "events:door": ("get", DOOR),
    "events:door_kept": ("get", DOOR),
    "events:door_people": ("get", DOOR),
    "events:door_mark": ("post", (GO, GO, GO, NONE, NONE, NONE, NONE, ASK)),
    "events:scans": ("get", (IN, IN, IN, NONE, NONE, NONE, NONE, 401)),
    "events:presence": ("get", DESK),
    "events:presence_many": ("post", DESK),
    "events:presence_of": ("get", DESK),
    "events:presence_step": ("post", DESK),
    "events:online": ("get", DESK),
    "events:online_keep": ("post", DESK_GO),
    "events:certificates": ("get", DESK),
    "events:certificate_revoke": ("post", DESK),
    "events:badges": ("get", DESK),
    "events:certificate": ("get", ALL),
    "events:certificate_file": ("get", ALL),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them."""
    event, row = request.getfixturevalue("gathering"), request.getfixturevalue("registration")
    paper = factories.certificate(registration=row)
    here = [event.slug]
    names = ("door", "door_kept", "door_people", "door_mark", "scans", "presence", "online", "online_keep")
    return {
        **{f"events:{name}": reverse(f"events:{name}", args=here) for name in (*names, "certificates", "badges")},
        "events:attendance": reverse("events:attendance"),
        "events:worker": reverse("events:worker"),
        "events:signed_out": reverse("events:signed_out"),
        "events:presence_many": reverse("events:presence_many", args=[*here, "decide"]),
        "events:presence_of": reverse("events:presence_of", args=[*here, row.pk]),
        "events:presence_step": reverse("events:presence_step", args=[*here, row.pk, "say"]),
        "events:certificate_revoke": reverse("events:certificate_revoke", args=[*here, paper.pk]),
        "events:certificate": reverse("events:certificate", args=[paper.code]),
        "events:certificate_file": certificates.paper_of(paper),
    }
