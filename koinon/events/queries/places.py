"""Room: the quotas of an event with their counters, who needs which of them, and how much of each is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from koinon.events.engine import places as engine
from koinon.events.models import WHOLE, Counter, Event, EventQuota, Registration

NAMES = UUID("5f0f4f0e-6a53-4e35-9c0a-1a2c0c5f8b11")
"""In this space of names an organisation that is only written down is counted by how it is written."""


__all__ = ["WHOLE", "Room", "line", "room", "rule_of", "who"]


@dataclass
class Room:
    """Quotas and counters of one event as they stand; made anew after the event is held (actions.places.hold)."""

    event: Event
    quotas: dict[UUID, EventQuota]
    counters: dict[engine.Key, Counter]

    @property
    def rules(self) -> list[engine.Rule]:
        return [rule_of(each) for each in self.quotas.values()]

    def needs(self, registration: Registration) -> frozenset[engine.Key]:
        return engine.needs(self.rules, who(registration))

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
        waiting = [engine.Waiting(each.pk, each.units, engine.needs(rules, who(each))) for each in line]
        keys = {key for each in waiting for key in each.needs}
        free, most = {key: self.free(key) for key in keys}, {key: self.most(key) for key in keys}
        return engine.served(waiting, free, most)


def room(event: Event) -> Room:
    """Two questions, whatever the number of quotas."""
    quotas = {each.pk: each for each in EventQuota.objects.filter(event=event).select_related("event")}
    counters = {(each.quota_id, each.bucket): each for each in Counter.objects.filter(quota__in=quotas)}
    return Room(event, quotas, counters)


def rule_of(quota: EventQuota) -> engine.Rule:
    return engine.Rule(quota.pk, quota.rule, quota.places, quota.facts)


def who(registration: Registration) -> engine.Who:
    """What quotas may ask about a registration; its organisation and choices are best fetched before."""
    home = registration.organisation
    chosen = frozenset(each.pk for each in registration.chosen.all())
    return engine.Who(
        units=registration.units, house=_house(registration), kind=home.kind if home else "",
        country=registration.country or (home.country if home else ""), gender=registration.gender,
        is_guest=registration.person_id is None, chosen=chosen,
    )  # fmt: skip


def line(event: Event) -> list[Registration]:
    """The waiting list in its order, with what quotas ask about."""
    rows = Registration.objects.filter(event=event).in_line()
    return list(rows.select_related("organisation").prefetch_related("chosen"))


def _house(registration: Registration) -> UUID | None:
    named = " ".join(registration.organisation_name.casefold().split())
    known = registration.organisation_id or registration.nominated_by_id
    return known or (uuid5(NAMES, named) if named else None)
