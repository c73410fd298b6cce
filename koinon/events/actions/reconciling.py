"""At night: do counters, holds and states agree? What is provably wrong is mended; the organisers hear of it."""

from collections import Counter as Bag
from typing import Any

from koinon.events.actions import counting, places
from koinon.events.engine.counted import Wrong
from koinon.events.models import Event
from koinon.events.notices import waiting as notices
from koinon.events.queries import places as queries
from koinon.kit.verbs import Actor, only_machine, verb

Found = tuple[str, int, dict[str, Any]]


def told(result: Event) -> dict[str, int]:
    """What was found, added up by kind, for the chronicle."""
    found: Bag[str] = Bag()
    for kind, number, _facts in result.found:  # type: ignore[attr-defined]
        found[kind] += number
    return dict(found)


@verb("events.places_counted", rule=only_machine, then=notices.reconciled, counts=told)
def reconcile(*, by: Actor, event: Event) -> Event:
    """Counters follow from holds, holds from who has a place under which rules: that much is proof, and is mended.

    Where more people have a place than there are, nothing proves who should lose it: it is told, once, and nobody new
    takes one there. `found` on the result says what was: (kind, number, facts).
    """
    held = places.hold(event)
    wrong, over = mended(held)
    said: list[Found] = [
        (kind, len(rows), {})
        for kind, rows in (("dropped", wrong.drop), ("put", wrong.put), ("counters", wrong.counters))
        if rows
    ]
    return _offered(held, [*said, *over])


@verb("events.places_followed", rule=only_machine, then=notices.reconciled, counts=told)
def follow(*, by: Actor, event: Event) -> Event:
    """Two organisations became one, or two again: places are counted by the one that people come from now."""
    held = places.hold(event)
    _wrong, over = mended(held)
    return _offered(held, over)


def is_right(event: Event) -> bool:
    """Do counters and holds agree with who has a place?"""
    room = queries.room(event)
    return not counting.wrong(room, counting.right(room))


def mended(held: Event) -> tuple[Wrong, list[Found]]:
    """Counters and holds made right in the caller's transaction; what was wrong, and what is overfull since now."""
    room = queries.room(held)
    ought = counting.right(room)
    over: list[Found] = [
        ("overfull", taken - most, {"quota": room.quotas[quota], "most": most, "taken": taken})
        for (quota, _bucket), most, taken in ought.overfull(counting.known_over(room))
    ]
    wrong = counting.wrong(room, ought)
    if wrong:
        counting.mend(room, wrong)
    return wrong, over


def _offered(held: Event, found: list[Found]) -> Event:
    if offered := len(places.move_up(held)):
        found.append(("offered", offered, {}))
    held.found = found  # type: ignore[attr-defined]
    return held
