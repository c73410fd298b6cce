"""Did somebody attend enough? Pure, and the same sentence for the organiser and for who attended.

A check-out that is missing is neither nothing nor everything: those minutes are not counted, and if they could change
the answer, the answer is that somebody has to decide.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

State = Literal["earned", "open", "short", "absent", "nothing"]
"""earned: enough. open: a missing scan could make it enough. short: not enough. absent: was not seen. nothing: no
session counts."""


@dataclass(frozen=True)
class Part:
    """One session as it counts for somebody: its whole minutes, those attended, and whether a scan is missing."""

    length: int
    minutes: int = 0
    is_open: bool = False
    is_mandatory: bool = False
    name: str = ""

    @property
    def counted(self) -> int:
        return max(0, min(self.minutes, self.length))


@dataclass(frozen=True)
class Verdict:
    """The answer with its numbers: `minutes` of `required`, of which `needed` are enough; sessions in the way."""

    state: State
    minutes: int
    required: int
    needed: int
    percent: int
    missed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def is_earned(self) -> bool:
        return self.state == "earned"

    @property
    def share(self) -> int:
        """Percent of the required minutes, rounded down: 100 is only said when it is all of them."""
        return self.minutes * 100 // self.required if self.required else 0


def needed(required: int, percent: int) -> int:
    """The least whole minutes that are this share."""
    return -(-required * percent // 100)


def judge(parts: Iterable[Part], percent: int) -> Verdict:
    """The rule: enough of the required minutes, and every mandatory session attended."""
    found = list(parts)
    required = sum(part.length for part in found)
    minutes = sum(part.counted for part in found)
    enough = needed(required, percent)
    missed = tuple(part.name for part in found if part.is_mandatory and not part.counted and not part.is_open)
    undecided = tuple(part.name for part in found if part.is_mandatory and not part.counted and part.is_open)
    gaps = tuple(part.name for part in found if part.is_open)
    could = sum(part.length if part.is_open else part.counted for part in found)
    state: State
    if not required:
        state = "nothing"
    elif minutes >= enough and not missed and not undecided:
        state = "earned"
    elif gaps and could >= enough and not missed:
        state = "open"
    else:
        state = "short" if minutes or gaps else "absent"
    return Verdict(state, minutes, required, enough, percent, missed, gaps)


def sentence(verdict: Verdict, words: Mapping[str, Any], listed: Callable[[Iterable[str]], str]) -> str:
    """Why it is so, in words (koinon.events.queries.presence.WORDS); `listed` joins names as the language does."""
    facts = {
        "minutes": verdict.minutes, "required": verdict.required, "needed": verdict.needed, "percent": verdict.percent,
        "share": verdict.share, "missed": listed(verdict.missed), "open": listed(verdict.open),
    }  # fmt: skip
    key = "missed" if verdict.state in ("short", "absent") and verdict.missed and verdict.minutes else verdict.state
    return str(words[key]) % facts


def minutes_of(starts: datetime, ends: datetime) -> int:
    """Whole minutes between two moments."""
    return max(0, int((ends - starts).total_seconds()) // 60)
