"""Doors of introductions, threads and meetings, tried by the same people as all others (test_doors.py)."""

from datetime import timedelta

from django.utils import timezone

from koinon.kit import links
from tests import factories

IN, GO, ASK, NONE = 200, 302, 302, 404

#        address                                       vesa  milos ana   stranger rival visitor
DOORS = {
    "matching:broker": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:pass_on": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:introduction_by_link": ("get", (IN, IN, IN, IN, IN, IN)),
    "matching:introduction_met": ("post", (NONE, GO, GO, NONE, NONE, ASK)),
    "matching:introduction_later": ("post", (NONE, NONE, GO, NONE, NONE, ASK)),
    "matching:meeting_new": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:outcome": ("post", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:outcome_by_link": ("get", (IN, IN, IN, IN, IN, IN)),
    "matching:ask_back": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    "matching:thread": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:message_file": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:message_held": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    "matching:meeting": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:meeting_move": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:meeting_step": ("post", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:meeting_by_link": ("get", (IN, IN, IN, IN, IN, IN)),
}


def addresses(*, network, organisation, other, need, reply, introduction, milos):
    """Rows behind each door: a connection with a thread, a meeting that looks for its time, a later that waits."""
    row = factories.introduction(network=network, one=organisation, other=other, state="connected")
    closed = factories.introduction(network=network, one=organisation, other=other, state="closed")
    factories.answer(introduction=closed, organisation=other, says="later", again_on="2030-01-01")
    thread = factories.thread(introduction=row)
    upload = _file()
    message = factories.message(thread=thread, upload=upload)
    held = factories.message(thread=thread, person=milos, organisation=organisation, state="held")
    outcome = factories.outcome(introduction=row)
    meeting = factories.meeting(network=network, introduction=row, organiser=organisation)
    for side in (organisation, other):
        factories.party(meeting=meeting, organisation=side)
    factories.slot(meeting=meeting, starts_at=timezone.now() + timedelta(days=2))
    waiting = factories.introduction(network=network, one=other, other=organisation, state="proposed")
    person = str(milos.pk)
    answer = links.make("matching.introduction", introduction=str(waiting.pk), person=person)
    told = links.make("matching.outcome", outcome=str(outcome.pk), person=person)
    met = links.make("matching.meeting", meeting=str(meeting.pk), person=person)
    return {
        "matching:broker": f"/networks/{network.slug}/introductions/new/?one={organisation.slug}&other={other.slug}",
        "matching:pass_on": f"/introductions/{introduction.pk}/pass-on/",
        "matching:introduction_by_link": f"/introductions/by-letter/{answer}/",
        "matching:introduction_met": f"/introductions/{row.pk}/met/",
        "matching:introduction_later": f"/introductions/{closed.pk}/later/let-go/",
        "matching:meeting_new": f"/introductions/{row.pk}/meeting/",
        "matching:outcome": f"/outcomes/{outcome.pk}/",
        "matching:outcome_by_link": f"/outcomes/{told}/",
        "matching:ask_back": f"/replies/{reply.pk}/ask-back/",
        "matching:thread": f"/threads/{thread.pk}/",
        "matching:message_file": f"/messages/{message.pk}/file/",
        "matching:message_held": f"/messages/{held.pk}/drop/",
        "matching:meeting": f"/meetings/{meeting.pk}/",
        "matching:meeting_move": f"/meetings/{meeting.pk}/move/",
        "matching:meeting_step": f"/meetings/{meeting.pk}/answer/",
        "matching:meeting_by_link": f"/meetings/by-letter/{met}/",
    }


def _file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    from koinon.kit import files

    return files.keep_document(file=SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan"), person=None)
