"""Doors for devices without a connection: name -> (method, what each of test_doors.WHO meets)."""

from tests import doors, factories

IN, GO, ASK, NONE = 200, 302, 302, 404

TAUGHT = (IN, NONE, IN, IN, NONE, NONE, NONE, ASK)
"""Who learns in the run or teaches it: the owner's people, the facilitator, the learner."""
SHEET = (IN, NONE, IN, NONE, NONE, NONE, NONE, ASK)
OPEN = (IN,) * 8

DOORS = {
    "learning:worker": ("get", OPEN),
    "learning:manifest": ("get", OPEN),
    "learning:offline": ("get", OPEN),
    "learning:signed_out": ("get", (GO,) * 7 + (doors.ON,)),
    "learning:outbox": ("get", (IN,) * 7 + (401,)),
    "learning:save": ("get", TAUGHT),
    "learning:offline_list": ("get", TAUGHT),
    "learning:saved_run": ("get", TAUGHT),
    "learning:saved_lesson": ("get", TAUGHT),
    "learning:print_course": ("get", TAUGHT),
    "learning:roll_sheet": ("get", SHEET),
    "learning:saved_roll": ("get", SHEET),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them."""
    run, page = request.getfixturevalue("run"), request.getfixturevalue("page")
    session = factories.session(run=run)
    return {
        "learning:worker": "/learn/sw.js",
        "learning:manifest": "/learn/manifest.webmanifest",
        "learning:offline": "/learn/offline/",
        "learning:signed_out": "/learn/out/",
        "learning:outbox": "/learn/outbox/",
        "learning:save": f"/learn/{run.pk}/save/",
        "learning:offline_list": f"/learn/{run.pk}/offline.json",
        "learning:saved_run": f"/learn/{run.pk}/saved/",
        "learning:saved_lesson": f"/learn/{run.pk}/{page.key}/saved/",
        "learning:print_course": f"/learn/{run.pk}/print/",
        "learning:roll_sheet": f"/learn/rolls/{session.pk}/",
        "learning:saved_roll": f"/learn/rolls/{session.pk}/saved/",
    }
