"""The picture of a network: what this reader may see of organisations, ties and clusters. One rule for drawing, table
and files: members of today, ties by `Tie.objects.shown_in(network, me)`, clusters by `visible_to(me)`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.models import Cluster, Placement, Tie, Ties
from koinon.network.models import Membership, Network, Organisation, name_in

WHOLE = 2500
"""Up to so many members everybody is drawn; above, clusters first, and one opened at a time."""

SKETCHED = 300
"""Up to so many members the server draws everybody, else clusters."""

SIZE = 25
FIRST_YEAR, LAST_YEAR = 1950, 2100


@dataclass(frozen=True)
class Asked:
    """What of the picture: kinds of ties, from and to a year, one cluster, the page of the table."""

    kinds: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    cluster: UUID | None = None
    after: str = ""
    before: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.kinds or self.since or self.until)

    def address(self, **changes: Any) -> str:
        """The query string of this question, without the page of the table."""
        facts = {"kind": self.kinds, "from": self.since, "to": self.until, "cluster": self.cluster, **changes}
        query = QueryDict(mutable=True)
        for name, value in facts.items():
            if value:
                query.setlist(name, [str(each) for each in value] if isinstance(value, tuple) else [str(value)])
        return "?" + query.urlencode() if query else ""


def asked(query: QueryDict) -> Asked:
    """Read a question from an address; what cannot be a value is left out."""
    kinds = tuple(kind for kind in dict.fromkeys(query.getlist("kind")) if kind in Tie.Kind.values)
    try:
        cluster = UUID(query.get("cluster", ""))
    except ValueError:
        cluster = None
    years = _year(query.get("from", "")), _year(query.get("to", ""))
    return Asked(kinds, *years, cluster, query.get("after", "")[:40], query.get("before", "")[:40])


def allowed(question: Asked, network: Network, me: Actor) -> Asked:
    """The same without a cluster that this reader may not see, or that is none of this network."""
    if question.cluster is None:
        return question
    seen = Cluster.objects.visible_to(me).filter(network=network, pk=question.cluster)
    return question if seen.exists() else replace(question, cluster=None)


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR else None


def ties_of(network: Network, me: Actor, question: Asked) -> Ties:
    """The ties of a picture, in no order; the same for the drawing, the table and the files."""
    rows = Tie.objects.shown_in(network, me)
    if question.kinds:
        rows = rows.filter(kind__in=question.kinds)
    since = date(question.since, 1, 1) if question.since else None
    until = date(question.until, 12, 31) if question.until else None
    rows = rows.in_time(since, until)
    if question.cluster:
        inside = members_in(question.cluster)
        rows = rows.filter(a__in=inside, b__in=inside)
    return rows


def members_in(cluster: UUID) -> "QuerySet[Organisation, Any]":
    """Ids of the organisations in a cluster, found or founded."""
    within = Q(placements__cluster=cluster) | Q(seats__cluster=cluster, seats__state="member")
    return Organisation.objects.filter(within).order_by().values("pk")


def placed(network: Network, question: Asked) -> "QuerySet[Placement]":
    """Where members of today stand."""
    active = Membership.objects.active().filter(network=network).order_by().values("organisation")
    rows = Placement.objects.filter(network=network, organisation__in=active)
    return rows.filter(organisation__in=members_in(question.cluster)) if question.cluster else rows


def clusters_of(network: Network, me: Actor) -> "QuerySet[Cluster]":
    """The clusters that were found, the largest first."""
    return Cluster.objects.visible_to(me).filter(network=network, origin="found").order_by("-size", "pk")


@dataclass(frozen=True)
class Drawn:
    """What is drawn: clusters (x, y, radius, name, id, size), nodes (x, y, kind, cluster or -1, name, slug), ties
    (node, node, kind) and, where members are not drawn, bundles (cluster, cluster, number of ties)."""

    clusters: list[list[Any]]
    nodes: list[list[Any]]
    ties: list[list[int]]
    bundles: list[list[int]]
    members: int
    loose: int

    def as_json(self) -> bytes:
        """Compact: arrays without names of fields."""
        facts = {"c": self.clusters, "n": self.nodes, "t": self.ties, "b": self.bundles, "all": self.members}
        facts |= {"loose": self.loose, "kinds": [str(label) for label in Tie.Kind.labels]}
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def drawn(network: Network, me: Actor, question: Asked, *, language: str, whole: int = WHOLE) -> Drawn:
    """The picture for this reader in four queries at most: all members when there are at most `whole` (or one cluster
    is asked for), else clusters and how many ties there are between them."""
    rows = placed(network, question)
    number = rows.count()
    clusters = list(clusters_of(network, me))
    if question.cluster:
        clusters = [row for row in clusters if row.pk == question.cluster]
    at = {row.pk: place for place, row in enumerate(clusters)}
    shapes = [
        [round(row.x), round(row.y), round(row.radius), name_of(row, language), str(row.pk), row.size]
        for row in clusters
    ]
    if number > whole and not question.cluster:
        loose = number - sum(row.size for row in clusters)
        return Drawn(shapes, [], [], _bundles(network, me, question, at), number, max(0, loose))
    nodes, places = _nodes(rows, at, language)
    return Drawn(shapes, nodes, _lines(network, me, question, places), [], number, 0)


def _nodes(rows: "QuerySet[Placement]", at: dict[UUID, int], language: str) -> tuple[list[list[Any]], dict[UUID, int]]:
    fields = ("organisation_id", "x", "y", "cluster_id", "organisation__slug", "organisation__names")
    nodes: list[list[Any]] = []
    places: dict[UUID, int] = {}
    found = rows.order_by("cluster_id", "organisation_id").values_list(
        *fields, "organisation__language", "organisation__kind"
    )
    for key, x, y, cluster, slug, names, own, kind in found.iterator(chunk_size=5000):
        places[key] = len(nodes)
        nodes.append([round(x), round(y), kind, at.get(cluster, -1), name_in(names, own, language), slug])
    return nodes, places


def _lines(network: Network, me: Actor, question: Asked, places: dict[UUID, int]) -> list[list[int]]:
    kinds = {kind: place for place, kind in enumerate(Tie.Kind.values)}
    rows = ties_of(network, me, question).order_by().values_list("a_id", "b_id", "kind")
    found = rows.iterator(chunk_size=5000)
    return sorted([places[a], places[b], kinds[kind]] for a, b, kind in found if a in places and b in places)


def _bundles(network: Network, me: Actor, question: Asked, at: dict[UUID, int]) -> list[list[int]]:
    """How many ties there are between each two clusters, counted by the database."""
    rows = ties_of(network, me, question).filter(a__placements__network=network, b__placements__network=network)
    counted = rows.order_by().values_list("a__placements__cluster", "b__placements__cluster").annotate(Count("pk"))
    found: dict[tuple[int, int], int] = {}
    for one, other, number in counted:
        if one != other and one in at and other in at:
            key = (min(at[one], at[other]), max(at[one], at[other]))
            found[key] = found.get(key, 0) + number
    return [[one, other, number] for (one, other), number in sorted(found.items())]


@dataclass(frozen=True)
class Page:
    """One page of the table of ties: rows, cursors, how many there are."""

    rows: list[Tie]
    next: str
    previous: str
    total: int


def table(network: Network, me: Actor, question: Asked) -> Page:
    """25 ties, the newest first, by the key of the last one shown; the count and the page are two queries."""
    found = ties_of(network, me, question)
    total = found.count()
    rows = found.select_related("a", "b").defer(*_long("a"), *_long("b"))
    after, before = _key(question.after), _key(question.before)
    if before:
        chosen = list(rows.filter(pk__gt=before).order_by("pk")[: SIZE + 1])
        has_previous, has_next = len(chosen) > SIZE, True
        chosen = chosen[:SIZE][::-1]
    else:
        chosen = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: SIZE + 1])
        has_previous, has_next = bool(after), len(chosen) > SIZE
        chosen = chosen[:SIZE]
    return Page(
        chosen,
        str(chosen[-1].pk) if chosen and has_next else "",
        str(chosen[0].pk) if chosen and has_previous else "",
        total,
    )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _long(side: str) -> tuple[str, ...]:
    return tuple(f"{side}__{field}" for field in ("about", "about_html", "keys", "aliases"))


def name_of(cluster: Cluster, language: str) -> str:
    """What a cluster is called in the reader's language: its title, or the themes it was found by, or its countries."""
    if cluster.title:
        return cluster.title
    labels = [eurovoc.label(theme, language) for theme in cluster.themes[:2]]
    labels = labels or [countries.country_name(code, language) for code in cluster.countries[:3]]
    return " · ".join(label[:1].upper() + label[1:] for label in labels) or _("Cluster without a name")


def streamed(rows: "QuerySet[Tie]") -> Iterator[Tie]:
    """Many ties for a file, 2,000 at a time."""
    return rows.select_related("a", "b").defer(*_long("a"), *_long("b")).order_by("pk").iterator(chunk_size=2000)
