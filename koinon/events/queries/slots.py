"""Days that hosts of a study visit offer: with their programme, languages, and how many places are left."""

from dataclasses import dataclass

from koinon.events.models import ENDED, Event, Registration, VisitSlot
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Membership, Organisation

TAKEN = ("offered", "confirmed", "attended", "missed")


@dataclass(frozen=True)
class Offered:
    """One offer as its page shows it; `left` places are free."""

    slot: VisitSlot
    left: int
    taken: int


def offered(event: Event) -> list[Offered]:
    """All days that are offered now. Two queries."""
    rows = (
        event.slots.filter(state="offered").select_related("host", "quota__event").prefetch_related("quota__counters")
    )
    return [_offered(row) for row in rows.order_by("starts_on", "pk")]


def mine(event: Event, me: Actor) -> list[Offered]:
    """What my organisations offer, taken back ones too."""
    rows = event.slots.filter(host__in=voices(me)).select_related("host", "quota__event")
    return [_offered(row) for row in rows.prefetch_related("quota__counters").order_by("starts_on", "pk")]


def hosts(event: Event, me: Actor, *, organises: bool) -> list[Organisation]:
    """In whose name the reader may offer days: organisers for each member of the network, others for their own."""
    if event.kind != "study_visit":
        return []
    rows = Organisation.objects.filter(pk=event.organisation_id)
    if event.network_id:
        members = Membership.objects.active().filter(network=event.network_id)
        rows = Organisation.objects.filter(pk__in=members.values("organisation")) | rows
    if not organises:
        rows = rows.filter(pk__in=voices(me))
    return list(rows.distinct().order_by("slug")[:500])


def choosing(slot: VisitSlot) -> int:
    """How many people have chosen these days and are still in."""
    rows = Registration.objects.filter(chosen=slot.quota_id)
    return rows.exclude(state__in=ENDED).count()


def _offered(row: VisitSlot) -> Offered:
    counters = list(row.quota.counters.all())
    taken = sum(each.taken for each in counters)
    return Offered(row, max(row.quota.places - taken, 0), taken)
