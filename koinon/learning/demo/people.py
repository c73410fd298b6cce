"""The people of the demo who learn and teach: roles, never living persons."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import demo
from koinon.accounts.models import Person
from koinon.accounts.seams import DemoGroup
from koinon.kit.verbs import Actor

FILE = Path(__file__).parent / "runs.toml"


def load(*, by: Actor) -> tuple[dict[str, Person], int]:
    """Everybody of runs.toml by slug, and how many were made now."""
    rows = told()["person"]
    there = demo.found([row["slug"] for row in rows])
    everybody = {row["slug"]: there.get(row["slug"]) or demo.made(by, row) for row in rows}
    return everybody, len(everybody) - len(there)


def groups() -> list[DemoGroup]:
    """Learner and facilitator, whom a visitor of the demo may become by one click."""
    slugs = {row["one_click"]: row["slug"] for row in told()["person"] if "one_click" in row}
    return demo.begin({slugs["learner"]: _("Learner"), slugs["facilitator"]: _("Facilitator")})


@cache
def told() -> dict[str, Any]:
    """What runs.toml holds."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
