"""Loads the demo network from its files through the same verbs as everybody's; the second time nothing changes."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from koinon.accounts import actions as accounts
from koinon.accounts.models import Person
from koinon.kit.verbs import Actor, machine
from koinon.kit.vocabularies import eurovoc
from koinon.network.actions import (
    applications,
    coordinations,
    decisions,
    mandates,
    memberships,
    networks,
    organisations,
    places,
)
from koinon.network.clock.indexing import index_members
from koinon.network.demo import admission, after, questionnaires
from koinon.network.models import (
    Application,
    Coordination,
    Mandate,
    Membership,
    Network,
    Organisation,
    Place,
)
from koinon.network.queries import places as gazetteer

FOLDER = Path(__file__).parent
SPEAKING = tuple(Mandate.Role.values)


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    if not gazetteer.is_current():
        yield f"Loaded {places.load_places(by=machine('places'))} places with their spellings."
    made = sum(_network(by, row) for row in _read("networks.toml", "network"))
    if made:
        yield f"Founded {made} networks."
    found = {row.slug: row for row in Network.objects.filter(is_demo=True)}
    made = sum(_organisation(by, row) for row in _read("organisations.toml", "organisation"))
    members = sum(_memberships(by, row, found) for row in _read("organisations.toml", "organisation"))
    if made or members:
        yield f"Registered {made} organisations with {members} memberships."
    people = sum(_person(by, row, found) for row in _read("people.toml", "person"))
    if people:
        yield f"Gave {people} mandates and roles."
    if sent := sum(_application(by, row, found) for row in _read("applications.toml", "application")):
        yield f"Handed in {sent} applications."
    emails = {row["slug"]: row["email"] for row in _read("people.toml", "person")}
    if begun := questionnaires.load(by=by, people=emails):
        yield f"Published a form and began {begun} applications on it."
    if sent := admission.load(by=by, people=emails):
        yield f"Set how learning cities admit, with {sent} applications."
    yield from after.load(by=by)
    if made or members:
        yield f"Indexed {sum(index_members(network.pk) for network in found.values())} entries of the directories."


def _network(by: Actor, row: dict[str, Any]) -> int:
    if Network.objects.filter(slug=row["slug"]).exists():
        return 0
    original = row["original_language"]
    purposes = dict(row["purpose"])
    networks.found(
        by=by,
        names=row["names"],
        language=original,
        slug=row["slug"],
        purpose=purposes.pop(original),
        purposes=purposes,
        languages=row["languages"],
        accent=row["accent"],
        kinds=row["member_kinds"],
        is_public=row["public"],
        is_demo=True,
    )
    return 1


def _organisation(by: Actor, row: dict[str, Any]) -> int:
    if Organisation.objects.filter(slug=row["slug"]).exists():
        return 0
    original = row["original_language"]
    abouts = dict(row["about"])
    organisations.register(
        by=by,
        names=row["names"],
        language=original,
        kind=row["kind"],
        country=row["place"]["country"],
        place=Place.objects.filter(pk=row["place"]["geonameid"]).first(),
        website=row.get("website", ""),
        about=abouts.pop(original, ""),
        abouts=abouts,
        languages=row["languages"],
        themes=[_themes()[label] for label in row["themes"]],
        aliases=row["aliases"],
        slug=row["slug"],
        is_demo=True,
    )
    return 1


def _memberships(by: Actor, row: dict[str, Any], found: dict[str, Network]) -> int:
    organisation = Organisation.objects.get(slug=row["slug"])
    made = 0
    for entry in row["memberships"]:
        network = found[entry["network"]]
        if not Membership.objects.filter(network=network, organisation=organisation).exists():
            since = entry.get("from") or _before(90)
            memberships.begin(by=by, network=network, organisation=organisation, kind=entry["class"], since=since)
            made += 1
    return made


def _person(by: Actor, row: dict[str, Any], found: dict[str, Network]) -> int:
    person = Person.objects.filter(email=row["email"]).first() or _made(by, row)
    return sum(_role(by, person, role, row.get("mandate", {}), found) for role in row["roles"])


def _made(by: Actor, row: dict[str, Any]) -> Person:
    person = accounts.join(by=by, email=row["email"], language=row["language"], name=row["name_en"])
    accounts.change_profile(
        by=by,
        person=person,
        name=row["name_en"],
        languages=row["languages"],
        language=row["language"],
        zone=row["zone"],
    )
    is_operator = any(role["role"] == "operator" for role in row["roles"])
    Person.objects.filter(pk=person.pk).update(is_demo=True, is_operator=is_operator)
    return person


def _role(by: Actor, person: Person, role: dict[str, Any], decision: dict[str, Any], found: dict[str, Network]) -> int:
    if role["role"] in Coordination.Role.values:
        network = found[role["network"]]
        if Coordination.objects.filter(network=network, person=person, role=role["role"]).exists():
            return 0
        coordinations.add(by=by, network=network, person=person, role=role["role"])
        return 1
    if role["role"] not in SPEAKING:
        return 0
    organisation = Organisation.objects.get(slug=role["organisation"])
    if Mandate.objects.filter(organisation=organisation, person=person, role=role["role"]).exists():
        return 0
    mandates.appoint(
        by=by,
        organisation=organisation,
        person=person,
        role=role["role"],
        topic=role.get("topic", ""),
        since=_before(90),
        decision=decision.get("decision", ""),
        decided_on=decision.get("on"),
    )
    return 1


def _application(by: Actor, row: dict[str, Any], found: dict[str, Network]) -> int:
    network = found[row["network"]]
    organisation = Organisation.objects.get(slug=row["organisation"])
    if Application.objects.filter(network=network, organisation=organisation).exists():
        return 0
    email = next(person["email"] for person in _read("people.toml", "person") if person["slug"] == row["applicant"])
    application = applications.submit(
        by=by,
        network=network,
        organisation=organisation,
        applicant=Person.objects.get(email=email),
        motivation=row["motivation"],
        contribution=row.get("contribution", ""),
        language=row["language"],
    )
    if row["state"] == "review":
        applications.start_review(by=by, application=application)
    if row["state"] == "declined":
        again = date.today() + timedelta(days=row["again_in_days"])
        decisions.decline(by=by, application=application, reason=row["reason"], again_on=again)
    _age(application, row)
    return 1


def _age(application: Application, row: dict[str, Any]) -> None:
    """The demo's past: handed in some days ago, due in some days."""
    handed_in = timezone.now() - timedelta(days=row["days_ago"])
    changes: dict[str, datetime | date] = {"made_at": handed_in}
    if row["state"] == "submitted":
        changes["moved_at"] = handed_in
    if "due_in_days" in row:
        changes["due_on"] = date.today() + timedelta(days=row["due_in_days"])
    Application.objects.filter(pk=application.pk).update(**changes)


def _before(days: int) -> date:
    return date.today() - timedelta(days=days)


@cache
def _themes() -> dict[str, str]:
    """EuroVoc ids by their English label."""
    return {concept.label("en"): concept.id for concept in eurovoc.all_concepts()}


@cache
def _read(name: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))[table]
    return rows
