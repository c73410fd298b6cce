"""What counters and holds ought to be, from who has a place; and what is wrong with those that are there: pure."""

from collections import Counter as Bag
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from koinon.events.engine.places import Key, Rule, Waiting, capacity, everybody

Held = tuple[UUID, Key]
"""(registration, counter)"""
Count = tuple[int, int, int]
"""(capacity, taken, over): what a counter may hold, what it holds, and by how much that is too many."""


@dataclass
class Sum:
    """What ought to be: units of each hold, and (capacity, taken, over) of each counter."""

    holds: dict[Held, int] = field(default_factory=dict)
    counters: dict[Key, Count] = field(default_factory=dict)

    def overfull(self, known: Mapping[Key, int]) -> list[tuple[Key, int, int]]:
        """Counters with more people than places, by more than is `known`: (counter, places, taken)."""
        rows = sorted(self.counters.items())
        return [(key, most, taken) for key, (most, taken, over) in rows if over > known.get(key, 0)]


@dataclass(frozen=True)
class Wrong:
    """What differs: holds to put and to take away, counters to set; nothing when all is right."""

    put: dict[Held, int]
    drop: list[Held]
    counters: dict[Key, Count]

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
        most = capacities[key[0]]
        found.counters[key] = (most, taken[key], max(0, taken[key] - most))
    return found


def compared(right: Sum, holds: Mapping[Held, int], counters: Mapping[Key, Count]) -> Wrong:
    """What is wrong with what is there."""
    put = {held: units for held, units in right.holds.items() if holds.get(held) != units}
    drop = sorted(held for held in holds if held not in right.holds)
    differ = {key: said for key, said in right.counters.items() if counters.get(key) != said}
    return Wrong(put, drop, differ)
