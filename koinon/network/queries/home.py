"""Figures and faces of networks, in a fixed number of queries."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FloatField, Q, QuerySet
from django.db.models.expressions import CombinedExpression, Value
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit import search
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor
from koinon.network import seams
from koinon.network.models import Membership, Network, Organisation
from koinon.network.queries.directory import KIND

NEWEST = 6
NEAREST = 5
DEGREES = 4.0
YOUNG = timedelta(days=30)


def cards(me: Actor) -> list[dict[str, Any]]:
    """Networks this reader may see, with purpose and how many belong. Three queries."""
    networks = list(Network.objects.visible_to(me).order_by("-is_public", "founded_at", "pk"))
    counts = figures_of([network.pk for network in networks])
    language = (get_language() or "en")[:2]
    readings = texts.of_many(networks, "purpose", language) if networks else {}
    return [
        {"network": row, "purpose": readings[row.pk], "is_mine": row.pk in me.roles, **counts[row.pk]}
        for row in networks
    ]


def figures_of(networks: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Members and their countries today, for each network, as the directory counts them: one query.

    A network whose directory was never written is counted member by member: one query more.
    """
    keys = list(networks)
    kept = search.totals(keys)
    found = {key: kept[key, KIND] for key in keys if (key, KIND) in kept}
    if fresh := [key for key in keys if key not in found]:
        found |= _counted(fresh)
    return {key: dict(zip(("members", "countries"), found.get(key, (0, 0)), strict=True)) for key in keys}


def _counted(networks: list[UUID]) -> dict[UUID, tuple[int, int]]:
    countries = Count("organisation__country", distinct=True, filter=~Q(organisation__country=""))
    rows = Membership.objects.active().filter(network__in=networks).order_by().values_list("network")
    return {key: (members, lands) for key, members, lands in rows.annotate(members=Count("pk"), lands=countries)}


def figures(network: Network) -> list[seams.Figure]:
    """What stands in big numbers on a network's page: ours, then what apps above lend."""
    counts = figures_of([network.pk])[network.pk]
    own = [seams.Figure(counts["members"], _("Members")), seams.Figure(counts["countries"], _("Countries"))]
    return own + [figure for lent in seams.network_figures.gather(network) for figure in lent]


def newest(network: Network) -> list[Membership]:
    """Who came last, in the order in which they were written down. One query."""
    rows = Membership.objects.active().filter(network=network).select_related("organisation__place")
    return list(rows.order_by("-id")[:NEWEST])


def nearby(network: Network, me: Actor) -> list[Organisation]:
    """Members close to the organisation I act for, nearest first; none when it has no place. Two queries."""
    mine = Organisation.objects.filter(pk=me.acting_for).select_related("place").first() if me.acting_for else None
    if mine is None or mine.place is None:
        return []
    here = mine.place
    return list(_around(members(network).exclude(pk=mine.pk), here.latitude, here.longitude)[:NEAREST])


def members(network: Network) -> QuerySet[Organisation]:
    return Organisation.objects.filter(memberships__network=network, memberships__period__contains=date.today())


def is_young(memberships: Iterable[Membership]) -> bool:
    """True while no membership in a public network is older than a month: search engines stay out (spam dies here)."""
    old = date.today() - YOUNG
    return not any(row.network.is_public and row.period.lower <= old for row in memberships)


def _around(rows: QuerySet[Organisation], latitude: float, longitude: float) -> QuerySet[Organisation]:
    """Those within some degrees, ordered by the square of the distance on a flat map: right enough for "near"."""
    north = CombinedExpression(F("place__latitude"), "-", Value(latitude), output_field=FloatField())
    east = CombinedExpression(F("place__longitude"), "-", Value(longitude), output_field=FloatField())
    box = rows.filter(
        place__latitude__range=(latitude - DEGREES, latitude + DEGREES),
        place__longitude__range=(longitude - DEGREES, longitude + DEGREES),
    )
    return box.annotate(far=north * north + east * east * 0.5).select_related("place").order_by("far", "pk")
