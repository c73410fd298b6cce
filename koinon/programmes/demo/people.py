"""The people of the demo's cascade: roles, never living persons."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import demo
from koinon.accounts.seams import DemoGroup

FILE = Path(__file__).parent / "cascade.toml"


@cache
def told() -> dict[str, Any]:
    """What cascade.toml holds."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def groups() -> list[DemoGroup]:
    """A facilitator of the first generation, whom a visitor of the demo may become by one click."""
    rows = (row for row in told()["facilitator"] if row.get("one_click"))
    return demo.begin({row["slug"]: _("Facilitator of a programme") for row in rows})
