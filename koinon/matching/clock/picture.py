"""Each night: clusters found anew, the picture laid out; each Monday: which introductions would build bridges."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koinon.kit import jobs, search
from koinon.kit.meaning.arrays import Doubles, Wholes, np
from koinon.kit.verbs import Actor, machine
from koinon.matching.actions import bridges as bridge_actions
from koinon.matching.actions import picture as actions
from koinon.matching.engine import bridges, communities, layout
from koinon.matching.models import PER_WEEK, Bridge, Cluster, Introduction, Listing, Match, Placement, Tie
from koinon.network.models import Membership, Network

KIND = "organisation"
NAMED, LACKING, FITS = 2, 5, 20_000
Edges = Wholes


@dataclass(frozen=True)
class Members:
    """The members of a network today, in the order of ids; the same row in each list."""

    keys: list[UUID]
    countries: list[str]
    themes: list[list[str]]
    languages: list[list[str]]
    at: dict[UUID, int]


@jobs.every("20 3 * * *", "matching.picture_nightly")
def draw_all() -> None:
    """Every network with members, after its ties were derived and its meanings refitted."""
    for key in Membership.objects.active().order_by().values_list("network", flat=True).distinct():
        jobs.begin(draw_network, scope=key, network=str(key))


@jobs.work("matching.draw_network")
def draw_network(track: jobs.Track, network: str) -> dict[str, Any]:
    """Find the clusters of a network and lay out its picture, with progress; gives the numbers."""
    track.begin(communities.RESAMPLES + 2)
    row = Network.objects.get(pk=network)
    found, drawn = draw(row, by=machine("picture"), progress=track.step)
    return {"clusters": found, "members": drawn}


def draw(network: Network, *, by: Actor, progress: Any = None) -> tuple[int, int]:
    """Find clusters and lay out the picture now; gives (clusters, members). Linear in members and ties but for the
    exact neighbours in meaning, which are quadratic to 50,000 members."""
    members = members_of(network)
    ties, weights = _ties(network, members)
    near, near_weights = _near(network, members)
    edges, both = communities.joined(np.concatenate([ties, near]), np.concatenate([weights, near_weights]))
    found = communities.clusters(len(members.keys), edges, both, progress=progress)
    laid = layout.picture(found.labels, edges, both)
    clusters = _drawn(network, members, found, laid)
    points = {key: (float(x), float(y)) for key, (x, y) in zip(members.keys, laid.points, strict=True)}
    _network, number, drawn = actions.redraw(by=by, network=network, clusters=clusters, points=points)
    return number, drawn


def members_of(network: Network) -> Members:
    """Who belongs to the network today, with what the engine asks of them; one query."""
    rows = Membership.objects.active().filter(network=network).order_by("organisation_id")
    fields = ("organisation_id", "organisation__country", "organisation__themes", "organisation__languages")
    found = list(rows.values_list(*fields, "organisation__language").iterator(chunk_size=5000))
    keys = [row[0] for row in found]
    languages = [list(dict.fromkeys([row[4], *row[3]])) for row in found]
    return Members(keys, [row[1] for row in found], [row[2] for row in found], languages, _places(keys))


def _places(keys: Sequence[UUID]) -> dict[UUID, int]:
    return {key: place for place, key in enumerate(keys)}


def _ties(network: Network, members: Members) -> tuple[Edges, Doubles]:
    """Confirmed ties weigh one for each kind, derived ones half of it."""
    rows = Tie.objects.filter(network=network, state__in=["confirmed", "derived"]).order_by("pk")
    pairs, weights = [], []
    for a, b, state in rows.values_list("a_id", "b_id", "state").iterator(chunk_size=5000):
        if a in members.at and b in members.at:
            pairs.append((members.at[a], members.at[b]))
            weights.append(communities.TIE if state == "confirmed" else communities.TIE / 2)
    return np.asarray(pairs, np.int64).reshape(-1, 2), np.asarray(weights, float)


def _near(network: Network, members: Members) -> tuple[Edges, Doubles]:
    """Nearness of what members write about themselves; who has no meaning yet has no such edge."""
    found = search.vectors(scope=network.pk, kind=KIND)
    rows = [place for place, noun in enumerate(found.nouns) if noun in members.at]
    own = np.asarray([members.at[found.nouns[place]] for place in rows], np.int64)
    k = communities.neighbours(len(rows))
    edges, weights = communities.near_edges(found.meaning[rows], [found.languages[place] for place in rows], k=k)
    return (own[edges] if len(edges) else edges), weights


def _drawn(network: Network, members: Members, found: communities.Found, laid: layout.Picture) -> list[actions.Drawn]:
    rows_of = [np.flatnonzero(found.labels == label).tolist() for label in range(len(found.stability))]
    former = _former(network, members)
    heirs = communities.same_as_before([rows for _row, rows in former], [frozenset(rows) for rows in rows_of])
    usual = Counter(theme for themes in members.themes for theme in set(themes))
    lacking = _lacking(network, members, found.labels, len(rows_of))
    clusters = []
    for label, rows in enumerate(rows_of):
        before = former[heirs[label]][0] if heirs[label] >= 0 else None
        clusters.append(
            actions.Drawn(
                former=before.pk if before else None,
                members=[members.keys[row] for row in rows],
                themes=_named(rows, members, usual, before),
                countries=sorted({members.countries[row] for row in rows} - {""}),
                stability=float(found.stability[label]),
                lacks=lacking[label],
                at=(float(laid.centres[label][0]), float(laid.centres[label][1]), float(laid.radii[label])),
            )
        )
    return clusters


def _named(rows: Sequence[int], members: Members, usual: Counter[str], before: Cluster | None) -> list[str]:
    """The former name as long as somebody here bears its first theme; else the themes that set these members apart."""
    here = {theme for row in rows for theme in members.themes[row]}
    if before and before.themes and before.themes[0] in here:
        return before.themes
    return communities.themes_of(rows, members.themes, usual, most=NAMED)


def _former(network: Network, members: Members) -> list[tuple[Cluster, frozenset[int]]]:
    """Last night's clusters with the rows of those members that are still there."""
    rows: dict[UUID, set[int]] = {}
    placed = Placement.objects.filter(network=network, cluster__origin="found").order_by()
    for cluster, organisation in placed.values_list("cluster_id", "organisation_id").iterator(chunk_size=5000):
        if organisation in members.at:
            rows.setdefault(cluster, set()).add(members.at[organisation])
    clusters = Cluster.objects.filter(pk__in=list(rows), origin="found").order_by("pk")
    return [(row, frozenset(rows[row.pk])) for row in clusters]


def _lacking(network: Network, members: Members, labels: Any, count: int) -> list[dict[str, list[str]]]:
    """What the needs of a cluster's members ask for, and no member offers, is, or comes from; the most asked first."""
    asked = [{part: Counter[str]() for part in ("kinds", "themes", "countries")} for _ in range(count)]
    there: list[dict[str, set[str]]] = [
        {part: set() for part in ("kinds", "themes", "countries")} for _ in range(count)
    ]
    for place, country in enumerate(members.countries):
        if labels[place] >= 0:
            there[labels[place]]["countries"].add(country)
    fields = ("organisation_id", "side", "kind", "themes", "countries")
    for organisation, side, kind, themes, countries in (
        Listing.objects.running().filter(network=network).order_by().values_list(*fields).iterator(chunk_size=5000)
    ):
        label = labels[members.at[organisation]] if organisation in members.at else -1
        if label < 0:
            continue
        said = {"kinds": [kind], "themes": themes, "countries": countries if side == "need" else []}
        for part, values in said.items():
            asked[label][part].update(values) if side == "need" else there[label][part].update(values)
    return [
        {
            part: [value for value, _number in asked[label][part].most_common() if value not in there[label][part]][
                :LACKING
            ]
            for part in asked[label]
        }
        for label in range(count)
    ]


@jobs.every("30 4 * * 1", "matching.bridges_weekly")
def build_all() -> None:
    """Each Monday: proposals for every network that has members."""
    for network in Network.objects.order_by("pk"):
        propose(network, by=machine("bridges"))


def propose(network: Network, *, by: Actor) -> int:
    """Look for bridges now and write those for which there is room this week; gives how many."""
    members = members_of(network)
    labels = np.full(len(members.keys), -1, np.int64)
    clusters: dict[UUID, int] = {}
    placed = Placement.objects.filter(network=network).order_by("organisation_id")
    for organisation, cluster in placed.values_list("organisation_id", "cluster_id").iterator(chunk_size=5000):
        if organisation in members.at and cluster:
            labels[members.at[organisation]] = clusters.setdefault(cluster, len(clusters))
    ties, _weights = _ties(network, members)
    facts = [
        bridges.Member(frozenset(themes), frozenset(languages))
        for themes, languages in zip(members.themes, members.languages, strict=True)
    ]
    found = bridges.proposals(
        labels, ties, facts, _fits(network, members), without=_before(network, members), most=PER_WEEK
    )
    keys = list(clusters)
    rows = [_row(each, members, labels, keys) for each in found]
    return len(bridge_actions.propose(by=by, network=network, found=rows)[1]) if rows else 0


def _fits(network: Network, members: Members) -> list[bridges.Fit]:
    """Needs and the offers that serve them, as the nightly matching found them; the best first."""
    rows = Match.objects.running().filter(network=network).order_by("-score", "pk")
    fields = ("need__organisation_id", "offer__organisation_id", "need_id", "offer_id")
    return [
        bridges.Fit(members.at[asks], members.at[gives], str(need), str(offer))
        for asks, gives, need, offer in rows.values_list(*fields)[:FITS]
        if asks in members.at and gives in members.at
    ]


def _before(network: Network, members: Members) -> set[tuple[int, int]]:
    """Pairs that were proposed, introduced or set aside before, by whatever way."""
    pairs = [
        *Bridge.objects.filter(network=network).exclude(state="lapsed").values_list("one_id", "other_id"),
        *Introduction.objects.filter(network=network).values_list("one_id", "other_id"),
    ]
    rows = [(members.at[one], members.at[other]) for one, other in pairs if one in members.at and other in members.at]
    return {(min(pair), max(pair)) for pair in rows}


def _row(each: bridges.Proposal, members: Members, labels: Any, clusters: Sequence[UUID]) -> dict[str, Any]:
    def home(row: int) -> UUID | None:
        return clusters[labels[row]] if labels[row] >= 0 else None

    reasons: list[dict[str, Any]] = [
        {"kind": "fit", "need": fit.need, "offer": fit.offer, "asks": str(members.keys[fit.asks])} for fit in each.fits
    ]
    if each.themes:
        reasons.append({"kind": "themes", "values": list(each.themes[:3])})
    if each.languages:
        reasons.append({"kind": "languages", "values": list(each.languages[:3])})
    reasons.append({"kind": "ties", "number": each.ties})
    return {
        "sort": each.sort, "one": members.keys[each.one], "other": members.keys[each.other], "reasons": reasons,
        "cluster_of_one": home(each.one), "cluster_of_other": home(each.other),
    }  # fmt: skip
