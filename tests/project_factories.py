"""Rows of projects for tests; see factories.py, which gives them all."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from koinon.projects.models import (
    BudgetLine,
    Call,
    CallCriterion,
    CheckIn,
    Choice,
    Judgement,
    Juror,
    Project,
    ProjectPhoto,
    Receipt,
    Reflection,
    Risk,
    SmallGrant,
    Step,
    Teammate,
)
from tests import factories

__all__ = [
    "budgetline",
    "call",
    "callcriterion",
    "checkin",
    "choice",
    "judgement",
    "juror",
    "project",
    "projectphoto",
    "receipt",
    "reflection",
    "risk",
    "smallgrant",
    "step",
    "teammate",
]
WAITING = ("submitted", "returned", "conditional", "closing")


def call(**facts: Any) -> Call:
    """Open for a month, run by a member of its network; 3,000 euro, at most 500 for each team."""
    if "network" not in facts:
        facts["network"] = factories.network()
    if "organisation" not in facts:
        facts["organisation"] = factories.member(facts["network"])
    made = {
        "slug": f"call-{next(factories.NUMBERS)}", "names": {"en": "Small actions"}, "language": "en", "state": "open",
        "closes_on": date.today() + timedelta(days=30), "decides_on": date.today() + timedelta(days=60),
        "budget": Decimal("3000.00"), "most_grant": Decimal("500.00"),
    }  # fmt: skip
    return Call.objects.create(**{**made, **facts})


def callcriterion(**facts: Any) -> CallCriterion:
    if "call" not in facts:
        facts["call"] = call()
    return CallCriterion.objects.create(**{"names": {"en": "Need"}, "most": 5, "weight": 1, **facts})


def juror(**facts: Any) -> Juror:
    if "call" not in facts:
        facts["call"] = call(state="judging")
    if "person" not in facts:
        facts["person"] = factories.person()
    return Juror.objects.create(**facts)


def project(**facts: Any) -> Project:
    """An idea in a network; nobody is on its team unless `lead` says who."""
    lead = facts.pop("lead", None)
    if "network" not in facts:
        facts["network"] = facts["call"].network if facts.get("call") else factories.network()
    made: dict[str, Any] = {
        "slug": f"project-{next(factories.NUMBERS)}", "title": "A bench in the shade", "language": "en",
        "kind": "social_action", "state": "idea",
        "currency": facts["call"].currency if facts.get("call") else "EUR",
    }  # fmt: skip
    if facts.get("state") in WAITING:
        made["due_on"] = date.today() + timedelta(days=14)
    row = Project.objects.create(**{**made, **facts})
    if lead is not None:
        teammate(project=row, person=lead, role="lead")
    return row


def teammate(**facts: Any) -> Teammate:
    """Somebody who is on the team, unless the state says otherwise."""
    if "project" not in facts:
        facts["project"] = project()
    if "person" not in facts and facts.get("state") != "invited":
        facts["person"] = factories.person()
    made: dict[str, Any] = {"state": "active"}
    if facts.get("state") == "invited":
        made["until"] = date.today() + timedelta(days=14)
        made["email"] = f"invited-{next(factories.NUMBERS)}@example.org"
    return Teammate.objects.create(**{**made, **facts})


def step(**facts: Any) -> Step:
    if "project" not in facts:
        facts["project"] = project()
    return Step.objects.create(**{"title": "Ask the neighbours", "due_on": date.today() + timedelta(days=40), **facts})


def risk(**facts: Any) -> Risk:
    if "project" not in facts:
        facts["project"] = project()
    return Risk.objects.create(**{"title": "It rains", "answer": "We meet in the school.", **facts})


def budgetline(**facts: Any) -> BudgetLine:
    if "project" not in facts:
        facts["project"] = project()
    return BudgetLine.objects.create(**{"title": "Wood", "amount": Decimal("120.00"), **facts})


def judgement(**facts: Any) -> Judgement:
    """Of a juror and a plan of the same call."""
    if "juror" not in facts:
        facts["juror"] = juror(call=facts["project"].call) if "project" in facts else juror()
    if "project" not in facts:
        facts["project"] = project(call=facts["juror"].call, state="submitted")
    return Judgement.objects.create(**facts)


def choice(**facts: Any) -> Choice:
    if "project" not in facts:
        facts["project"] = project(call=call(state="ranked"), state="submitted")
    return Choice.objects.create(**{"verdict": "approved", "feedback": "A clear plan.", **facts})


def checkin(**facts: Any) -> CheckIn:
    if "project" not in facts:
        facts["project"] = project(state="running")
    return CheckIn.objects.create(**{"mood": "well", "text": "The wood is here.", "language": "en", **facts})


def projectphoto(**facts: Any) -> ProjectPhoto:
    if "check_in" not in facts:
        facts["check_in"] = checkin()
    if "upload" not in facts:
        facts["upload"] = factories.upload()
    return ProjectPhoto.objects.create(**{"alt": "A bench under a tree", **facts})


def reflection(**facts: Any) -> Reflection:
    if "project" not in facts:
        facts["project"] = project(state="closing")
    return Reflection.objects.create(**{"language": "en", "came": "A bench stands there.", **facts})


def smallgrant(**facts: Any) -> SmallGrant:
    """200 euro, asked for; in later states approved by two, paid, as its state says."""
    if "project" not in facts:
        facts["project"] = project(call=call(state="decided"), state="running")
    state = facts.get("state", "asked")
    made: dict[str, Any] = {
        "amount": Decimal("200.00"),
        "currency": facts["project"].currency,
        "purpose": "Wood and paint",
    }
    if state not in ("refused", "withdrawn", "closed"):
        made["due_on"] = date.today() + timedelta(days=14)
    if state not in ("asked", "refused", "withdrawn"):
        made |= {"first_by": factories.person(), "first_at": timezone.now()}
    if state in ("approved", "paid", "settling", "closed"):
        made |= {"second_by": factories.person(), "second_at": timezone.now()}
        Call.objects.filter(pk=facts["project"].call_id).update(granted=facts.get("amount", made["amount"]))
    if state in ("paid", "settling", "closed"):
        made |= {"paid_on": date.today(), "paid_reference": "Bank 17"}
    if state == "closed":
        made |= {"accounted": facts.get("amount", made["amount"])}
    return SmallGrant.objects.create(**{**made, **facts})


def receipt(**facts: Any) -> Receipt:
    if "grant" not in facts:
        facts["grant"] = smallgrant(state="paid")
    made = {"title": "Wood", "amount": Decimal("80.00"), "spent_on": date.today(), "currency": facts["grant"].currency}
    return Receipt.objects.create(**{**made, **facts})
