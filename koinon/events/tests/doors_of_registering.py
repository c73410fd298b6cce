"""Doors of registering: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.events.models import EventForm
from koinon.events.rules.registering import CONSENT, GUEST
from koinon.kit import links, questions
from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404

ALL = (IN,) * 8
HOLD = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
HOLD_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
"""Who speaks for the house, and who organises; doorkeepers, participants, other networks find nothing."""
MINE = (NONE, NONE, NONE, IN, NONE, NONE, NONE, ASK)
"""Only who is registered."""

DOORS: dict = {
    "events:my_events": ("get", (IN, IN, IN, IN, IN, IN, IN, ASK)),
    "events:register": ("get", (IN, IN, IN, GO, IN, IN, IN, IN)),
    "events:registration": ("get", MINE),
    "events:registration_change": ("get", MINE),
    "events:guest": ("get", ALL),
    "events:guest_change": ("get", ALL),
    "events:consent": ("get", ALL),
    "events:nominate": ("get", (IN, IN, NONE, NONE, IN, NONE, NONE, ASK)),
    "events:nomination_withdraw": ("post", (NONE, NONE, NONE, NONE, GO, NONE, NONE, ASK)),
    "events:sending": ("get", (NONE, NONE, NONE, NONE, NONE, NONE, NONE, ASK)),
    "events:participants": ("get", ALL),
    "events:people": ("get", HOLD),
    "events:people_decide": ("post", (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)),
    "events:people_file": ("post", HOLD),
    "events:needs": ("get", HOLD),
    "events:person_new": ("get", HOLD),
    "events:person": ("get", HOLD),
    "events:person_step": ("post", (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)),
    "events:form": ("get", HOLD),
    "events:form_question": ("get", HOLD),
    "events:form_step": ("post", HOLD_GO),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    event, mine = request.getfixturevalue("gathering"), request.getfixturevalue("registration")
    organisation = request.getfixturevalue("organisation")
    nominated = factories.registration(
        event=event, person=None, state="sender", how="nominated", nominated_by=organisation
    )
    guest = factories.registration(event=event, person=None)
    consent = factories.guardianconsent(
        registration=factories.registration(event=event, person=None, is_minor=True, state="consent")
    )
    EventForm.objects.filter(event=event).delete()
    question = questions.new_question("text", {"en": "Why?"}, key="q1", limit=20)
    part = questions.new_part({"en": "Questions"}, question, key="p1")
    factories.eventform(event=event, schema=questions.new_schema("en", part))
    link = links.make(GUEST, registration=str(guest.pk))
    of_event = ("register", "nominate", "participants", "people", "people_decide", "needs", "person_new", "form")
    return {
        **{f"events:{name}": reverse(f"events:{name}", args=[event.slug]) for name in of_event},
        "events:my_events": reverse("events:my_events"),
        "events:registration": reverse("events:registration", args=[mine.pk]),
        "events:registration_change": reverse("events:registration_change", args=[mine.pk]),
        "events:guest": reverse("events:guest", args=[link]),
        "events:guest_change": reverse("events:guest_change", args=[link]),
        "events:consent": reverse("events:consent", args=[links.make(CONSENT, consent=str(consent.pk))]),
        "events:nomination_withdraw": reverse("events:nomination_withdraw", args=[event.slug, nominated.pk]),
        "events:sending": reverse("events:sending", args=[nominated.pk]),
        "events:people_file": reverse("events:people_file", args=[event.slug, "csv"]),
        "events:person": reverse("events:person", args=[event.slug, mine.pk]),
        "events:person_step": reverse("events:person_step", args=[event.slug, mine.pk, "reject"]),
        "events:form_question": reverse("events:form_question", args=[event.slug, "q1"]),
        "events:form_step": reverse("events:form_step", args=[event.slug, "q1", "up"]),
    }
