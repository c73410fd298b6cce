"""The people of the demo's small actions: roles, never living persons."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import demo
from koinon.accounts.models import Person
from koinon.accounts.seams import DemoGroup
from koinon.kit.verbs import Actor

FILE = Path(__file__).parent / "actions.toml"


@cache
def told() -> dict[str, Any]:
    """What actions.toml holds."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def load(*, by: Actor) -> dict[str, Person]:
    """Everybody of the file by slug, found or made now."""
    return {row["slug"]: demo.made(by, row) for row in told()["person"]}


def groups() -> list[DemoGroup]:
    """Who leads a team, supervises one, sits in the jury; the first of them among those to begin with."""
    words = {"lead": _("Lead of a project team"), "supervisor": _("Supervisor of project teams"), "juror": _("Juror")}
    rows = {row["slug"]: row for row in told()["person"] if "role" in row}
    begin = demo.begin({slug: words[row["role"]] for slug, row in rows.items() if row.get("is_first")})
    every = demo.group(_("Small actions"), {slug: words[row["role"]] for slug, row in rows.items()})
    return [*begin, *every]
