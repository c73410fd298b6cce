"""What a coordinator sees before, during and after a merge."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from koinon.kit.verbs import Actor
from koinon.network import rules
from koinon.network.engine import gazetteer
from koinon.network.models import Merge, MergeConsent, Network, Organisation
from koinon.network.queries.home import members

MOST = 20


def candidates(network: Network, one: Organisation, text: str) -> list[Organisation]:
    """Which other member it may be: what was typed, else the same web domain or a spelling in common. One query."""
    rows = members(network).exclude(pk=one.pk).select_related("place")
    if text.strip():
        keys = gazetteer.query_keys(text)
        asked = Q(pk=None)
        for key in keys:
            asked |= Q(keys__contains=key)
        return list(rows.filter(asked).order_by("slug")[:MOST])
    alike = Q(domain=one.domain) if one.domain else Q(pk=None)
    for key in [key for key in one.keys.strip("|").split("|") if len(key) > 3][:6]:
        alike |= Q(keys__contains=f"|{key}")
    return list(rows.filter(alike).order_by("slug")[:MOST])


def member(network: Network, slug: str) -> Organisation | None:
    """A member of the network today, by its address."""
    return members(network).filter(slug=slug).select_related("place").first() if slug else None


def of_network(me: Actor, network: Network) -> list[Merge]:
    """Merges that concern the network, newest first."""
    asked = MergeConsent.objects.filter(network=network).values("merge")
    rows = Merge.objects.visible_to(me).filter(Q(network=network) | Q(pk__in=asked))
    return list(rows.select_related("kept", "gone", "network", "person").defer("moved", "stays")[:100])


def page(me: Actor, merge: Merge, network: Network) -> dict[str, Any]:
    """One merge: who was asked, what may be done by this reader, in the name of this network."""
    consents = list(merge.consents.select_related("network", "person"))
    mine: list[UUID] = me.scopes("coordinator")
    open_one = next((row for row in consents if not row.answer and row.network_id in mine), None)
    runs = rules.may_run_merge(by=me, merge=merge)
    return {
        "merge": merge,
        "consents": consents,
        "to_answer": open_one if merge.state == Merge.State.ASKED else None,
        "may_undo": runs and merge.can_be_undone,
        "may_withdraw": merge.state == Merge.State.ASKED and merge.network_id in mine,
    }
