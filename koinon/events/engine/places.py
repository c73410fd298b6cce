"""Who fits which quota, how many places follow from what was said, and whose turn it is: pure, over plain data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

WHOLE = UUID(int=0)
Key = tuple[UUID, UUID]
"""(quota, bucket): one counter."""


@dataclass(frozen=True)
class Rule:
    """A quota as it was said; `facts` as in models.places, with "percent" where a share was said."""

    id: UUID
    rule: str
    places: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Who:
    """What quotas may ask about somebody. `house`: their organisation, or one that stands for its name alone."""

    units: int = 1
    house: UUID | None = None
    kind: str = ""
    country: str = ""
    gender: str = ""
    is_guest: bool = False
    chosen: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """Somebody in line: how many units of which counters they need."""

    id: UUID
    units: int
    needs: frozenset[Key]


@dataclass(frozen=True)
class Served:
    """Somebody who gets a place, and what those wait for whom they pass by, because they do not need it themselves."""

    id: UUID
    passed: int
    past: frozenset[Key]


def fits(facts: Mapping[str, Any], who: Who) -> bool:
    """Whoever fits all that is said fits."""
    if (guests := facts.get("guests")) is not None and who.is_guest is not bool(guests):
        return False
    asked = (("countries", who.country), ("kinds", who.kind), ("genders", who.gender))
    return all(not facts.get(name) or said in facts[name] for name, said in asked)


def bucket(rule: Rule, who: Who) -> UUID | None:
    """Which counter of the rule counts them; None when it does not ask about them."""
    if rule.rule == "all":
        return WHOLE
    if rule.rule == "chosen":
        return WHOLE if rule.id in who.chosen else None
    if rule.rule == "each":
        return who.house
    return WHOLE if fits(rule.facts, who) is (rule.rule == "most") else None


def needs(rules: Iterable[Rule], who: Who) -> frozenset[Key]:
    """The counters of which they take units. Places kept for others are places that they themselves may not take."""
    found = ((rule.id, bucket(rule, who)) for rule in rules)
    return frozenset((rule, each) for rule, each in found if each is not None)


def everybody(rules: Iterable[Rule]) -> int | None:
    """Places for everybody together; None when nobody said."""
    return next((rule.places for rule in rules if rule.rule == "all"), None)


def said(rule: Rule, whole: int | None) -> int:
    """Places as a number: a share of all is rounded up where places are kept, down where they are at most so many."""
    percent = int(rule.facts.get("percent") or 0)
    if not percent or whole is None:
        return rule.places
    return -(-whole * percent // 100) if rule.rule == "kept" else whole * percent // 100


def capacity(rule: Rule, whole: int | None) -> int:
    """What each of its counters may hold: of places that are kept, what is left for the others."""
    number = said(rule, whole)
    return max(0, (whole or 0) - number) if rule.rule == "kept" else number


def served(line: Sequence[Waiting], free: Mapping[Key, int], most: Mapping[Key, int]) -> list[Served]:
    """Who gets a place now, in the order of the line.

    Nobody overtakes somebody who waits for a counter that they need too, even if their own wish is smaller. Whoever
    does not need what the others wait for gets in by another quota, and it is kept whom they passed. Who wants more
    than there will ever be blocks nobody.
    """
    left, stuck, behind, found = dict(free), set[Key](), 0, list[Served]()
    for each in line:
        short = {key for key in each.needs if left.get(key, 0) < each.units}
        if short or each.needs & stuck:
            if all(most.get(key, 0) >= each.units for key in each.needs):
                stuck |= short
                behind += 1
            continue
        for key in each.needs:
            left[key] = left.get(key, 0) - each.units
        found.append(Served(each.id, behind, frozenset(stuck)))
    return found
