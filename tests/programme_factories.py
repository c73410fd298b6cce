"""Rows of programmes for tests; see factories.py, which gives them all."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from koinon.programmes.models import (
    Activity,
    CascadeGrant,
    Delivery,
    DriftWarning,
    Handout,
    LineageSheet,
    Observation,
    Opinion,
    Participant,
    Practice,
    Programme,
    Qualification,
    Toolkit,
    ToolkitProposal,
)
from tests import factories

__all__ = [
    "activity",
    "cascadegrant",
    "delivery",
    "driftwarning",
    "handout",
    "lineagesheet",
    "observation",
    "opinion",
    "participant",
    "practice",
    "programme",
    "qualification",
    "toolkit",
    "toolkitproposal",
]


def programme(**facts: Any) -> Programme:
    """A running programme of a member of its network."""
    n = next(factories.NUMBERS)
    if "network" not in facts:
        facts["network"] = factories.network()
    if "organisation" not in facts:
        facts["organisation"] = factories.member(facts["network"])
    today = date.today()
    made = {
        "slug": f"programme-{n}", "names": {"en": f"Programme {n}"}, "language": "en", "languages": ["en", "sq"],
        "state": "running", "starts_on": today - timedelta(days=200), "ends_on": today + timedelta(days=400),
    }  # fmt: skip
    return Programme.objects.create(**{**made, **facts})


def toolkit(**facts: Any) -> Toolkit:
    """A draft, unless its state says otherwise."""
    if "programme" not in facts:
        facts["programme"] = programme()
    made: dict[str, Any] = {"number": facts["programme"].toolkits.count() + 1}
    if facts.get("state") == "published":
        made["published_at"] = timezone.now()
    return Toolkit.objects.create(**{**made, **facts})


def activity(**facts: Any) -> Activity:
    if "toolkit" not in facts:
        facts["toolkit"] = toolkit()
    texts = {"en": {"title": "Listening in pairs", "goal": "We listen.", "text": "Sit in pairs.", "source": ""}}
    return Activity.objects.create(**{"language": "en", "texts": texts, **facts})


def handout(**facts: Any) -> Handout:
    made = {"title": "A page to hand out", "language": "en", "licence": "CC-BY-SA-4.0"}
    for name, make in (("activity", activity), ("upload", factories.upload)):
        if name not in facts:
            facts[name] = make()
    return Handout.objects.create(**{**made, **facts})


def qualification(**facts: Any) -> Qualification:
    for name, make in (("programme", programme), ("person", factories.person)):
        if name not in facts:
            facts[name] = make()
    made = {"due_on": date.today() + timedelta(days=14)} if facts.get("state") == "ready" else {}
    return Qualification.objects.create(**{**made, **facts})


def practice(**facts: Any) -> Practice:
    if "qualification" not in facts:
        facts["qualification"] = qualification()
    return Practice.objects.create(**{"on": date.today(), "counts": True, **facts})


def cascadegrant(**facts: Any) -> CascadeGrant:
    """In force for two years; with a `parent` (a delivery) it is of the next generation."""
    parent = facts.get("parent")
    if "programme" not in facts:
        facts["programme"] = parent.programme if parent else programme()
    if "person" not in facts:
        facts["person"] = factories.person()
    generation = parent.generation + 1 if parent else 1
    made = {"generation": generation, "until": date.today() + timedelta(days=700)}
    return CascadeGrant.objects.create(**{**made, **facts})


def delivery(**facts: Any) -> Delivery:
    """Under way today, below the delivery its grant came from."""
    if "grant" not in facts:
        facts["grant"] = cascadegrant(**({"programme": facts["programme"]} if "programme" in facts else {}))
    grant, today = facts["grant"], date.today()
    above = grant.parent
    made = {
        "programme": grant.programme, "parent": above, "path": [*above.path, above.pk] if above else [],
        "generation": grant.generation, "organisation": grant.organisation, "title": "An evening of listening",
        "language": "en", "state": "running", "starts_on": today, "ends_on": today, "join_key": uuid4().hex,
    }  # fmt: skip
    if facts.get("state") in ("reported", "returned"):
        made["due_on"] = today + timedelta(days=14)
    return Delivery.objects.create(**{**made, **facts})


def participant(**facts: Any) -> Participant:
    n = next(factories.NUMBERS)
    if "delivery" not in facts:
        facts["delivery"] = delivery()
    return Participant.objects.create(**{"name": f"Participant {n}", **facts})


def lineagesheet(**facts: Any) -> LineageSheet:
    if "programme" not in facts:
        facts["programme"] = programme()
    return LineageSheet.objects.create(**{"made_at": timezone.now(), **facts})


def opinion(**facts: Any) -> Opinion:
    """The next answer to a delivery's survey."""
    if "delivery" not in facts:
        facts["delivery"] = delivery()
    group = Opinion.objects.filter(delivery=facts["delivery"]).count() // 5
    return Opinion.objects.create(**{"quality": 4, "group": group, **facts})


def observation(**facts: Any) -> Observation:
    if "delivery" not in facts:
        facts["delivery"] = delivery()
    return Observation.objects.create(**{"on": date.today() + timedelta(days=7), **facts})


def toolkitproposal(**facts: Any) -> ToolkitProposal:
    if "toolkit" not in facts:
        facts["toolkit"] = toolkit(state="published")
    if "delivery" not in facts:
        facts["delivery"] = delivery(programme=facts["toolkit"].programme)
    made = {"activity": uuid4(), "language": "en", "changed": "Shorter.", "due_on": date.today() + timedelta(days=14)}
    return ToolkitProposal.objects.create(**{**made, **facts})


def driftwarning(**facts: Any) -> DriftWarning:
    """An open one: marks fall from the first generation to the third."""
    if "programme" not in facts:
        facts["programme"] = programme()
    told = {
        "measure": "quality", "first": 1, "last": 3, "start": 4.5, "end": 3.6, "each": -0.45, "chance": 0.001,
        "units": 42,
    }  # fmt: skip
    return DriftWarning.objects.create(
        **{"measure": "quality", "due_on": date.today() + timedelta(days=30), "facts": told, **facts}
    )
