"""Room: the quotas of an event with their counters, who needs which of them, and how much of each is free."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from koinon.events.engine import places as engine
from koinon.events.engine.houses import spelled
from koinon.events.models import WHOLE, Counter, Event, EventQuota, Registration, Spelling

NAMES = UUID("5f0f4f0e-6a53-4e35-9c0a-1a2c0c5f8b11")
"""In this space of names an organisation that is only written down is counted by how it is spelled (engine.houses)."""


__all__ = ["WHOLE", "Room", "bucket_of", "line", "room", "rule_of", "who"]


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
        return engine.needs(self.rules, who(registration, self.spellings))

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
        rules = self.rules
        waiting = [engine.Waiting(each.pk, each.units, engine.needs(rules, who(each, self.spellings))) for each in line]
        keys = {key for each in waiting for key in each.needs}
        free, most = {key: self.free(key) for key in keys}, {key: self.most(key) for key in keys}
        return engine.served(waiting, free, most)


def room(event: Event) -> Room:
    """Two questions, whatever the number of quotas; one more where organisations are counted apart."""
    quotas = {each.pk: each for each in EventQuota.objects.filter(event=event).select_related("event")}
    counters = {(each.quota_id, each.bucket): each for each in Counter.objects.filter(quota__in=quotas)}
    return Room(event, quotas, counters, _spellings_of(event, quotas.values()))


def rule_of(quota: EventQuota) -> engine.Rule:
    return engine.Rule(quota.pk, quota.rule, quota.places, quota.facts)


def who(registration: Registration, spellings: Mapping[str, Spelling] = NO_SPELLINGS) -> engine.Who:
    """What quotas may ask about a registration; its organisation and choices are best fetched before."""
    home = registration.organisation
    chosen = frozenset(each.pk for each in registration.chosen.all())
    return engine.Who(
        units=registration.units, house=_house(registration, spellings), kind=home.kind if home else "",
        country=registration.country or (home.country if home else ""), gender=registration.gender,
        is_guest=registration.person_id is None, chosen=chosen,
    )  # fmt: skip


def line(event: Event) -> list[Registration]:
    """The waiting list in its order, with what quotas ask about."""
    rows = Registration.objects.filter(event=event).in_line()
    return list(rows.select_related("organisation").prefetch_related("chosen"))


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
