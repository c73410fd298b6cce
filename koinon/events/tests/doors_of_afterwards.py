"""Doors of calendars, and of what stays of an event: name -> (method, what each of test_doors.WHO meets)."""

from datetime import timedelta

from django.urls import reverse

from koinon.events.actions import feedback as actions
from koinon.events.rules.afterwards import FEEDBACK
from koinon.events.rules.registering import GUEST
from koinon.kit import links
from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404

ALL = (IN,) * 8
HOLD = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
HOLD_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
"""Who speaks for the house, and who organises; doorkeepers, participants, other networks find nothing."""
MINE = (NONE, NONE, NONE, IN, NONE, NONE, NONE, ASK)
MEMBER = (IN, IN, IN, IN, IN, IN, IN, ASK)
HOST = (IN, IN, NONE, NONE, IN, NONE, NONE, ASK)
HOST_GO = (GO, GO, NONE, NONE, GO, NONE, NONE, ASK)
"""Hosts may change what they offer, and so may those who organise the visit."""

DOORS: dict = {
    "events:ics": ("get", ALL),
    "events:programme_ics": ("get", ALL),
    "events:session_ics": ("get", ALL),
    "events:mine_ics": ("get", MEMBER),
    "events:network_ics": ("get", (IN, NONE, NONE, NONE, IN, NONE, NONE, NONE)),
    "events:event_from_file": ("get", MEMBER),
    "events:sessions_from_file": ("get", HOLD),
    "events:feedback": ("get", HOLD),
    "events:feedback_answer": ("get", MINE),
    "events:feedback_link": ("get", ALL),
    "events:report": ("get", HOLD),
    "events:report_draft": ("post", HOLD_GO),
    "events:report_step": ("post", HOLD_GO),
    "events:report_paper": ("get", (IN, IN, NONE, NONE, NONE, NONE, NONE, NONE)),
    "events:report_part": ("get", (NONE, NONE, NONE, NONE, IN, NONE, NONE, ASK)),
    "events:photos": ("get", HOLD),
    "events:photo": ("get", HOLD),
    "events:photo_picture": ("get", (IN, IN, NONE, IN, NONE, NONE, NONE, NONE)),
    "events:photo_refuse": ("post", (NONE, NONE, NONE, GO, NONE, NONE, NONE, ASK)),
    "events:photo_refuse_by_link": ("post", (GO,) * 8),
    "events:photo_step": ("post", HOLD_GO),
    "events:shown": ("get", HOLD),
    "events:shown_one": ("get", HOLD),
    "events:shown_remove": ("post", HOLD_GO),
    "events:lists": ("get", HOLD),
    "events:list_told": ("post", HOLD_GO),
    "events:list_held": ("get", ALL),
    "events:slots": ("get", ALL),
    "events:slot": ("get", HOST),
    "events:slot_take_back": ("post", HOST_GO),
}
"""The registration of luka is the one that may answer, and the one on the photo; milos's organisation is the host."""


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    event, mine = request.getfixturevalue("gathering"), request.getfixturevalue("registration")
    event.kind, event.state = "study_visit", "over"
    event.starts_at, event.ends_at = event.starts_at - timedelta(days=32), event.ends_at - timedelta(days=32)
    event.report_due_on = event.ends_at.date() + timedelta(days=30)
    event.save()
    mine.event = event
    actions.form_of(event)
    host = request.getfixturevalue("organisation")
    report = factories.eventreport(event=event, text="We met.")
    part = factories.reportpart(report=report, organisation=host)
    photo = factories.photo(event=event, nobody_is_seen=False, upload=image())
    photo.people.add(mine)
    shown, session = factories.shown(event=event), event.sessions.get()
    visit = factories.event(organisation=event.organisation, network=event.network, kind="study_visit")
    factories.helper(event=visit, person=request.getfixturevalue("anna"))
    slot = factories.visitslot(event=visit, host=host)
    given = factories.listgiven(event=event, people=[mine.pk])
    factories.listrecall(given=given, registration=mine)
    here = ("ics", "programme_ics", "feedback", "report", "report_draft", "report_paper", "photos", "shown", "lists")
    return {
        **{f"events:{name}": reverse(f"events:{name}", args=[event.slug]) for name in here},
        "events:session_ics": reverse("events:session_ics", args=[session.pk]),
        "events:event_from_file": reverse("events:event_from_file"),
        "events:sessions_from_file": reverse("events:sessions_from_file", args=[event.slug]),
        "events:mine_ics": reverse("events:mine_ics"),
        "events:network_ics": reverse("events:network_ics", args=[event.network.slug]),
        "events:feedback_answer": reverse("events:feedback_answer", args=[mine.pk]),
        "events:feedback_link": reverse("events:feedback_link", args=[links.make(FEEDBACK, registration=str(mine.pk))]),
        "events:report_step": reverse("events:report_step", args=[event.slug, "publish"]),
        "events:report_part": reverse("events:report_part", args=[part.pk]),
        "events:photo": reverse("events:photo", args=[photo.pk]),
        "events:photo_picture": reverse("events:photo_picture", args=[photo.pk]),
        "events:photo_refuse": reverse("events:photo_refuse", args=[photo.pk]),
        "events:photo_refuse_by_link": reverse(
            "events:photo_refuse_by_link", args=[photo.pk, links.make(GUEST, registration=str(mine.pk))]
        ),
        "events:photo_step": reverse("events:photo_step", args=[photo.pk, "hide"]),
        "events:shown_one": reverse("events:shown_one", args=[shown.pk]),
        "events:shown_remove": reverse("events:shown_remove", args=[shown.pk]),
        "events:list_told": reverse("events:list_told", args=[event.slug, given.pk]),
        "events:list_held": reverse("events:list_held", args=[given.mark]),
        "events:slots": reverse("events:slots", args=[visit.slug]),
        "events:slot": reverse("events:slot", args=[slot.pk]),
        "events:slot_take_back": reverse("events:slot_take_back", args=[slot.pk]),
    }


def image():
    """A picture whose file is there."""
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from koinon.kit import files

    data = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(data, "JPEG")
    file = SimpleUploadedFile("camera.jpg", data.getvalue(), "image/jpeg")
    return files.keep_image(file=file, alt="People around a table", person=None)
