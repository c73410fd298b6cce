"""Doors of organising: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.events.notices.sessions import SPEAKER
from koinon.kit import files, links
from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404

ALL = (IN,) * 8
HOLD = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
HOLD_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
"""Who speaks for the house, and who organises; doorkeepers, participants, other networks find nothing."""

DOORS: dict = {
    "events:events": ("get", ALL),
    "events:events_of": ("get", (IN, NONE, NONE, NONE, IN, NONE, NONE, NONE)),
    "events:event": ("get", ALL),
    "events:programme": ("get", ALL),
    "events:picture": ("get", ALL),
    "events:series_of": ("get", ALL),
    "events:speaker_asked": ("get", ALL),
    "events:speaker_me": ("get", (NONE, NONE, NONE, IN, NONE, NONE, NONE, ASK)),
    "events:event_new": ("get", (IN, IN, IN, IN, IN, IN, IN, ASK)),
    "events:desk": ("get", HOLD),
    "events:edit": ("get", HOLD),
    "events:picture_file": ("get", ALL),
    "events:picture_small": ("get", ALL),
    "events:cover": ("get", HOLD),
    "events:cover_remove": ("post", HOLD_GO),
    "events:belonging": ("get", HOLD),
    "events:rules": ("get", HOLD),
    "events:step": ("post", HOLD_GO),
    "events:sessions": ("get", HOLD),
    "events:session": ("get", HOLD),
    "events:session_step": ("post", HOLD_GO),
    "events:team": ("get", HOLD),
    "events:helper_leave": ("post", (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)),
    "events:messages": ("get", HOLD),
    "events:copy": ("get", HOLD),
    "events:series": ("get", HOLD),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    event = request.getfixturevalue("gathering")
    event.series = factories.series(organisation=event.organisation)
    event.picture = event.small = event.social = files.keep_paper(b"RIFF", name="x.webp", media_type="image/webp")
    event.picture_alt = "A leaf"
    event.save()
    session = event.sessions.get()
    speaker = factories.speaker(session=session, person=factories.person(), state="asked")
    mine = factories.speaker(session=session, person=request.getfixturevalue("luka"), state="asked")
    helper = factories.helper(event=event)
    here = ("event", "programme", "picture", "picture_file", "picture_small", "desk", "edit", "cover", "cover_remove",
            "belonging", "rules", "sessions", "team", "messages", "copy", "series")  # fmt: skip
    return {
        **{f"events:{name}": reverse(f"events:{name}", args=[event.slug]) for name in here},
        "events:events": reverse("events:events"),
        "events:events_of": reverse("events:events_of", args=[event.network.slug]),
        "events:series_of": reverse("events:series_of", args=[event.series_id]),
        "events:speaker_asked": reverse("events:speaker_asked", args=[links.make(SPEAKER, speaker=str(speaker.pk))]),
        "events:speaker_me": reverse("events:speaker_me", args=[mine.pk]),
        "events:event_new": reverse("events:event_new"),
        "events:step": reverse("events:step", args=[event.slug, "close"]),
        "events:session": reverse("events:session", args=[event.slug, session.pk]),
        "events:session_step": reverse("events:session_step", args=[event.slug, session.pk, "call-off"]),
        "events:helper_leave": reverse("events:helper_leave", args=[event.slug, helper.pk]),
    }
