"""Counters and holds made anew from who has a place: when rules change, and at night, to see that they still agree."""

from collections.abc import Mapping

from koinon.events.engine.counted import Held, Sum, Wrong, compared, counted
from koinon.events.engine.places import Key, Waiting
from koinon.events.models import HOLDING, Counter, Event, Hold, Registration
from koinon.events.queries import places as queries


def known_over(room: queries.Room) -> dict[Key, int]:
    """By how much counters are known to be overfull: nobody is told twice, and no rule is refused for it."""
    return {key: each.over for key, each in room.counters.items()}


def right(room: queries.Room) -> Sum:
    """What ought to be, from the rules and the people."""
    rows = Registration.objects.filter(event=room.event, state__in=HOLDING)
    people = rows.select_related("organisation").prefetch_related("chosen").order_by("pk")
    holding = [Waiting(each.pk, each.units, room.needs(each)) for each in people]
    single = [(key, queries.WHOLE) for key, quota in room.quotas.items() if quota.rule != "each"]
    return counted(room.rules, holding, [*single, *room.counters])


def wrong(room: queries.Room, ought: Sum) -> Wrong:
    """What is not as it ought to be."""
    there = {key: (each.capacity, each.taken, each.over) for key, each in room.counters.items()}
    return compared(ought, _holds(room.event), there)


def mend(room: queries.Room, found: Wrong) -> None:
    """Make it so, counters in the order of their ids. Who is one too many stays, and it is written beside (`over`)."""
    Counter.objects.bulk_create(
        [
            Counter(quota_id=quota, bucket=bucket, capacity=capacity)
            for (quota, bucket), (capacity, _taken, _over) in sorted(found.counters.items())
            if (quota, bucket) not in room.counters
        ],
        ignore_conflicts=True,
    )
    fresh = {(each.quota_id, each.bucket): each for each in _counters(room.event)}
    for key, counter in fresh.items():
        if key in found.counters:
            capacity, taken, over = found.counters[key]
            Counter.objects.filter(pk=counter.pk).update(capacity=capacity, taken=taken, over=over)
    _mend_holds(found, {key: each for key, each in fresh.items()})


def _mend_holds(found: Wrong, counters: Mapping[Key, Counter]) -> None:
    for registration, key in [*found.drop, *found.put]:
        Hold.objects.filter(registration=registration, counter__quota=key[0], counter__bucket=key[1]).delete()
    Hold.objects.bulk_create(
        Hold(registration_id=registration, counter=counters[key], units=units)
        for (registration, key), units in found.put.items()
    )


def _counters(event: Event) -> list[Counter]:
    return list(Counter.objects.select_for_update().filter(quota__event=event).order_by("pk"))


def _holds(event: Event) -> dict[Held, int]:
    rows = Hold.objects.filter(counter__quota__event=event).select_related("counter")
    return {(each.registration_id, (each.counter.quota_id, each.counter.bucket)): each.units for each in rows}
