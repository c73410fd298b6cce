"""What the night finds: clusters with their names and what they lack, and where the picture puts everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.models import CLUSTER_STEPS, Cluster, Placement
from koinon.network.models import Network

BATCH = 2000


@dataclass(frozen=True)
class Drawn:
    """One cluster of tonight: the row it continues (None: new), facts for the row, and where it stands."""

    former: UUID | None
    members: Sequence[UUID]
    themes: Sequence[str]
    countries: Sequence[str]
    stability: float
    lacks: dict[str, Any]
    at: tuple[float, float, float]
    facts: dict[str, Any] = field(default_factory=dict)


@verb(
    "matching.clusters_found",
    rule=only_machine,
    counts=lambda result: {"clusters": result[1], "members": result[2]},
)
def redraw(
    *, by: Actor, network: Network, clusters: Sequence[Drawn], points: dict[UUID, tuple[float, float]]
) -> tuple[Network, int, int]:
    """Write tonight's clusters and positions; clusters that are no longer found fade, their addresses with them.

    A cluster that continues a former one keeps its id, and its name as long as one of its members bears a theme of it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"picture:{network.pk}"])
    former = {row.pk: row for row in Cluster.objects.filter(network=network, origin="found")}
    home: dict[UUID, Cluster] = {}
    kept = set()
    for drawn in clusters:
        row = former.get(drawn.former) if drawn.former else None
        row = _write(network, row, drawn)
        kept.add(row.pk)
        home |= dict.fromkeys(drawn.members, row)
    for key, row in former.items():
        if key not in kept and row.state == "found":
            CLUSTER_STEPS.move(row, "faded", moved_at=timezone.now())
    _place(network, points, home)
    return network, len(clusters), len(points)


def _write(network: Network, row: Cluster | None, drawn: Drawn) -> Cluster:
    x, y, radius = drawn.at
    facts = {
        "countries": list(drawn.countries), "size": len(drawn.members), "stability": round(drawn.stability, 3),
        "lacks": drawn.lacks, "x": x, "y": y, "radius": radius, "themes": list(drawn.themes),
    }  # fmt: skip
    if row is None:
        return Cluster.objects.create(network=network, origin="found", state="found", **facts)
    if row.state == "faded":
        CLUSTER_STEPS.move(row, "found", moved_at=timezone.now())
    Cluster.objects.filter(pk=row.pk).update(**facts)
    return row


def _place(network: Network, points: dict[UUID, tuple[float, float]], home: dict[UUID, Cluster]) -> None:
    rows = [
        Placement(network=network, organisation_id=key, cluster=home.get(key), x=round(x, 1), y=round(y, 1))
        for key, (x, y) in points.items()
    ]
    Placement.objects.filter(network=network).exclude(organisation__in=list(points)).delete()
    Placement.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["network", "organisation"],
        update_fields=["cluster", "x", "y"],
    )
