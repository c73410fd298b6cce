"""Bridges: at most ten proposals a week to the coordinator, who introduces, sets aside, and sees what came of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.actions import introductions
from koinon.matching.models import BRIDGE_STEPS, PER_WEEK, Bridge
from koinon.matching.notices import bridges as notices
from koinon.matching.rules import ties as rules
from koinon.network.models import Network

OPEN_FOR = timedelta(weeks=4)
WHY = 300
NOT_COORDINATOR = gettext_lazy("Only a coordinator of the network who belongs to neither side may do this.")


@verb(
    "matching.bridges_proposed", rule=only_machine, then=notices.proposed, counts=lambda made: {"bridges": len(made[1])}
)
def propose(*, by: Actor, network: Network, found: Sequence[dict[str, Any]]) -> tuple[Network, list[Bridge]]:
    """Write this week's proposals into the slots that are free; ten in a week, whoever asks how often.

    `found`: sort, one, other (ids, the lower first), cluster_of_one, cluster_of_other (ids or None), reasons.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bridges:{network.pk}"])
    week = monday(date.today())
    taken = set(Bridge.objects.filter(network=network, week=week).values_list("slot", flat=True))
    free = [slot for slot in range(1, PER_WEEK + 1) if slot not in taken]
    open_pairs = set(Bridge.objects.filter(network=network, state="proposed").values_list("one", "other"))
    fresh = [each for each in found if (each["one"], each["other"]) not in open_pairs]
    rows = [
        Bridge(
            network=network, week=week, slot=slot, sort=each["sort"], one_id=each["one"], other_id=each["other"],
            cluster_of_one_id=each["cluster_of_one"], cluster_of_other_id=each["cluster_of_other"],
            reasons=each["reasons"],
        )
        for slot, each in zip(free, fresh, strict=False)
    ]  # fmt: skip
    return network, Bridge.objects.bulk_create(rows)


@verb("matching.bridge_built", rule=rules.may_build, refusal=NOT_COORDINATOR)
def build(*, by: Actor, bridge: Bridge, reason: str) -> Bridge:
    """Introduce the two, with a reason that both read; they answer in private as in every introduction."""
    row = Bridge.objects.select_for_update().select_related("network", "one", "other").get(pk=bridge.pk)
    made = introductions.broker(
        by=by, network=row.network, one=row.one, other=row.other, reason=reason, origin="bridge"
    )
    BRIDGE_STEPS.move(row, "introduced", introduction=made, moved_at=timezone.now())
    return row


@verb("matching.bridge_set_aside", rule=rules.may_build, refusal=NOT_COORDINATOR)
def set_aside(*, by: Actor, bridge: Bridge, why: str) -> Bridge:
    """Not a good idea, because …; the pair is not proposed again. Nobody is told."""
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    BRIDGE_STEPS.move(bridge, "aside", why_aside=said, moved_at=timezone.now())
    return bridge


@verb("matching.bridge_taken_back", rule=rules.may_build, refusal=NOT_COORDINATOR)
def take_back(*, by: Actor, bridge: Bridge) -> Bridge:
    """Look at it again."""
    BRIDGE_STEPS.move(bridge, "proposed", why_aside="", moved_at=timezone.now())
    return bridge


@verb("matching.bridge_lapsed", rule=only_machine)
def lapse(*, by: Actor, bridge: Bridge) -> Bridge:
    """Four weeks have passed: it makes room in the list."""
    BRIDGE_STEPS.move(bridge, "lapsed", moved_at=timezone.now())
    return bridge


def monday(day: date) -> date:
    """The first day of its ISO week."""
    return day - timedelta(days=day.weekday())
