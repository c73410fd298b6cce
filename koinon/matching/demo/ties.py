"""Loads ties, a founded cluster with its vote, and the pictures of the demo networks, by everybody's verbs."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.matching.actions import ballots, clusters, ties
from koinon.matching.clock import picture
from koinon.matching.clock.ties import derive
from koinon.matching.models import Bridge, Cluster, Placement, Tie
from koinon.matching.queries.people import speakers_of
from koinon.matching.rules import belongs
from koinon.network.models import Network, Organisation

FILE = Path(__file__).parent / "ties.toml"
END_IN = timedelta(days=700)


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    networks = {row.slug: row for row in Network.objects.filter(is_demo=True)}
    organisations = {row.slug: row for row in Organisation.objects.filter(is_demo=True)}
    with FILE.open("rb") as file:
        told = tomllib.load(file)
    if made := sum(_tie(by, row, networks, organisations) for row in told["tie"]):
        yield f"Declared and confirmed {made} ties, as the texts tell them."
    if founded := sum(_cluster(by, row, networks, organisations) for row in told["cluster"]):
        yield f"Founded {founded} cluster with a vote."
    for network in networks.values():
        if made or not Placement.objects.filter(network=network).exists():
            derive(network)
            found, drawn = picture.draw(network, by=by)
            if found:
                yield f"Found {found} clusters among {drawn} members of {network.names['en']}."
        if not Bridge.objects.filter(network=network).exists():
            picture.propose(network, by=by)


def _tie(by: Actor, row: dict[str, Any], networks: dict[str, Network], organisations: dict[str, Organisation]) -> int:
    network, one = networks.get(row["network"]), organisations.get(row["one"])
    made = 0
    for slug in row["others"]:
        other = organisations.get(slug)
        if network is None or one is None or other is None or not _are_there(network, one, other):
            continue
        if Tie.objects.between(one.pk, other.pk).filter(network=network, kind=row["kind"]).exists():
            continue
        facts = {key: row[key] for key in ("kind", "note", "language", "since", "until") if key in row}
        tie = ties.declare(by=by, network=network, organisation=one, other=other, is_demo=True, **facts)
        if not row.get("waits"):
            ties.confirm(by=by, tie=tie, organisation=other)
        made += 1
    return made


def _are_there(network: Network, one: Organisation, other: Organisation) -> bool:
    return belongs(network.pk, one.pk) and belongs(network.pk, other.pk)


def _cluster(
    by: Actor, row: dict[str, Any], networks: dict[str, Network], organisations: dict[str, Organisation]
) -> int:
    network, organisation = networks.get(row["network"]), organisations.get(row["organisation"])
    if network is None or organisation is None or Cluster.objects.filter(network=network, title=row["title"]).exists():
        return 0
    people = speakers_of(organisation.pk)
    cluster = clusters.found(
        by=by, network=network, organisation=organisation, title=row["title"], charter=row["charter"],
        language=row["language"], ends_on=date.today() + END_IN, person=_first(people), is_demo=True,
    )  # fmt: skip
    for slug in row["members"]:
        if slug in organisations and belongs(network.pk, organisations[slug].pk):
            clusters.admit(by=by, seat=clusters.invite(by=by, cluster=cluster, organisation=organisations[slug]))
    clusters.start(by=by, cluster=cluster)
    for step in row["steps"]:
        _step(by, cluster, step, organisations)
    for slug in row["asks"]:
        if slug in organisations and belongs(network.pk, organisations[slug].pk):
            clusters.ask(by=by, cluster=cluster, organisation=organisations[slug])
    ballot = ballots.open_ballot(by=by, cluster=cluster)
    for slug, says in row["votes"].items():
        if slug in organisations:
            ballots.vote(by=by, ballot=ballot, organisation=organisations[slug], says=says)
    return 1


def _step(by: Actor, cluster: Cluster, step: dict[str, Any], organisations: dict[str, Organisation]) -> None:
    day = date.today() + timedelta(days=step["days"])
    made = clusters.plan(
        by=by, cluster=cluster, title=step["title"], due_on=day, organisation=organisations.get(step["organisation"])
    )
    if step["done"]:
        clusters.finish(by=by, step=made)


def _first(people: list[Person]) -> Person | None:
    return people[0] if people else None
