"""One function per model: `factories.network(slug=…)` gives a saved, valid row; what you do not name is made up."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from koinon.accounts.models import CalendarKey, Consent, Notice, Person, Preference, Remembered, Visibility
from koinon.kit.models import Upload
from koinon.matching.models import CallDigest, CallRules, Dismissal, Introduction, Listing, Match, Reply
from koinon.network.models import (
    Advice,
    Application,
    Bounce,
    Claim,
    Coordination,
    Cycle,
    Form,
    FormVersion,
    Intake,
    IntakeRow,
    Invitation,
    Mandate,
    Membership,
    Merge,
    MergeConsent,
    Network,
    Organisation,
    Place,
    Report,
    Standing,
    StandingMove,
    Succession,
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


def advice(**facts: Any) -> Advice:
    if "person" not in facts:
        facts["person"] = person()
    return Advice.objects.create(**{"verdict": "admit", **facts})


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


def match(**facts: Any) -> Match:
    made = {"network": facts["need"].network, "score": 1.0, "rank_for_need": 1, "rank_for_offer": 1}
    return Match.objects.create(**{**made, **facts})


def dismissal(**facts: Any) -> Dismissal:
    if "organisation" not in facts:
        facts["organisation"] = facts["need"].organisation
    return Dismissal.objects.create(**{"why": "time", **facts})


def introduction(**facts: Any) -> Introduction:
    for side in ("asked_by", "other"):
        if side not in facts:
            facts[side] = member(facts["network"])
    return Introduction.objects.create(**facts)


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
