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
    """Who leads a team, supervises one, sits in the jury; the first of them among those to begin with."""
    rows = {address(row["slug"]): row for row in told()["person"] if "role" in row}
    people = Person.objects.filter(is_demo=True, is_active=True, email__in=list(rows)).order_by("pk")
    words = {"lead": _("Lead of a project team"), "supervisor": _("Supervisor of project teams"), "juror": _("Juror")}
    found = [(rows[row.email], DemoPerson(row.pk, row.name, words[rows[row.email]["role"]])) for row in people]
    if not found:
        return []
    begin = tuple(person for row, person in found if row.get("is_first"))
    every = tuple(person for _row, person in found)
    return [DemoGroup(_("Begin here"), begin, is_first=True), DemoGroup(_("Small actions"), every)]


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
