"""What counters and holds ought to be, from who has a place; and what is wrong with those that are there: pure."""

from collections import Counter as Bag
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from koinon.events.engine.places import Key, Rule, Waiting, capacity, everybody

Held = tuple[UUID, Key]
"""(registration, counter)"""


@dataclass
class Sum:
    """What ought to be: units of each hold, and (capacity, taken) of each counter."""

    holds: dict[Held, int] = field(default_factory=dict)
    counters: dict[Key, tuple[int, int]] = field(default_factory=dict)

    @property
    def overfull(self) -> list[tuple[Key, int, int]]:
        """Counters with more people than places: (counter, places, taken)."""
        rows = sorted(self.counters.items())
        return [(key, most, taken) for key, (most, taken) in rows if taken > most]


@dataclass(frozen=True)
class Wrong:
    """What differs: holds to put and to take away, counters to set; nothing when all is right."""

    put: dict[Held, int]
    drop: list[Held]
    counters: dict[Key, tuple[int, int]]

    def __bool__(self) -> bool:
        return bool(self.put or self.drop or self.counters)


def counted(rules: Sequence[Rule], holding: Iterable[Waiting], known: Iterable[Key]) -> Sum:
    """From the rules and those who have a place; `known` counters are there even if nobody needs them now."""
    whole, found, taken = everybody(rules), Sum(), Bag[Key]()
    for each in holding:
        for key in each.needs:
            found.holds[each.id, key] = each.units
            taken[key] += each.units
    capacities = {rule.id: capacity(rule, whole) for rule in rules}
    for key in {*known, *taken}:
        found.counters[key] = (capacities[key[0]], taken[key])
    return found


def compared(
    right: Sum, holds: Mapping[Held, int], counters: Mapping[Key, tuple[int, int]], *,
    leave: frozenset[Key] = frozenset(),
) -> Wrong:  # fmt: skip
    """What is wrong with what is there. Counters in `leave` (overfull ones) are people's to decide, not ours."""
    put = {held: units for held, units in right.holds.items() if holds.get(held) != units and held[1] not in leave}
    drop = sorted(held for held in holds if held not in right.holds and held[1] not in leave)
    differ = {key: said for key, said in right.counters.items() if counters.get(key) != said and key not in leave}
    return Wrong(put, drop, differ)
