"""The 17 Sustainable Development Goals: number, colour, short title in 19 languages. United Nations."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "sdg.json"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: number 1-17, its official colour ("#E5243B"), short titles by language code."""

    number: int
    colour: str
    titles: dict[str, str]

    def title(self, language: str) -> str:
        """Say the goal in `language` (any tag; "no" is read as Bokmål), in English where it has no title."""
        code = language.replace("_", "-").split("-")[0].lower()
        return self.titles.get("nb" if code in {"no", "nn"} else code, self.titles["en"])


@lru_cache(maxsize=1)
def goals() -> tuple[Goal, ...]:
    """Give the goals in order."""
    content = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Goal(each["number"], each["colour"], each["title"]) for each in content["goals"])


def goal(number: int) -> Goal:
    """Find one goal; raises IndexError outside 1-17."""
    if not 1 <= number <= 17:
        raise IndexError(number)
    return goals()[number - 1]
