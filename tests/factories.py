"""One function per model: `factories.network(slug=…)` gives a saved, valid row; what you do not name is made up."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from koinon.accounts.models import CalendarKey, Consent, Notice, Person, Preference, Remembered, Visibility
from koinon.kit.models import Upload
from koinon.matching.models import (
    Answer,
    Availability,
    Ballot,
    Bridge,
    CallDigest,
    CallRules,
    Cluster,
    ClusterMember,
    Dismissal,
    Introduction,
    Lead,
    Listing,
    Match,
    MatchWeights,
    Meeting,
    Message,
    Outcome,
    Party,
    Placement,
    PlanStep,
    Reply,
    Slot,
    Thread,
    Tie,
    Vote,
)
from koinon.network.models import (
    Admission,
    Application,
    Beginning,
    Bounce,
    Claim,
    Coordination,
    Criterion,
    Cycle,
    Endorsement,
    FirstStep,
    Form,
    FormVersion,
    Intake,
    IntakeRow,
    Invitation,
    Letter,
    LetterText,
    Mandate,
    Membership,
    MembershipClass,
    Merge,
    MergeConsent,
    Network,
    Organisation,
    Place,
    Quota,
    Report,
    Review,
    Seat,
    Standing,
    StandingMove,
    Stay,
    Succession,
    Window,
)

NUMBERS = count(1)
SINCE = date(2020, 1, 1)


def forever() -> DateRange:
    return DateRange(SINCE, None, "[)")


def person(**facts: Any) -> Person:
    n = next(NUMBERS)
    return Person.objects.create_user(**{"email": f"person{n}@example.org", "name": f"Person {n}", **facts})


def visibility(**facts: Any) -> Visibility:
    made = {"field": "name", "sight": "networks"}
    if "person" not in facts:
        made["person"] = person()
    return Visibility.objects.create(**{**made, **facts})


def consent(**facts: Any) -> Consent:
    made = {"matter": "photo", "version": "2026-1", "language": "en", "text": "I agree."}
    if "person" not in facts:
        made["person"] = person()
    return Consent.objects.create(**{**made, **facts})


def calendarkey(**facts: Any) -> CalendarKey:
    if "person" not in facts:
        facts["person"] = person()
    return CalendarKey.objects.create(**facts)


def preference(**facts: Any) -> Preference:
    made = {"kind": "accounts.archive", "pace": "now"}
    if "person" not in facts:
        made["person"] = person()
    return Preference.objects.create(**{**made, **facts})


def notice(**facts: Any) -> Notice:
    made = {"kind": "accounts.archive", "title": "Something happened"}
    if "person" not in facts:
        made["person"] = person()
    return Notice.objects.create(**{**made, **facts})


def remembered(**facts: Any) -> Remembered:
    made = {"cache_key": f"key-{next(NUMBERS)}", "value": "", "expires": timezone.now() + timedelta(minutes=5)}
    return Remembered.objects.create(**{**made, **facts})


def place(**facts: Any) -> Place:
    n = next(NUMBERS)
    made = {
        "id": 9_000_000 + n,
        "name": f"Town {n}",
        "native": f"Town {n}",
        "country": "AL",
        "latitude": 41.0,
        "longitude": 20.0,
        "zone": "Europe/Tirane",
        "keys": f"town {n}",
    }
    return Place.objects.create(**{**made, **facts})


def network(**facts: Any) -> Network:
    n = next(NUMBERS)
    made = {
        "slug": f"network-{n}",
        "names": {"en": f"Network {n}"},
        "languages": ["en", "sq"],
        "is_public": True,
    }
    return Network.objects.create(**{**made, **facts})


def organisation(**facts: Any) -> Organisation:
    n = next(NUMBERS)
    made = {
        "slug": f"organisation-{n}",
        "names": {"en": f"Organisation {n}"},
        "language": "en",
        "kind": "ngo",
        "country": "AL",
    }
    return Organisation.objects.create(**{**made, **facts})


def membership(**facts: Any) -> Membership:
    if "network" not in facts:
        facts["network"] = network()
    if "organisation" not in facts:
        facts["organisation"] = organisation()
    return Membership.objects.create(**{"period": forever(), **facts})


def member(network: Network, **facts: Any) -> Organisation:
    """An organisation that belongs to the network today."""
    made = organisation(**facts)
    membership(network=network, organisation=made)
    return made


def coordination(**facts: Any) -> Coordination:
    return Coordination.objects.create(**{"role": "coordinator", "period": forever(), **facts})


def coordinator(network: Network, **facts: Any) -> Person:
    made = person(**{"has_second_factor": True, **facts})
    coordination(network=network, person=made)
    return made


def mandate(**facts: Any) -> Mandate:
    return Mandate.objects.create(**{"role": "representative", "period": forever(), **facts})


def representative(organisation: Organisation, **facts: Any) -> Person:
    """A person who represents the organisation and acts for it."""
    made = person(acting_for=organisation.pk, **facts)
    mandate(organisation=organisation, person=made)
    return made


def application(**facts: Any) -> Application:
    made = {"motivation": "We want to learn.", "language": "en"}
    if facts.get("state") in Application.ENDS:
        made |= {"turn": "", "due_on": None, "remind_on": None}
    elif facts.get("state") in ("draft", "returned"):
        made |= {"turn": "applicant"}
    if "applicant" not in facts:
        made["applicant"] = person()
    return Application.objects.create(**{**made, **facts})


def form(**facts: Any) -> Form:
    if "network" not in facts:
        facts["network"] = network()
    return Form.objects.create(**{"purpose": "application", "names": {"en": "Application"}, **facts})


def formversion(**facts: Any) -> FormVersion:
    """A published version with one question about why; state="draft" for one that is still changed."""
    if "form" not in facts:
        facts["form"] = form()
    question = {"key": "why", "kind": "text", "labels": {"en": "Why?"}, "required": True, "limit": 50}
    part = {"key": "you", "titles": {"en": "You"}, "questions": [question]}
    made = {"state": "published", "schema": {"language": "en", "parts": [part]}}
    if facts.get("state") != "draft":
        made["published_at"] = timezone.now()
    return FormVersion.objects.create(**{**made, **facts})


def review(**facts: Any) -> Review:
    if "person" not in facts:
        facts["person"] = person()
    made = {"due_on": date.today() + timedelta(days=30), "remind_on": date.today() + timedelta(days=25)}
    return Review.objects.create(**{**made, **facts})


def endorsement(**facts: Any) -> Endorsement:
    n = next(NUMBERS)
    made = {"body": f"Commission {n}", "email": f"commission{n}@example.org", "language": "en"}
    return Endorsement.objects.create(**{**made, "due_on": date.today() + timedelta(days=21), **facts})


def admission(**facts: Any) -> Admission:
    return Admission.objects.create(**facts)


def window(**facts: Any) -> Window:
    period = facts.pop("period", None) or DateRange(SINCE, date.today() + timedelta(days=30), "[)")
    return Window.objects.create(**{"period": period, "planned_until": period.upper - timedelta(days=1), **facts})


def quota(**facts: Any) -> Quota:
    year = date.today().year
    return Quota.objects.create(
        **{"period": DateRange(date(year, 1, 1), date(year + 1, 1, 1), "[)"), "places": 1, **facts}
    )


def seat(**facts: Any) -> Seat:
    return Seat.objects.create(**facts)


def membershipclass(**facts: Any) -> MembershipClass:
    return MembershipClass.objects.create(**{"names": {"en": f"Class {next(NUMBERS)}"}, **facts})


def criterion(**facts: Any) -> Criterion:
    return Criterion.objects.create(**{"names": {"en": f"Criterion {next(NUMBERS)}"}, **facts})


def firststep(**facts: Any) -> FirstStep:
    return FirstStep.objects.create(**{"names": {"en": f"Step {next(NUMBERS)}"}, **facts})


def beginning(**facts: Any) -> Beginning:
    return Beginning.objects.create(**facts)


def stay(**facts: Any) -> Stay:
    made = {"state": "submitted", "since": timezone.now() - timedelta(days=3), "until": timezone.now()}
    return Stay.objects.create(**{**made, **facts})


def letter(**facts: Any) -> Letter:
    made = {
        "year": date.today().year, "number": 1, "kind": "admitted", "language": "en", "subject": "Welcome",
        "text": "You belong.", "addressee": "A city", "signed_by": "The coordinators",
    }  # fmt: skip
    return Letter.objects.create(**{**made, **facts})


def lettertext(**facts: Any) -> LetterText:
    made = {"kind": "admitted", "language": "en", "subject": "Welcome", "text": "{organisation}"}
    return LetterText.objects.create(**{**made, **facts})


def invitation(**facts: Any) -> Invitation:
    n = next(NUMBERS)
    made = {"email": f"guest{n}@example.org", "language": "en", "role": "deputy"}
    return Invitation.objects.create(**{**made, "until": timezone.now() + timedelta(days=14), **facts})


def upload(**facts: Any) -> Upload:
    made = {"sha256": "0" * 64, "name": "sheet.csv", "media_type": "text/csv", "size": 1}
    return Upload.objects.create(**{**made, **facts})


def intake(**facts: Any) -> Intake:
    for name, make in (("network", network), ("person", person), ("upload", upload)):
        if name not in facts:
            facts[name] = make()
    return Intake.objects.create(**facts)


def intakerow(**facts: Any) -> IntakeRow:
    if "intake" not in facts:
        facts["intake"] = intake()
    return IntakeRow.objects.create(**{"number": next(NUMBERS), **facts})


def listing(**facts: Any) -> Listing:
    n = next(NUMBERS)
    made = {
        "side": "need",
        "kind": "expertise",
        "title": f"Listing {n}",
        "text": "We look for somebody who knows.",
        "language": "en",
        "until": date.today() + timedelta(days=60),
        "state": "open",
    }
    made = {**made, **facts}
    if made["state"] not in ("draft", "review"):
        made.setdefault("opened_at", timezone.now())
    return Listing.objects.create(**made)


def reply(**facts: Any) -> Reply:
    if "organisation" not in facts:
        facts["organisation"] = member(facts["listing"].network)
    return Reply.objects.create(**{"brings": "Two trainers for a day.", "language": "en", **facts})


def callrules(**facts: Any) -> CallRules:
    return CallRules.objects.create(**facts)


def calldigest(**facts: Any) -> CallDigest:
    if "organisation" not in facts:
        facts["organisation"] = member(facts["network"])
    return CallDigest.objects.create(**{"week": date(2026, 11, 16), **facts})


def matchweights(**facts: Any) -> MatchWeights:
    return MatchWeights.objects.create(**({"network": facts.pop("network", None) or network()} | facts))


def match(**facts: Any) -> Match:
    made = {"network": facts["need"].network, "score": 1.0, "rank_for_need": 1, "rank_for_offer": 1}
    return Match.objects.create(**{**made, **facts})


def dismissal(**facts: Any) -> Dismissal:
    if "organisation" not in facts:
        facts["organisation"] = facts["need"].organisation
    return Dismissal.objects.create(**{"why": "time", **facts})


def introduction(**facts: Any) -> Introduction:
    for side in ("one", "other"):
        if side not in facts:
            facts[side] = member(facts["network"])
    if facts.get("state") == "proposed":
        facts.setdefault("closes_on", date.today() + timedelta(days=30))
    if facts.get("state") in ("connected", "met", "settled", "faded"):
        facts.setdefault("connected_on", date.today())
    return Introduction.objects.create(**facts)


def answer(**facts: Any) -> Answer:
    made = {"says": "yes"}
    if "organisation" not in facts:
        made["organisation"] = facts["introduction"].one
    return Answer.objects.create(**{**made, **facts})


def outcome_of_introduction(**facts: Any) -> Outcome:
    made = {"after": 30, "asked_on": date.today()}
    if "organisation" not in facts:
        made["organisation"] = facts["introduction"].one
    return Outcome.objects.create(**{**made, **facts})


def thread(**facts: Any) -> Thread:
    about = facts["introduction"]
    return Thread.objects.create(**{"network": about.network, "one": about.one, "other": about.other, **facts})


def message(**facts: Any) -> Message:
    made = {"text": "Hello.", "html": "<p>Hello.</p>", "language": "en"}
    if "organisation" not in facts:
        made["organisation"] = facts["thread"].one
    return Message.objects.create(**{**made, **facts})


def meeting(**facts: Any) -> Meeting:
    made = {"title": "A first talk", "zone": "Europe/Tirane", "last_at": timezone.now() + timedelta(days=5)}
    if "organiser" not in facts:
        made["organiser"] = member(facts["network"])
    return Meeting.objects.create(**{**made, **facts})


def party(**facts: Any) -> Party:
    if "organisation" not in facts:
        facts["organisation"] = member(facts["meeting"].network)
    return Party.objects.create(**facts)


def slot(**facts: Any) -> Slot:
    return Slot.objects.create(**{"starts_at": timezone.now() + timedelta(days=next(NUMBERS)), **facts})


def availability(**facts: Any) -> Availability:
    if "organisation" not in facts:
        facts["organisation"] = facts["slot"].meeting.organiser
    return Availability.objects.create(**{"says": "yes", **facts})


def claim(**facts: Any) -> Claim:
    n = next(NUMBERS)
    if "organisation" not in facts:
        facts["organisation"] = member(facts["network"])
    made = {"email": f"clerk{n}@town{n}.gov", "name": f"Clerk {n}", "language": "en"}
    return Claim.objects.create(**{**made, **facts})


def merge(**facts: Any) -> Merge:
    for name, make in (("network", network), ("kept", organisation), ("gone", organisation)):
        if name not in facts:
            facts[name] = make()
    return Merge.objects.create(**facts)


def mergeconsent(**facts: Any) -> MergeConsent:
    for name, make in (("merge", merge), ("network", network)):
        if name not in facts:
            facts[name] = make()
    return MergeConsent.objects.create(**facts)


def cycle(**facts: Any) -> Cycle:
    if "network" not in facts:
        facts["network"] = network()
    return Cycle.objects.create(**{"first_on": date.today(), **facts})


def report(**facts: Any) -> Report:
    if "membership" not in facts:
        facts["membership"] = membership()
    today = date.today()
    made = {
        "network": facts["membership"].network,
        "covers_since": today - timedelta(days=730),
        "covers_until": today - timedelta(days=1),
        "opened_on": today,
        "due_on": today + timedelta(days=60),
    }
    return Report.objects.create(**{**made, **facts})


def standing(**facts: Any) -> Standing:
    if "membership" not in facts:
        facts["membership"] = membership()
    return Standing.objects.create(**{"since": date.today(), **facts})


def standingmove(**facts: Any) -> StandingMove:
    if "membership" not in facts:
        facts["membership"] = membership()
    return StandingMove.objects.create(**{"old": "active", "new": "due", **facts})


def bounce(**facts: Any) -> Bounce:
    if "person" not in facts:
        facts["person"] = person()
    return Bounce.objects.create(**{"status": "5.1.1", **facts})


def succession(**facts: Any) -> Succession:
    if "organisation" not in facts:
        facts["organisation"] = organisation()
    if "mandate" not in facts:
        facts["mandate"] = mandate(organisation=facts["organisation"], person=person())
    return Succession.objects.create(**{"why": "left", **facts})


def tie(**facts: Any) -> Tie:
    """A confirmed tie; `one` and `other` in any order, `network` of both."""
    for side in ("one", "other"):
        if side not in facts:
            facts[side] = member(facts["network"])
    one, other = facts.pop("one"), facts.pop("other")
    a, b = sorted([one, other], key=lambda each: each.pk)
    made = {"a": a, "b": b, "kind": "together", "state": "confirmed", "declared_by": one}
    if facts.get("state") == "declared":
        made["closes_on"] = date.today() + timedelta(days=30)
    return Tie.objects.create(**{**made, **facts})


def cluster(**facts: Any) -> Cluster:
    if "network" not in facts:
        facts["network"] = network()
    made: dict[str, Any] = {"origin": "found", "state": "found", "size": 3}
    if facts.get("origin") == "founded":
        until = date.today() + timedelta(days=700)
        made |= {"state": "active", "title": "Green schools", "charter": "We meet.", "ends_on": until}
    return Cluster.objects.create(**{**made, **facts})


def clustermember(**facts: Any) -> ClusterMember:
    if "cluster" not in facts:
        facts["cluster"] = cluster(origin="founded")
    if "organisation" not in facts:
        facts["organisation"] = member(facts["cluster"].network)
    return ClusterMember.objects.create(**{"state": "member", "due_on": date.today() + timedelta(days=21), **facts})


def lead(**facts: Any) -> Lead:
    if "person" not in facts:
        facts["person"] = person()
    return Lead.objects.create(**facts)


def planstep(**facts: Any) -> PlanStep:
    return PlanStep.objects.create(**{"title": "First meeting", "due_on": date.today() + timedelta(days=60), **facts})


def ballot(**facts: Any) -> Ballot:
    voters = list(facts["cluster"].seats.filter(state="member").values_list("organisation", flat=True))
    made = {"closes_on": date.today() + timedelta(days=21), "voters": voters, "quorum": -(-len(voters) // 2)}
    return Ballot.objects.create(**{**made, **facts})


def vote(**facts: Any) -> Vote:
    return Vote.objects.create(**{"says": "yes", **facts})


def placement(**facts: Any) -> Placement:
    if "organisation" not in facts:
        facts["organisation"] = member(facts["network"])
    return Placement.objects.create(**{"x": 100, "y": 100, **facts})


def bridge(**facts: Any) -> Bridge:
    for side in ("one", "other"):
        if side not in facts:
            facts[side] = member(facts["network"])
    facts["one"], facts["other"] = sorted([facts["one"], facts["other"]], key=lambda each: each.pk)
    today = date.today()
    made = {"sort": "clusters", "week": today - timedelta(days=today.weekday()), "slot": next(NUMBERS) % 10 + 1}
    return Bridge.objects.create(**{**made, **facts})


from tests.event_factories import *  # noqa: E402, F403  (they build on those above)
from tests.learning_factories import *  # noqa: E402, F403  (they build on those above)
from tests.programme_factories import *  # noqa: E402, F403  (they build on those above)
from tests.project_factories import *  # noqa: E402, F403  (they build on those above)
