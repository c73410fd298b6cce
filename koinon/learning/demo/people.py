"""The people of the demo who learn and teach: roles, never living persons."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import actions as accounts
from koinon.accounts.models import Person
from koinon.accounts.seams import DemoGroup, DemoPerson
from koinon.kit.verbs import Actor

FILE = Path(__file__).parent / "runs.toml"


def load(*, by: Actor) -> tuple[dict[str, Person], int]:
    """Everybody of runs.toml by slug, and how many were made now."""
    there = {row.email: row for row in Person.objects.filter(is_demo=True, email__in=[*map(address, _slugs())])}
    found, made = {}, 0
    for row in told()["person"]:
        person = there.get(address(row["slug"]))
        made += person is None
        found[row["slug"]] = person or _made(by, row)
    return found, made


def address(slug: str) -> str:
    """Where letters to somebody of the demo go: the local mailbox."""
    return f"{slug}@demo.koinon.example"


def groups() -> list[DemoGroup]:
    """Learner and facilitator, whom a visitor of the demo may become by one click."""
    rows = {row["one_click"]: row for row in told()["person"] if "one_click" in row}
    people = {row.email: row for row in Person.objects.filter(is_demo=True, email__in=[*map(address, _slugs())])}
    roles = {"learner": _("Learner"), "facilitator": _("Facilitator")}
    found = [
        DemoPerson(person.pk, person.name, roles[which])
        for which in roles if (person := people.get(address(rows[which]["slug"])))
    ]  # fmt: skip
    return [DemoGroup(_("Begin here"), tuple(found), is_first=True)] if found else []


@cache
def told() -> dict[str, Any]:
    """What runs.toml holds."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _slugs() -> list[str]:
    return [row["slug"] for row in told()["person"]]


def _made(by: Actor, row: dict[str, Any]) -> Person:
    person = accounts.join(by=by, email=address(row["slug"]), language=row["language"], name=row["name"])
    accounts.change_profile(
        by=by, person=person, name=row["name"], languages=row.get("languages", [row["language"]]),
        language=row["language"], zone=row["zone"],
    )  # fmt: skip
    Person.objects.filter(pk=person.pk).update(is_demo=True)
    return person
