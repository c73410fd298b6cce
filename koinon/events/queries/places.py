"""Room: the quotas of an event with their counters, who needs which of them, and how much of each is free."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db.models import prefetch_related_objects

from koinon.events.engine import places as engine
from koinon.events.engine.houses import spelled
from koinon.events.models import WHOLE, Counter, Event, EventQuota, Registration, Spelling
from koinon.kit.prepared import Prepared

NAMES = UUID("5f0f4f0e-6a53-4e35-9c0a-1a2c0c5f8b11")
"""In this space of names an organisation that is only written down is counted by how it is spelled (engine.houses)."""


__all__ = ["WHOLE", "Room", "bucket_of", "line", "quotas_of", "room", "rule_of", "who"]


NO_SPELLINGS: Mapping[str, Spelling] = {}


@dataclass
class Room:
    """Quotas and counters of one event as they stand; made anew after the event is held (actions.places.hold)."""

    event: Event
    quotas: dict[UUID, EventQuota]
    counters: dict[engine.Key, Counter]
    spellings: Mapping[str, Spelling] = field(default_factory=dict)

    @property
    def rules(self) -> list[engine.Rule]:
        return [rule_of(each) for each in self.quotas.values()]

    def needs(self, registration: Registration) -> frozenset[engine.Key]:
        return engine.needs(self.rules, who(registration, self.spellings, chooses=self.chooses))

    @property
    def chooses(self) -> bool:
        """Whether there are parts to choose: else nobody's choice is asked for."""
        return any(each.rule == "chosen" for each in self.quotas.values())

    def most(self, key: engine.Key) -> int:
        """How many units the counter may hold; one that was not needed yet holds what its rule says."""
        counter = self.counters.get(key)
        rules = self.rules
        return counter.capacity if counter else engine.capacity(rule_of(self.quotas[key[0]]), engine.everybody(rules))

    def free(self, key: engine.Key) -> int:
        counter = self.counters.get(key)
        return counter.capacity - counter.taken if counter else self.most(key)

    def served(self, line: Iterable[Registration]) -> list[engine.Served]:
        """Who of the line gets a place now."""
        waiting = [engine.Waiting(each.pk, each.units, self.needs(each)) for each in line]
        keys = {key for each in waiting for key in each.needs}
        free, most = {key: self.free(key) for key in keys}, {key: self.most(key) for key in keys}
        return engine.served(waiting, free, most)


def room(event: Event) -> Room:
    """Two questions, whatever the number of quotas; one more where organisations are counted apart."""
    quotas = {each.pk: each for each in quotas_of(event)}
    counters = {(each.quota_id, each.bucket): each for each in _counters(event=event.pk)}
    return Room(event, quotas, counters, _spellings_of(event, quotas.values()))


def quotas_of(event: Event) -> list[EventQuota]:
    """Its rules about places, in their order."""
    rows = _quotas(event=event.pk)
    for row in rows:
        row.event = event
    return rows


_quotas: Prepared[EventQuota] = Prepared(lambda event: EventQuota.objects.filter(event=event).order_by("order", "pk"))
_counters: Prepared[Counter] = Prepared(lambda event: Counter.objects.filter(quota__event=event))


def rule_of(quota: EventQuota) -> engine.Rule:
    return engine.Rule(quota.pk, quota.rule, quota.places, quota.facts)


def who(
    registration: Registration, spellings: Mapping[str, Spelling] = NO_SPELLINGS, *, chooses: bool = True
) -> engine.Who:
    """What quotas may ask about a registration; its organisation and choices are best fetched before."""
    home = registration.organisation
    chosen = frozenset(each.pk for each in registration.chosen.all()) if chooses else frozenset()
    return engine.Who(
        units=registration.units, house=_house(registration, spellings), kind=home.kind if home else "",
        country=registration.country or (home.country if home else ""), gender=registration.gender,
        is_guest=registration.person_id is None, chosen=chosen,
    )  # fmt: skip


def line(event: Event) -> list[Registration]:
    """The waiting list in its order, with what quotas ask about."""
    rows = _line(event=event.pk)
    prefetch_related_objects(rows, "chosen")
    return rows


_line: Prepared[Registration] = Prepared(
    lambda event: Registration.objects.filter(event=event).in_line().select_related("organisation")
)


def bucket_of(form: str, spellings: Mapping[str, Spelling]) -> UUID:
    """Where a spelling is counted: as what the organisers said it is, else by itself."""
    row = spellings.get(form)
    if row is None:
        return uuid5(NAMES, form)
    return row.organisation_id or uuid5(NAMES, spelled(row.name))


def _spellings_of(event: Event, quotas: Iterable[EventQuota]) -> dict[str, Spelling]:
    if all(each.rule != "each" for each in quotas):
        return {}
    return {each.spelled: each for each in Spelling.objects.filter(event=event)}


def _house(registration: Registration, spellings: Mapping[str, Spelling]) -> UUID | None:
    if known := registration.organisation_id or registration.nominated_by_id:
        return known
    form = spelled(registration.organisation_name)
    return bucket_of(form, spellings) if form else None
