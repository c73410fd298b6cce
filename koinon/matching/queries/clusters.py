"""Clusters as pages show them: the list of a network, one found, one founded; bridges for the coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.models import SPEAKERS, Ballot, Bridge, Cluster, ClusterMember, Listing, Placement, Vote, voices
from koinon.matching.queries.pages import reader
from koinon.matching.queries.people import homes_of
from koinon.matching.queries.picture import name_of
from koinon.matching.rules import ties as rules
from koinon.network.models import Mandate, Membership, Network, Organisation

SIZE = 25
MEMBERS = 25


def of_network(me: Actor, network: Network, *, page: int) -> dict[str, Any]:
    """The clusters of a network: founded ones first (all that live), then those found, 25 at a time."""
    rows = Cluster.objects.visible_to(me).filter(network=network)
    founded = rows.filter(origin="founded").exclude(state="ended").order_by("state", "title", "pk")[:60]
    found = rows.filter(origin="found").order_by("-size", "pk")
    start = (page - 1) * SIZE
    chosen = list(found[start : start + SIZE + 1])
    return {
        "founded": [shown(row) for row in founded],
        "found": [shown(row) for row in chosen[:SIZE]],
        "next": page + 1 if len(chosen) > SIZE else 0,
        "previous": page - 1,
    }


def shown(cluster: Cluster) -> dict[str, Any]:
    """A cluster with its words in the reader's language; no query."""
    language = reader()
    return {
        "cluster": cluster,
        "name": name_of(cluster, language),
        "themes": [eurovoc.label(theme, language) for theme in cluster.themes],
        "countries": [countries.country_name(code, language) for code in cluster.countries[:8]],
        "lacks": lacking(cluster, language),
    }


def lacking(cluster: Cluster, language: str) -> list[str]:
    """What its members ask for and nobody among them offers, in words: kinds, themes, countries."""
    kinds = {str(value): str(label) for value, label in Listing.Kind.choices}
    return [
        *(kinds[kind] for kind in cluster.lacks.get("kinds", []) if kind in kinds),
        *(eurovoc.label(theme, language) for theme in cluster.lacks.get("themes", [])),
        *(
            _("partners in %(country)s") % {"country": countries.country_name(code, language)}
            for code in cluster.lacks.get("countries", [])
        ),
    ]


def page_of_cluster(me: Actor, cluster: Cluster, *, after: str = "") -> dict[str, Any]:
    """One cluster with its members (25 at a time) and, for a founded one, its plan, vote and what waits."""
    context = shown(cluster) | {"homes": homes_of(me, cluster.network)}
    if not cluster.is_founded:
        return context | _found(cluster, after)
    return context | _founded(me, cluster, context["homes"])


def _found(cluster: Cluster, after: str) -> dict[str, Any]:
    active = Membership.objects.active().filter(network=cluster.network_id).order_by().values("organisation")
    rows = Placement.objects.filter(cluster=cluster, organisation__in=active)
    rows = rows.select_related("organisation__place").order_by("organisation__slug")
    found = list((rows.filter(organisation__slug__gt=after) if after else rows)[: MEMBERS + 1])
    members = [row.organisation for row in found[:MEMBERS]]
    return {"members": members, "next": members[-1].slug if len(found) > MEMBERS else ""}


def _founded(me: Actor, cluster: Cluster, homes: Sequence[Membership]) -> dict[str, Any]:
    seats = list(
        ClusterMember.objects.visible_to(me)
        .filter(cluster=cluster, state__in=["member", "asked", "invited"])
        .select_related("organisation__place")
        .order_by("organisation__slug")
    )
    ours = set(voices(me))
    leads = list(cluster.leads.select_related("organisation", "person").order_by("pk"))
    is_lead = rules.may_lead(by=me, cluster=cluster)
    own = [seat for seat in seats if seat.organisation_id in ours]
    free = [home for home in homes if home.organisation_id not in {seat.organisation_id for seat in own}]
    return {
        "members": [seat.organisation for seat in seats if seat.state == "member"],
        "asking": [seat for seat in seats if seat.state == "asked"] if is_lead else [],
        "invited": [seat for seat in seats if seat.state == "invited"] if is_lead else [],
        "own_seats": own,
        "may_join": free if cluster.is_alive else [],
        "leads": list(dict.fromkeys(lead.organisation for lead in leads)),
        "is_lead": is_lead,
        "may_close": rules.may_close(by=me, cluster=cluster) and cluster.state != "voting",
        "is_member": any(seat.state == "member" for seat in own),
        "plan": list(cluster.plan.select_related("organisation").order_by("due_on", "pk")[:100]),
        "ours": ours,
        **_votes(me, cluster, seats),
    }


def _votes(me: Actor, cluster: Cluster, seats: Sequence[ClusterMember]) -> dict[str, Any]:
    """The open vote without what anybody but mine has said, and the last one that is closed, with its numbers."""
    ballots: list[Ballot] = list(cluster.ballots.order_by("-pk")[:5])
    running = next((row for row in ballots if row.state == "open"), None)
    closed = next((row for row in ballots if row.state != "open"), None)
    mine = [key for key in voices(me) if running and key in running.voters]
    said = dict(Vote.objects.filter(ballot=running, organisation__in=mine).values_list("organisation", "says"))
    names = {seat.organisation_id: seat.organisation for seat in seats}
    return {
        "ballot": running,
        "closed": closed,
        "my_votes": [(names[key], said.get(key, "")) for key in mine if key in names],
    }


def may_coordinate(cluster: Cluster, me: Actor) -> list[tuple[Mandate, str]]:
    """Those who speak for a member and do not coordinate yet: (mandate, words); people are named by role only."""
    members = cluster.seats.filter(state="member").values("organisation")
    rows = Mandate.objects.in_force().filter(organisation__in=members, role__in=SPEAKERS, person__is_active=True)
    rows = rows.exclude(person__in=cluster.leads.values("person")).select_related("organisation", "person")
    return [
        (row, f"{row.organisation} · {row.get_role_display()}") for row in rows.order_by("organisation__slug", "role")
    ]


@dataclass(frozen=True)
class Proposal:
    """A bridge with its reasons in words and what became of it."""

    bridge: Bridge
    reasons: list[str]
    one_cluster: str
    other_cluster: str


def bridges_of(network: Network) -> dict[str, list[Proposal]]:
    """This week's and other open proposals, and the last hundred that were decided; three queries."""
    rows = Bridge.objects.filter(network=network).select_related(
        "one", "other", "cluster_of_one", "cluster_of_other", "introduction"
    )
    found = [*rows.filter(state="proposed")[:40], *rows.exclude(state="proposed").order_by("-moved_at")[:100]]
    keys = {fact[side] for row in found for fact in row.reasons if fact["kind"] == "fit" for side in ("need", "offer")}
    titles = {str(row.pk): row for row in Listing.objects.filter(pk__in=keys).select_related("organisation")}
    made = [_proposal(row, titles) for row in found]
    return {
        "open": [row for row in made if row.bridge.state == "proposed"],
        "decided": [row for row in made if row.bridge.state != "proposed"],
    }


def one_bridge(bridge: Bridge) -> Proposal:
    keys = [fact[side] for fact in bridge.reasons if fact["kind"] == "fit" for side in ("need", "offer")]
    return _proposal(
        bridge, {str(row.pk): row for row in Listing.objects.filter(pk__in=keys).select_related("organisation")}
    )


def _proposal(row: Bridge, titles: dict[str, Listing]) -> Proposal:
    language = reader()
    names = [name_of(each, language) if each else "" for each in (row.cluster_of_one, row.cluster_of_other)]
    return Proposal(row, [said for fact in row.reasons if (said := _said(row, fact, titles, language))], *names)


def _said(row: Bridge, fact: dict[str, Any], titles: dict[str, Listing], language: str) -> str:
    """One reason as a sentence."""
    if fact["kind"] == "fit":
        need, offer = titles.get(fact["need"]), titles.get(fact["offer"])
        if need is None or offer is None:
            return ""
        words = {"asks": need.organisation, "need": need.title, "gives": offer.organisation, "offer": offer.title}
        return _("%(asks)s looks for “%(need)s”; %(gives)s offers “%(offer)s”.") % words
    if fact["kind"] == "themes":
        labels = ", ".join(eurovoc.label(theme, language) for theme in fact["values"])
        return _("Both work on: %(themes)s.") % {"themes": labels}
    if fact["kind"] == "languages":
        labels = ", ".join(countries.language_name(code, language) for code in fact["values"])
        return _("Both speak: %(languages)s.") % {"languages": labels}
    if row.sort == "member":
        return _("One of them has no ties here yet.")
    if not fact["number"]:
        return _("Their two clusters have no ties yet.")
    return ngettext(
        "Their two clusters have one tie only.", "Their two clusters have %(number)s ties only.", fact["number"]
    ) % {"number": fact["number"]}


def organisation_at(network: Network, slug: str) -> Organisation | None:
    """A member of the network today by its address."""
    active = Membership.objects.active().filter(network=network).order_by().values("organisation")
    return Organisation.objects.filter(pk__in=active, slug=slug).first()
