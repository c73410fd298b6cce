"""At night: do counters, holds and states agree? What is provably wrong is mended; the organisers hear of it."""

from collections import Counter as Bag
from typing import Any

from koinon.events.actions import counting, places
from koinon.events.models import Event
from koinon.events.notices import waiting as notices
from koinon.events.queries import places as queries
from koinon.kit.verbs import Actor, only_machine, verb


@verb(
    "events.places_counted", rule=only_machine, then=notices.reconciled,
    counts=lambda result: {kind: number for kind, number, _facts in result.found if kind != "overfull"},
)  # fmt: skip
def reconcile(*, by: Actor, event: Event) -> Event:
    """Counters follow from holds, holds from who has a place under which rules: that much is proof, and is mended.

    Where more people have a place than there are, nothing proves who should lose it: it is only told. `found` on the
    result says what was: (kind, number, facts).
    """
    held = places.hold(event)
    room = queries.room(held)
    ought = counting.right(room)
    wrong = counting.wrong(room, ought)
    found = Bag({"dropped": len(wrong.drop), "put": len(wrong.put), "counters": len(wrong.counters)})
    if wrong:
        counting.mend(room, wrong)
    said: list[tuple[str, int, dict[str, Any]]] = [(kind, number, {}) for kind, number in found.items() if number]
    for (quota, _bucket), most, taken in ought.overfull:
        said.append(("overfull", taken - most, {"quota": room.quotas[quota], "most": most, "taken": taken}))
    if offered := len(places.move_up(held)):
        said.append(("offered", offered, {}))
    held.found = said  # type: ignore[attr-defined]
    return held
