"""The people of the demo's small actions: roles, never living persons."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import actions as accounts
from koinon.accounts.models import Person
from koinon.accounts.seams import DemoGroup, DemoPerson
from koinon.kit.verbs import Actor

FILE = Path(__file__).parent / "actions.toml"


@cache
def told() -> dict[str, Any]:
    """What actions.toml holds."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def address(slug: str) -> str:
    """Where letters to somebody of the demo go: the local mailbox."""
    return f"{slug}@demo.koinon.example"


def load(*, by: Actor) -> dict[str, Person]:
    """Everybody of the file by slug, found or made now."""
    return {row["slug"]: _made(by, row) for row in told()["person"]}


def groups() -> list[DemoGroup]:
    """Somebody who leads a team and somebody who supervises it, whom a visitor may become by one click."""
    slugs = [row["slug"] for row in told()["person"] if row.get("one_click")]
    rows = Person.objects.filter(is_demo=True, email__in=[address(slug) for slug in slugs]).order_by("pk")
    words = [_("Lead of a project team"), _("Supervisor of project teams")]
    found = tuple(DemoPerson(row.pk, row.name, role) for row, role in zip(rows, words, strict=False))
    return [DemoGroup(_("Begin here"), found, is_first=True)] if found else []


def _made(by: Actor, row: dict[str, Any]) -> Person:
    there = Person.objects.filter(is_demo=True, email=address(row["slug"])).first()
    if there is not None:
        return there
    person = accounts.join(by=by, email=address(row["slug"]), language=row["language"], name=row["name"])
    accounts.change_profile(
        by=by, person=person, name=row["name"], languages=[row["language"]], language=row["language"], zone=row["zone"]
    )
    Person.objects.filter(pk=person.pk).update(is_demo=True)
    return person
