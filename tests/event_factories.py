"""Rows of events for tests; see factories.py, which gives them all."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from koinon.events.models import (
    CallName,
    Care,
    Certificate,
    Counter,
    Event,
    EventForm,
    EventMessage,
    EventQuota,
    EventReport,
    EventSession,
    Feedback,
    GuardianConsent,
    Helper,
    Hold,
    ListGiven,
    ListRecall,
    Overtaking,
    Photo,
    Presence,
    Registration,
    ReportPart,
    Scan,
    Series,
    Shown,
    Speaker,
    Spelling,
    VisitSlot,
)
from tests import factories

__all__ = [
    "callname",
    "care",
    "certificate",
    "counter",
    "event",
    "eventform",
    "eventmessage",
    "eventquota",
    "eventreport",
    "eventsession",
    "feedback",
    "guardianconsent",
    "helper",
    "hold",
    "listgiven",
    "listrecall",
    "overtaking",
    "photo",
    "presence",
    "registration",
    "reportpart",
    "scan",
    "series",
    "shown",
    "speaker",
    "spelling",
    "visitslot",
]


def soon(days: int = 30, hour: int = 9) -> datetime:
    """A whole hour of a coming day."""
    return (timezone.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def series(**facts: Any) -> Series:
    if "organisation" not in facts:
        facts["organisation"] = factories.organisation()
    return Series.objects.create(**{"names": {"en": "Meetings of hubs"}, "language": "en", **facts})


def event(**facts: Any) -> Event:
    """A published conference in a month, of one day, for everybody."""
    if "organisation" not in facts:
        network = facts.get("network")
        facts["organisation"] = factories.member(network) if network else factories.organisation()
    made = {
        "slug": f"event-{uuid4().hex[:12]}",
        "kind": "conference",
        "state": "open",
        "names": {"en": "Conference of hubs"},
        "language": "en",
        "languages": ["en"],
        "starts_at": soon(),
        "ends_at": soon(hour=17),
        "zone": "Europe/Podgorica",
        "audience": "public",
    }
    if facts.get("state") == "over":
        made |= {"report_due_on": date.today() + timedelta(days=30)}
    return Event.objects.create(**{**made, **facts})


def helper(**facts: Any) -> Helper:
    if "event" not in facts:
        facts["event"] = event()
    if "person" not in facts:
        facts["person"] = factories.person()
    return Helper.objects.create(**facts)


def eventform(**facts: Any) -> EventForm:
    if "event" not in facts:
        facts["event"] = event()
    return EventForm.objects.create(**{"purpose": "registration", **facts})


def eventmessage(**facts: Any) -> EventMessage:
    if "event" not in facts:
        facts["event"] = event()
    made = {"title": "The room has changed", "text": "We meet upstairs.", "language": "en", "states": ["confirmed"]}
    return EventMessage.objects.create(**{**made, **facts})


def eventquota(**facts: Any) -> EventQuota:
    """Places for everybody, with the counter of the whole unless the rule is of each organisation."""
    if "event" not in facts:
        facts["event"] = event()
    quota = EventQuota.objects.create(**{"rule": "all", "places": 30, **facts})
    if quota.rule != "each":
        Counter.objects.create(quota=quota, capacity=quota.places)
    return quota


def counter(**facts: Any) -> Counter:
    if "quota" not in facts:
        facts["quota"] = eventquota(rule="each", places=4)
        facts.setdefault("bucket", uuid4())
    return Counter.objects.create(**{"capacity": facts["quota"].places, **facts})


def registration(**facts: Any) -> Registration:
    """A person who is confirmed; holds are not made here (see events.actions.places)."""
    if "event" not in facts:
        facts["event"] = event()
    if "person" not in facts:
        facts["person"] = factories.person()
    person = facts["person"]
    made = {
        "name": person.name if person else "Guest of the library",
        "email": person.email if person else f"guest-{uuid4().hex[:8]}@example.org",
        "language": "en",
        "state": "confirmed",
        "code": uuid4().hex,
    }
    if facts.get("state") in ("email", "sender", "consent", "approval", "offered"):
        made["due_at"] = timezone.now() + timedelta(days=2)
    if facts.get("state") == "waiting":
        made["queued_at"] = timezone.now()
    return Registration.objects.create(**{**made, **facts})


def hold(**facts: Any) -> Hold:
    if "registration" not in facts:
        facts["registration"] = registration()
    if "counter" not in facts:
        facts["counter"] = eventquota(event=facts["registration"].event).counters.get()
    return Hold.objects.create(**{"units": facts["registration"].units, **facts})


def guardianconsent(**facts: Any) -> GuardianConsent:
    if "registration" not in facts:
        facts["registration"] = registration(state="consent", is_minor=True)
    made = {"guardian": "Guardian of a participant", "email": f"{uuid4().hex[:8]}@example.org", "language": "en"}
    return GuardianConsent.objects.create(**{**made, **facts})


def care(**facts: Any) -> Care:
    if "registration" not in facts:
        facts["registration"] = registration()
    return Care.objects.create(**{"food": "No nuts", **facts})


def visitslot(**facts: Any) -> VisitSlot:
    if "event" not in facts:
        facts["event"] = event(kind="study_visit")
    if "host" not in facts:
        facts["host"] = factories.organisation()
    if "quota" not in facts:
        facts["quota"] = eventquota(event=facts["event"], rule="chosen", places=3)
    day = date.today() + timedelta(days=40)
    return VisitSlot.objects.create(**{"starts_on": day, "ends_on": day + timedelta(days=2), **facts})


def eventsession(**facts: Any) -> EventSession:
    """The event's first hour."""
    if "event" not in facts:
        facts["event"] = event()
    held = facts["event"]
    made = {
        "names": {held.language: "Opening"},
        "starts_at": held.starts_at,
        "ends_at": held.starts_at + timedelta(hours=1),
        "zone": held.zone,
    }
    return EventSession.objects.create(**{**made, **facts})


def speaker(**facts: Any) -> Speaker:
    if "session" not in facts:
        facts["session"] = eventsession()
    return Speaker.objects.create(**{"role": "Head of the hub", "state": "agreed", **facts})


def scan(**facts: Any) -> Scan:
    if "session" not in facts:
        held = facts["registration"].event if "registration" in facts else event()
        facts["session"] = eventsession(event=held)
    if "registration" not in facts:
        facts["registration"] = registration(event=facts["session"].event)
    return Scan.objects.create(**{"way": "in", "at": facts["session"].starts_at, **facts})


def callname(**facts: Any) -> CallName:
    """A row of a conference tool that is nobody's of ours, unless a registration is given."""
    if "event" not in facts:
        facts["event"] = facts["registration"].event if facts.get("registration") else event()
    return CallName.objects.create(**{"said": f"{uuid4().hex[:8]}@example.org", **facts})


def presence(**facts: Any) -> Presence:
    if "session" not in facts:
        held = facts["registration"].event if "registration" in facts else event()
        facts["session"] = eventsession(event=held)
    if "registration" not in facts:
        facts["registration"] = registration(event=facts["session"].event)
    return Presence.objects.create(**{"minutes": 60, **facts})


def certificate(**facts: Any) -> Certificate:
    if "registration" not in facts:
        facts["registration"] = registration(state="attended")
    made = {"code": uuid4().hex, "minutes": 60, "required": 60, "language": "en"}
    return Certificate.objects.create(**{**made, **facts})


def feedback(**facts: Any) -> Feedback:
    if "event" not in facts:
        facts["event"] = event()
    if "form" not in facts:
        facts["form"] = eventform(event=facts["event"], purpose="feedback", is_used=True)
    return Feedback.objects.create(**{"id": uuid4(), "language": "en", **facts})


def photo(**facts: Any) -> Photo:
    if "event" not in facts:
        facts["event"] = event()
    if "upload" not in facts:
        facts["upload"] = factories.upload()
    return Photo.objects.create(**{"alt": "People around a table", "nobody_is_seen": True, **facts})


def shown(**facts: Any) -> Shown:
    if "event" not in facts:
        facts["event"] = event(kind="dissemination")
    return Shown.objects.create(**{"title": "Handbook of the cluster", **facts})


def eventreport(**facts: Any) -> EventReport:
    if "event" not in facts:
        facts["event"] = event(state="over")
    return EventReport.objects.create(**{"language": "en", **facts})


def reportpart(**facts: Any) -> ReportPart:
    if "report" not in facts:
        facts["report"] = eventreport(event=event(kind="study_visit", state="over"))
    if "organisation" not in facts:
        facts["organisation"] = factories.organisation()
    return ReportPart.objects.create(**{"language": "en", **facts})


def listgiven(**facts: Any) -> ListGiven:
    if "event" not in facts:
        facts["event"] = event()
    made = {"for_whom": "The funder", "purpose": "Proof of attendance", "fields": ["name"], "rows": 0}
    return ListGiven.objects.create(**{**made, "mark": uuid4().hex[:16], **facts})


def overtaking(**facts: Any) -> Overtaking:
    if "registration" not in facts:
        facts["registration"] = registration()
    return Overtaking.objects.create(**{"others": 1, **facts})


def listrecall(**facts: Any) -> ListRecall:
    if "registration" not in facts:
        facts["registration"] = registration()
    if "given" not in facts:
        held = facts["registration"]
        facts["given"] = listgiven(event=held.event, people=[held.pk], rows=1)
    return ListRecall.objects.create(**facts)


def spelling(**facts: Any) -> Spelling:
    if "event" not in facts:
        facts["event"] = event()
    return Spelling.objects.create(**{"spelled": "hub of the town", "name": "Town Hub", **facts})
