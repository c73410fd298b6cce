"""People of the demo, who are roles and never living persons: how each chapter makes them and lets one become them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import actions
from koinon.accounts.models import Person
from koinon.accounts.seams import DemoGroup, DemoPerson
from koinon.kit.verbs import Actor


def address(slug: str) -> str:
    """Where letters to somebody of the demo go: the local mailbox."""
    return f"{slug}@demo.koinon.example"


def found(slugs: list[str]) -> dict[str, Person]:
    """Those who were made before, by slug. One query."""
    known = {address(slug): slug for slug in slugs}
    return {known[row.email]: row for row in Person.objects.filter(is_demo=True, email__in=known)}


def made(by: Actor, row: Mapping[str, Any]) -> Person:
    """Found, or made now, from a row of a chapter's file: slug, name, language, zone; `languages` if there are more."""
    if there := found([row["slug"]]).get(row["slug"]):
        return there
    language = row["language"]
    person = actions.join(by=by, email=address(row["slug"]), language=language, name=row["name"])
    languages = row.get("languages", [language])
    actions.change_profile(
        by=by, person=person, name=row["name"], languages=languages, language=language, zone=row["zone"]
    )
    Person.objects.filter(pk=person.pk).update(is_demo=True)
    return person


def begin(roles: Mapping[str, str]) -> list[DemoGroup]:
    """The few to begin with, {slug: role in words}; see `group`."""
    return group(_("Begin here"), roles, is_first=True)


def group(title: str, roles: Mapping[str, str], *, is_first: bool = False) -> list[DemoGroup]:
    """Whom a visitor may become, {slug: role in words}, in this order; none before they were made. One query."""
    people = {slug: row for slug, row in found([*roles]).items() if row.is_active}
    rows = tuple(DemoPerson(people[slug].pk, people[slug].name, roles[slug]) for slug in roles if slug in people)
    return [DemoGroup(title, rows, is_first=is_first)] if rows else []
