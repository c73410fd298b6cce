"""Nominations as the organisation that made them sees them, and as the coordinator who sends."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from koinon.events.models import Event, Registration
from koinon.events.queries.registering import TONES, turn_of
from koinon.events.rules.events import organises
from koinon.events.rules.registering import TAKEN_BACK
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Membership, Organisation


def homes(me: Actor) -> list[Organisation]:
    """Organisations I speak for, the one I act for first."""
    rows = Organisation.objects.filter(pk__in=voices(me), merged_into=None)
    return sorted(rows, key=lambda row: (row.pk != me.acting_for, str(row)))


def ours(event: Event, me: Actor) -> list[dict[str, Any]]:
    """Whom my organisations nominated for it, and whom all did for its organisers; two queries."""
    rows, mine = Registration.objects.filter(event=event).exclude(nominated_by=None), set(voices(me))
    if not organises(by=me, event=event):
        rows = rows.filter(nominated_by__in=mine)
    return [
        {"row": row, "tone": TONES.get(row.state, "waiting"), "turn": turn_of(row),
         "may_withdraw": row.nominated_by_id in mine and row.state in TAKEN_BACK}
        for row in rows.select_related("nominated_by").order_by("-pk")[:500]
    ]  # fmt: skip


def to_send(me: Actor) -> QuerySet[Registration]:
    """Nominations that wait for me as the coordinator of the network that sends.

    That is the event's network if the organisation belongs to it, else each network to which it belongs.
    """
    runs = me.scopes("coordinator")
    if not runs or not me.is_known:
        return Registration.objects.none()
    today = Membership.objects.active().filter(organisation=OuterRef("nominated_by"))
    in_its = Exists(today.filter(network=OuterRef("event__network")))
    in_mine = Exists(today.filter(network__in=runs))
    rows = Registration.objects.filter(Q(in_its, event__network__in=runs) | Q(~in_its, in_mine), state="sender")
    return rows.exclude(person=me.person)


def one_to_send(me: Actor, key: UUID) -> QuerySet[Registration]:
    rows = Registration.objects.filter(pk__in=to_send(me).values("pk"), pk=key)
    return rows.select_related("event__organisation", "event__network", "nominated_by", "person", "form")
