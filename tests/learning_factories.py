"""Rows of learning for tests; see factories.py, which gives them all."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from koinon.learning.models import (
    Achievement,
    Announcement,
    Answered,
    Asset,
    Attempt,
    Attendance,
    Authorship,
    Award,
    BadgeArt,
    BadgeEndorsement,
    BadgeShare,
    Card,
    Competence,
    Course,
    CourseImport,
    Elsewhere,
    Enrolment,
    EventBadge,
    Evidence,
    EvidenceFile,
    Facilitation,
    Framework,
    Happening,
    Invited,
    IssuerKey,
    Node,
    Outcome,
    Package,
    Placed,
    PlayState,
    Post,
    Proposal,
    PublishedList,
    Question,
    Received,
    Run,
    Session,
    StatusList,
    SurveyAnswer,
    Text,
    Version,
)
from tests import factories

__all__ = [
    "achievement",
    "announcement",
    "answered",
    "asset",
    "attempt",
    "attendance",
    "authorship",
    "award",
    "badgeart",
    "badgeendorsement",
    "badgeshare",
    "card",
    "competence",
    "course",
    "courseimport",
    "elsewhere",
    "enrolment",
    "eventbadge",
    "evidence",
    "evidencefile",
    "facilitation",
    "facilitator",
    "framework",
    "happening",
    "invited",
    "issuerkey",
    "node",
    "outcome",
    "package",
    "placed",
    "playstate",
    "post",
    "proposal",
    "publishedlist",
    "question",
    "received",
    "run",
    "session",
    "statuslist",
    "surveyanswer",
    "text",
    "version",
]


def _given(facts: dict[str, Any], **makers: Any) -> dict[str, Any]:
    """The facts, with rows made up for the names that are missing."""
    return {**{name: make() for name, make in makers.items() if name not in facts}, **facts}


def course(**facts: Any) -> Course:
    n = next(factories.NUMBERS)
    made = {"slug": f"course-{n}", "title": f"Course {n}", "language": "en", "languages": ["en"]}
    return Course.objects.create(**{**made, **_given(facts, organisation=factories.organisation)})


def authorship(**facts: Any) -> Authorship:
    return Authorship.objects.create(**{"role": "author", **_given(facts, course=course, person=factories.person)})


def version(**facts: Any) -> Version:
    """A draft, unless its state says otherwise."""
    facts = _given(facts, course=course)
    made: dict[str, Any] = {"number": facts["course"].versions.count() + 1, "language": "en", "languages": ["en"]}
    made["texts"] = {"en": {"title": facts["course"].title, "summary": "What this is about."}}
    if facts.get("state") in ("published", "retired"):
        made["published_at"] = timezone.now()
    if facts.get("state") == "published":
        Course.objects.filter(pk=facts["course"].pk).update(is_published=True)
    return Version.objects.create(**{**made, **facts})


def node(**facts: Any) -> Node:
    facts = _given(facts, version=version)
    made = {"kind": "page", "order": facts["version"].nodes.count() + 1}
    return Node.objects.create(**{**made, **facts})


def text(**facts: Any) -> Text:
    said = {"title": "A page", "blocks": [{"id": "b1", "type": "paragraph", "data": {"text": "Words."}}]}
    return Text.objects.create(**{"language": "en", "said": said, **_given(facts, node=node)})


def asset(**facts: Any) -> Asset:
    made = {"key": uuid4().hex * 2, "name": "picture.webp", "licence": "CC-BY-SA-4.0"}
    return Asset.objects.create(
        **{**made, **_given(facts, organisation=factories.organisation, upload=factories.upload)}
    )


def elsewhere(**facts: Any) -> Elsewhere:
    return Elsewhere.objects.create(**{"url": f"https://example.org/{next(factories.NUMBERS)}", **facts})


def package(**facts: Any) -> Package:
    return Package.objects.create(**{"kind": "scorm12", "launch": "index.html", **_given(facts, asset=asset)})


def framework(**facts: Any) -> Framework:
    n = next(factories.NUMBERS)
    return Framework.objects.create(**{"name": f"Framework {n}", "uri": f"https://example.org/f/{n}", **facts})


def competence(**facts: Any) -> Competence:
    n = next(factories.NUMBERS)
    made = {"uri": f"https://example.org/c/{n}", "names": {"en": f"Competence {n}"}}
    return Competence.objects.create(**{**made, **_given(facts, framework=framework)})


def question(**facts: Any) -> Question:
    """A single choice of two: part "a" is right."""
    form = {"points": 1, "shuffles": True, "parts": [{"key": "a", "credit": 1.0}, {"key": "b", "credit": 0.0}]}
    texts = {"en": {"stem": "Which one?", "a.text": "This one", "b.text": "That one"}}
    made = {"kind": "single", "language": "en", "form": form, "texts": texts}
    return Question.objects.create(**{**made, **_given(facts, organisation=factories.organisation)})


def placed(**facts: Any) -> Placed:
    return Placed.objects.create(**_given(facts, node=lambda: node(kind="quiz"), question=question))


def proposal(**facts: Any) -> Proposal:
    made = {"language": "en", "why": "Clearer so.", "due_on": date.today() + timedelta(days=14)}
    return Proposal.objects.create(**{**made, **_given(facts, course=course, of=node)})


def run(**facts: Any) -> Run:
    """An open run of a published version that starts today."""
    if "version" not in facts:
        facts["version"] = version(state="published", **({"course": facts["course"]} if "course" in facts else {}))
    of = facts["version"].course
    today = date.today()
    made = {
        "course": of, "organisation": of.organisation, "network": of.network, "title": of.title, "state": "open",
        "languages": ["en"], "starts_on": today, "ends_on": today + timedelta(days=30), "link_key": uuid4().hex,
    }  # fmt: skip
    return Run.objects.create(**{**made, **facts})


def facilitation(**facts: Any) -> Facilitation:
    return Facilitation.objects.create(**_given(facts, run=run, person=factories.person))


def facilitator(of: Run, **facts: Any) -> Any:
    """A person who teaches the run."""
    who = factories.person(**facts)
    facilitation(run=of, person=who, is_lead=True)
    return who


def enrolment(**facts: Any) -> Enrolment:
    facts = _given(facts, run=run, person=factories.person)
    if facts.get("state", "enrolled") in ("enrolled", "finished"):
        Run.objects.filter(pk=facts["run"].pk).update(taken=facts["run"].enrolments.learning().count() + 1)
    return Enrolment.objects.create(**{"language": "en", "how": "link", **facts})


def invited(**facts: Any) -> Invited:
    n = next(factories.NUMBERS)
    made = {"email": f"learner{n}@example.org", "language": "en", "until": date.today() + timedelta(days=20)}
    return Invited.objects.create(**{**made, **_given(facts, run=run)})


def card(**facts: Any) -> Card:
    return Card.objects.create(**{"secret": uuid4().hex, "pictures": uuid4().hex, **_given(facts, enrolment=enrolment)})


def announcement(**facts: Any) -> Announcement:
    return Announcement.objects.create(
        **{"title": "News", "text": "We begin.", "language": "en", **_given(facts, run=run)}
    )


def happening(**facts: Any) -> Happening:
    return Happening.objects.create(
        **{"id": uuid4(), "node": uuid4(), "kind": "viewed", **_given(facts, enrolment=enrolment)}
    )


def attempt(**facts: Any) -> Attempt:
    return Attempt.objects.create(
        **{"node": uuid4(), "number": 1, "language": "en", "seed": "s", **_given(facts, enrolment=enrolment)}
    )


def answered(**facts: Any) -> Answered:
    return Answered.objects.create(**{"question": uuid4(), "number": 1, "share": 1.0, **_given(facts, attempt=attempt)})


def evidence(**facts: Any) -> Evidence:
    made = {"node": uuid4(), "text": "We did it.", "language": "en", "due_on": date.today() + timedelta(days=7)}
    return Evidence.objects.create(**{**made, **_given(facts, enrolment=enrolment)})


def evidencefile(**facts: Any) -> EvidenceFile:
    return EvidenceFile.objects.create(**_given(facts, evidence=evidence, upload=factories.upload))


def outcome(**facts: Any) -> Any:
    """Where somebody stands in a course; with `introduction`, what came of that: two apps have the word."""
    if "introduction" in facts:
        return factories.outcome_of_introduction(**facts)
    return Outcome.objects.create(**{"node": uuid4(), "state": "not_started", **_given(facts, enrolment=enrolment)})


def playstate(**facts: Any) -> PlayState:
    return PlayState.objects.create(**{"node": uuid4(), **_given(facts, enrolment=enrolment)})


def session(**facts: Any) -> Session:
    starts = timezone.now() + timedelta(days=3)
    made = {"node": uuid4(), "title": "We meet", "starts_at": starts, "zone": "Europe/Athens"}
    made["ends_at"] = facts.get("starts_at", starts) + timedelta(hours=2)
    return Session.objects.create(**{**made, **_given(facts, run=run)})


def attendance(**facts: Any) -> Attendance:
    if "session" not in facts:
        facts["session"] = session()
    if "enrolment" not in facts:
        facts["enrolment"] = enrolment(run=facts["session"].run)
    return Attendance.objects.create(**{"is_there": True, **facts})


def post(**facts: Any) -> Post:
    return Post.objects.create(**{"node": uuid4(), "text": "I think so.", "language": "en", **_given(facts, run=run)})


def surveyanswer(**facts: Any) -> SurveyAnswer:
    return SurveyAnswer.objects.create(**{"node": uuid4(), "language": "en", **_given(facts, run=run)})


def issuerkey(**facts: Any) -> IssuerKey:
    made = {"kid": f"key-{next(factories.NUMBERS)}", "kind": "rsa", "public": {"kty": "RSA"}, "private": "locked"}
    return IssuerKey.objects.create(**{**made, **_given(facts, organisation=factories.organisation)})


def achievement(**facts: Any) -> Achievement:
    made = {"names": {"en": "Facilitator"}, "criteria": {"en": "Led a workshop."}, "language": "en"}
    return Achievement.objects.create(**{**made, **_given(facts, organisation=factories.organisation)})


def eventbadge(**facts: Any) -> EventBadge:
    if "event" not in facts:
        facts["event"] = factories.event()
    return EventBadge.objects.create(**_given(facts, achievement=achievement))


def statuslist(**facts: Any) -> StatusList:
    made = {"base": "https://learn.example.org", "number": next(factories.NUMBERS)}
    return StatusList.objects.create(**{**made, **_given(facts, organisation=factories.organisation)})


def publishedlist(**facts: Any) -> PublishedList:
    made = {"purpose": "revocation", "form": "jwt", "signed": "x", "signed_at": timezone.now(), "until": timezone.now()}
    return PublishedList.objects.create(**{**made, **_given(facts, list=statuslist)})


def badgeart(**facts: Any) -> BadgeArt:
    return BadgeArt.objects.create(**{"png": b"png", "svg": "<svg/>", **_given(facts, achievement=achievement)})


def badgeshare(**facts: Any) -> BadgeShare:
    made = {"key": f"key-{next(factories.NUMBERS)}"}
    return BadgeShare.objects.create(**{**made, **_given(facts, person=factories.person)})


def award(**facts: Any) -> Award:
    facts = _given(facts, achievement=achievement, person=factories.person)
    giver = facts["achievement"].organisation
    facts = _given(facts, status_list=lambda: statuslist(organisation=giver), key=lambda: issuerkey(organisation=giver))
    made = {
        "language": "en",
        "salt": "salt",
        "identity": "sha256$0",
        "status_index": next(factories.NUMBERS),
        "signed": "x",
    }
    return Award.objects.create(**{**made, **facts})


def badgeendorsement(**facts: Any) -> BadgeEndorsement:
    facts = _given(facts, achievement=achievement, organisation=factories.organisation)
    made = {"due_on": date.today() + timedelta(days=28), "message": "Please look at it."}
    return BadgeEndorsement.objects.create(**{**made, **facts})


def courseimport(**facts: Any) -> CourseImport:
    made = {"name": "course.mbz", "language": "en"}
    return CourseImport.objects.create(**{**made, **_given(facts, organisation=factories.organisation)})


def received(**facts: Any) -> Received:
    return Received.objects.create(**{"key": uuid4(), "kind": "viewed", **_given(facts, person=factories.person)})
