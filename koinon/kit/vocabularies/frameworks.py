"""Competence frameworks DigComp 2.2, EntreComp, GreenComp, LifeComp: English titles. JRC, CC BY 4.0."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "frameworks.json"
TITLES = {
    "digcomp_2_2": "DigComp 2.2",
    "entrecomp": "EntreComp",
    "greencomp": "GreenComp",
    "lifecomp": "LifeComp",
}


@dataclass(frozen=True, slots=True)
class Competence:
    """One competence: framework key, title of its area, own title."""

    framework: str
    area: str
    title: str


@lru_cache(maxsize=1)
def competences() -> tuple[Competence, ...]:
    """Give all 57 competences in the order of their frameworks."""
    content = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Competence(framework, area["en"], title)
        for framework, part in content.items()
        for area in part["areas"]
        for title in area["c"]
    )
