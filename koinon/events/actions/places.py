"""Places: taken all together or not at all, given back, offered to who waits. What verbs do inside their transaction.

Order of locks, everywhere: the event's row (`hold`), its counters by id, then registrations. Counters refuse one too
many by themselves; the event's row is held so that nobody looks for a place while another is giving one back.
"""

from contextlib import nullcontext
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.events.engine.places import Key, Served
from koinon.events.models import (
    REGISTRATION_STEPS,
    Counter,
    Event,
    EventQuota,
    Hold,
    Overtaking,
    Registration,
)
from koinon.events.notices import waiting as notices
from koinon.events.queries import places as queries
from koinon.kit import jobs
from koinon.kit.prepared import Prepared


class _Full(Exception):  # noqa: N818  (it reads as a sentence)
    """A counter had no room: what was taken in this attempt is given back."""

    def __init__(self, quota: UUID) -> None:
        self.quota = quota


def hold(event: Event) -> Event:
    """The event's row, held until the transaction ends: who comes and who leaves come one after the other.

    Call it before anything else in a verb that moves a registration. Rows that only name the event do not wait.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is held in a transaction.")
    held = _by_id.first(event=event.pk)
    if held is None:
        raise Event.DoesNotExist
    return held


_by_id: Prepared[Event] = Prepared(
    lambda event: (
        Event.objects.filter(pk=event)
        .select_related("organisation", "network")
        .select_for_update(of=("self",), no_key=True)
    )
)


def take(registration: Registration) -> EventQuota | None:
    """All units of all counters that apply, or nothing and the quota that is full. The queue is not looked at."""
    room = queries.room(hold(registration.event))
    return _take(room, registration)


def free(registration: Registration) -> None:
    """Give back whatever it holds; the caller says what becomes of it, and then `move_up(event)`."""
    hold(registration.event)
    holds = {each.counter_id: each for each in Hold.objects.filter(registration=registration)}
    for counter in Counter.objects.select_for_update().filter(pk__in=holds).order_by("pk"):
        _give_back(counter.pk, holds[counter.pk].units)
    Hold.objects.filter(registration=registration).delete()


def exchange(registration: Registration) -> EventQuota | None:
    """After other units, another organisation or other choices were saved: hold what they need now.

    None when it holds that; else the quota that is full (or for which others wait), and all is as it was.
    """
    event = hold(registration.event)
    room = queries.room(event)
    if _has_enough(room, registration):
        return None
    before = set(Hold.objects.filter(registration=registration).values_list("counter", "units"))
    try:
        with transaction.atomic():
            free(registration)
            room = queries.room(event)
            if quota := _take(room, registration):
                raise _Full(quota.pk)
            waited_for = _waited_for(room, registration)
            held = Hold.objects.filter(registration=registration).select_related("counter")
            for each in held:
                is_more = not any(counter == each.counter_id and units >= each.units for counter, units in before)
                if is_more and (each.counter.quota_id, each.counter.bucket) in waited_for:
                    raise _Full(each.counter.quota_id)
    except _Full as full:
        return EventQuota.objects.select_related("event").get(pk=full.quota)
    return None


def settle(registration: Registration, state: str | None = None, *, new_in: Event | None = None) -> Registration:
    """From any pending state: confirmed with its places, or on the waiting list. `state="waiting"`: there in any case.

    `new_in`: the held event in which the row was made in this transaction, so that nobody can have changed either.
    Nobody overtakes those who wait for the same; who gets in by another quota leaves a line that says so.
    """
    room = queries.room(new_in or hold(registration.event))
    registration = registration if new_in else _fresh(room, registration)
    _must_be_possible(room, registration)
    now = timezone.now()
    registration.queued_at = now
    line = sorted([*queries.line(room.event), registration], key=_turn)
    given = None if state == "waiting" else next((s for s in room.served(line) if s.id == registration.pk), None)
    if given is not None and _take(room, registration) is None:
        REGISTRATION_STEPS.move(registration, "confirmed", moved_at=now, due_at=None, queued_at=None)
        _remember(registration, given)
    else:
        REGISTRATION_STEPS.move(registration, "waiting", moved_at=now, due_at=None, queued_at=now)
    return registration


def move_up(event: Event) -> list[Registration]:
    """Offer what is free to those who wait, in their order; they are told, and have until `due_at` to accept."""
    held = hold(event)
    now = timezone.now()
    if held.state not in ("open", "closed") or held.starts_at <= now:
        return []
    room = queries.room(held)
    offered: list[Registration] = []
    for given in room.served(queries.line(held)):
        row = _at_hand(given.id)
        if row is None or (row.state == "waiting" and _take(room, row) is not None):
            jobs.later(offer_again, once=f"events.offer_again:{held.pk}", delay=1, event=str(held.pk))
            break  # somebody is changing this very registration: nobody behind it overtakes meanwhile
        if row.state == "waiting":
            REGISTRATION_STEPS.move(row, "offered", moved_at=now, due_at=due(held, now))
            _remember(row, given)
            offered.append(row)
    for row in offered:
        notices.offered(row)
    return offered


def due(event: Event, now: datetime) -> datetime:
    """Until when an offer holds: the hours that the event gives, at most until it begins."""
    return min(now + timedelta(hours=event.offer_hours), event.starts_at)


@jobs.task("events.offer_again")
def offer_again(event: str) -> None:
    """Once more, after a registration was in somebody else's hands when its turn came."""
    from koinon.events.actions.waiting import offer_free
    from koinon.kit.verbs import machine

    row = Event.objects.filter(pk=UUID(event)).first()
    if row is not None:
        offer_free(by=machine("places"), event=row)


def _has_enough(room: queries.Room, registration: Registration) -> bool:
    """What they hold already is all they need: what they need no more is given back, and nothing else is asked.

    So who has a place in an organisation that has too many may still change what they said.
    """
    held = {(each.counter.quota_id, each.counter.bucket): each for each in _held(registration)}
    needed, units = room.needs(registration), registration.units
    if any(key not in held or held[key].units < units for key in needed):
        return False
    for key, each in held.items():
        if key not in needed:
            _give_back(each.counter_id, each.units)
            each.delete()
        elif each.units > units:
            _give_back(each.counter_id, each.units - units)
            Hold.objects.filter(pk=each.pk).update(units=units)
    return True


def _held(registration: Registration) -> list[Hold]:
    """In the order in which counters are locked."""
    return list(Hold.objects.filter(registration=registration).select_related("counter").order_by("counter"))


def _give_back(counter: UUID, units: int) -> None:
    left = F("taken") - units
    Counter.objects.filter(pk=counter).update(taken=Greatest(left, 0), over=Greatest(left - F("capacity"), 0))


def _take(room: queries.Room, registration: Registration) -> EventQuota | None:
    keys = room.needs(registration)
    _make_missing(room, keys)
    ids = {room.counters[key].pk: key for key in keys}
    units = registration.units
    try:
        with transaction.atomic() if len(ids) > 1 else nullcontext():  # of one counter there is nothing to take back
            for counter in sorted(ids):
                rows = Counter.objects.filter(pk=counter, taken__lte=F("capacity") - units)
                if not rows.update(taken=F("taken") + units):
                    raise _Full(ids[counter][0])
            Hold.objects.bulk_create(Hold(registration=registration, counter_id=each, units=units) for each in ids)
    except _Full as full:
        return room.quotas[full.quota]
    for key in keys:
        room.counters[key].taken += units
    return None


def _make_missing(room: queries.Room, keys: frozenset[Key]) -> None:
    """A quota of each organisation has a counter for one as soon as somebody of it asks."""
    missing = [key for key in sorted(keys) if key not in room.counters]
    if missing:
        Counter.objects.bulk_create(
            [Counter(quota_id=quota, bucket=bucket, capacity=room.most((quota, bucket))) for quota, bucket in missing],
            ignore_conflicts=True,
        )
        room.counters |= queries.room(room.event).counters


def _must_be_possible(room: queries.Room, registration: Registration) -> None:
    """More than there are at all is refused beside the field, rather than waiting for ever."""
    most = min((room.most(key) for key in room.needs(registration)), default=registration.units)
    if 0 < most < registration.units:
        raise ValidationError({"units": [_("There are only %(most)s places for you here.") % {"most": most}]})


def _waited_for(room: queries.Room, registration: Registration) -> set[Key]:
    """Counters that somebody in line needs and has no room in."""
    found: set[Key] = set()
    for each in queries.line(room.event):
        needs = room.needs(each)
        if each.pk != registration.pk and all(room.most(key) >= each.units for key in needs):
            found |= {key for key in needs if room.free(key) < each.units}
    return found


def _remember(registration: Registration, given: Served) -> None:
    if given.passed:
        quotas = sorted({quota for quota, _bucket in given.past})
        Overtaking.objects.create(registration=registration, quotas=quotas, others=given.passed)


def _turn(registration: Registration) -> tuple[int, datetime, UUID]:
    assert registration.queued_at is not None
    return (-registration.priority, registration.queued_at, registration.pk)


def _fresh(room: queries.Room, registration: Registration) -> Registration:
    """What quotas ask about, as it is saved: choices and the organisation may have changed since the row was read."""
    registration.refresh_from_db(from_queryset=Registration.objects.select_related("person", "organisation"))
    registration._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    registration.event = room.event
    return registration


def _at_hand(key: UUID) -> Registration | None:
    """The row, locked; None while somebody else has it in their hands."""
    rows = Registration.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("event", "person", "organisation").filter(pk=key).first()
