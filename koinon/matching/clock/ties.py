"""What time does to ties and clusters: letters before a day, what lapses, the yearly vote, ends. Small batches."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.matching import seams
from koinon.matching.actions import ballots, bridges, clusters, ties
from koinon.matching.models import Ballot, Bridge, Cluster, ClusterMember, Introduction, PlanStep, Reply, Tie
from koinon.network.models import Network

AT_ONCE = 500
BEFORE_SEAT = timedelta(days=7)
BEFORE_END = timedelta(days=30)
BEFORE_STEP = timedelta(days=7)
KIND_OF_LISTING = {"peer_visit": "visit", "partner": "project"}


@jobs.every("10 6 * * *", "matching.ties_remind")
def remind_ties() -> None:
    """Each morning: one letter for each tie that waits and closes within ten days; a quiet no is left in peace."""
    last = date.today() + ties.REMIND_BEFORE
    waiting = Tie.objects.filter(state="declared", closes_on__lte=last, reminded_on=None, says_no=False)
    for row in waiting.select_related("a", "b").order_by("pk")[:AT_ONCE]:
        ties.remind(by=machine("clock"), tie=row)


@jobs.every("35 * * * *", "matching.ties_lapse")
def lapse_ties() -> None:
    """Hourly: what was not confirmed by its day lapses, with the same words whatever was said."""
    for row in Tie.objects.filter(state="declared", closes_on__lt=date.today()).order_by("pk")[:AT_ONCE]:
        ties.lapse(by=machine("clock"), tie=row)


@jobs.every("50 1 * * *", "matching.ties_derive")
def derive_ties() -> None:
    """Nightly, before clusters are looked for: what two organisations did becomes a tie that says from what."""
    for network in Network.objects.order_by("pk"):
        derive(network)


def derive(network: Network) -> int:
    """Derive the ties of one network now; gives how many are new."""
    found = list(_done_here(network.pk))
    for lent in seams.derived_ties.gather(network.pk):
        found += [each.as_fact() for each in lent]
    if not found:
        return 0
    return ties.derive(by=machine("ties"), network=network, found=found)[1]


def _done_here(network: UUID) -> Iterator[dict[str, Any]]:
    """Replies that were accepted, introductions that connected."""
    replies = Reply.objects.filter(listing__network=network, state="accepted").order_by("pk")
    for key, mine, theirs, kind, at in replies.values_list(
        "pk", "listing__organisation", "organisation", "listing__kind", "moved_at"
    ):
        source = {"kind": "reply", "id": str(key), "on": at.date().isoformat()}
        yield _fact(mine, theirs, KIND_OF_LISTING.get(kind, "together"), at.date(), source)
    connected = Introduction.objects.filter(network=network, state__in=["connected", "met", "settled"]).order_by("pk")
    for key, one, other, at in connected.values_list("pk", "one", "other", "moved_at"):
        source = {"kind": "introduction", "id": str(key), "on": at.date().isoformat()}
        yield _fact(one, other, "together", at.date(), source)


def _fact(one: UUID, other: UUID, kind: str, on: date, source: dict[str, str]) -> dict[str, Any]:
    return {"one": one, "other": other, "kind": kind, "since": on, "source": source, "is_public": False}


@jobs.every("15 6 * * *", "matching.clusters_remind")
def remind_clusters() -> None:
    """Each morning: seats that wait, steps that are due, votes that close, clusters that end soon; each once."""
    today, by = date.today(), machine("clock")
    waits = {"reminded_on": None}
    for seat in (
        ClusterMember.objects.waiting().filter(due_on__lte=today + BEFORE_SEAT, **waits).order_by("pk")[:AT_ONCE]
    ):
        clusters.remind_seat(by=by, seat=seat)
    alive = Q(cluster__state__in=["gathering", "active", "voting"])
    steps = PlanStep.objects.filter(alive, done_on=None, due_on__lte=today + BEFORE_STEP, **waits)
    for step in steps.order_by("pk")[:AT_ONCE]:
        clusters.remind_step(by=by, step=step)
    closing = Ballot.objects.filter(state="open", closes_on__lte=today + ballots.REMIND_BEFORE, **waits)
    for ballot in closing.order_by("pk")[:AT_ONCE]:
        ballots.remind(by=by, ballot=ballot)
    gathering = Q(state="gathering", due_on__lte=today + BEFORE_SEAT)
    ending = Q(state__in=["active", "voting"], ends_on__lte=today + BEFORE_END)
    for row in Cluster.objects.filter(gathering | ending, **waits).order_by("pk")[:AT_ONCE]:
        clusters.remind(by=by, cluster=row)


@jobs.every("40 * * * *", "matching.clusters_end")
def end_clusters() -> None:
    """Hourly: unanswered seats lapse; votes close, then open; what has passed its day ends; old bridges make room."""
    today, by = date.today(), machine("clock")
    for seat in ClusterMember.objects.waiting().filter(due_on__lt=today).order_by("pk")[:AT_ONCE]:
        clusters.lapse(by=by, seat=seat)
    for ballot in Ballot.objects.filter(state="open", closes_on__lt=today).order_by("pk")[:AT_ONCE]:
        ballots.close(by=by, ballot=ballot)
    late = Q(state="gathering", due_on__lt=today) | Q(state="active", ends_on__lt=today)
    for row in Cluster.objects.filter(late).order_by("pk")[:AT_ONCE]:
        clusters.expire(by=by, cluster=row)
    for row in Cluster.objects.filter(state="active", vote_on__lte=today).order_by("pk")[:AT_ONCE]:
        ballots.open_ballot(by=by, cluster=row)
    old = bridges.monday(today) - bridges.OPEN_FOR
    for bridge in Bridge.objects.filter(state="proposed", week__lte=old).order_by("pk")[:AT_ONCE]:
        bridges.lapse(by=by, bridge=bridge)
