"""What follows when one organisation goes into another: calls, replies, introductions, ties, seats. No verbs."""

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from koinon.matching.actions.ballots import quorum_of
from koinon.matching.models import (
    Answer,
    Availability,
    Ballot,
    Bridge,
    CallDigest,
    ClusterMember,
    Dismissal,
    Introduction,
    Lead,
    Listing,
    Meeting,
    Message,
    Outcome,
    Party,
    Placement,
    PlanStep,
    Reply,
    Thread,
    Tie,
    Vote,
)
from koinon.network.models import Organisation
from koinon.network.seams import Carry

OPEN_REPLIES = ("new", "read", "shortlisted")
OPEN_INTRODUCTIONS = ("drafted", "asked", "proposed")


def ties(ledger: Any, kept: Organisation, gone: Organisation) -> None:
    """Both ends and who said so, in the order the database wants; a tie of the two with each other stays behind."""
    for row in Tie.objects.filter(a=gone.pk) | Tie.objects.filter(b=gone.pk):
        ends = sorted(kept.pk if key == gone.pk else key for key in (row.a_id, row.b_id))
        said = {"declared_by": row.declared_by_id, "ended_by": row.ended_by_id}
        changes = {name: kept.pk for name, key in said.items() if key == gone.pk}
        _try(ledger, row, a=ends[0], b=ends[1], **changes)


def bridges(ledger: Any, kept: Organisation, gone: Organisation) -> None:
    """Proposals to the coordinator, in the order the database wants."""
    for row in Bridge.objects.filter(one=gone.pk) | Bridge.objects.filter(other=gone.pk):
        ends = sorted(kept.pk if key == gone.pk else key for key in (row.one_id, row.other_id))
        _try(ledger, row, one=ends[0], other=ends[1])


def ballots(ledger: Any, kept: Organisation, gone: Organisation) -> None:
    """The right to vote in what is open; who were two with two votes are one with one, and half of them is fewer."""
    for row in Ballot.objects.select_for_update().filter(state="open", voters__contains=[gone.pk]).order_by("pk"):
        voters = list(dict.fromkeys(kept.pk if key == gone.pk else key for key in row.voters))
        ledger.change(row, voters=voters, quorum=quorum_of(voters))


def _try(ledger: Any, row: Any, **changes: Any) -> None:
    group = ledger.groups[-1]
    try:
        ledger.change(row, **changes)
    except IntegrityError:
        ledger.stay(row)
        group.stays.append(str(_("one that is there already, or between the two")))
    else:
        group.moved += 1


def _reply_ends(row: Any) -> dict[str, Any]:
    return {"state": "withdrawn"} if row.state in OPEN_REPLIES else {}


def _introduction_ends(row: Any) -> dict[str, Any]:
    return {"state": "closed"} if row.state in OPEN_INTRODUCTIONS else {}


def parts() -> list[Carry]:
    """What this app lends to the seam `merging` of the network."""
    introductions, meetings, clusters = _("Introductions"), _("Meetings"), _("Clusters")
    threads, ties_, bridges_ = _("Conversations"), _("Ties"), _("Bridges")
    return [
        Carry(Listing, "organisation", _("Offers and needs")),
        Carry(Listing.partners.through, "organisation", _("Partners found by a call")),
        Carry(Reply, "organisation", _("Replies"), staying=_reply_ends),
        Carry(Dismissal, "organisation", _("Matches set aside")),
        Carry(CallDigest, "organisation", _("Weekly letters"), is_computed=True),
        Carry(Introduction, "one", introductions, staying=_introduction_ends),
        Carry(Introduction, "other", introductions, staying=_introduction_ends),
        Carry(Answer, "organisation", introductions, is_private=True),
        Carry(Outcome, "organisation", introductions, is_private=True),
        Carry(Meeting, "organiser", meetings),
        Carry(Party, "organisation", meetings),
        Carry(Availability, "organisation", meetings),
        Carry(Thread, "one", threads),
        Carry(Thread, "other", threads),
        Carry(Message, "organisation", threads, is_private=True),
        Carry(Tie, "a", ties_, by_hand=ties),
        *(Carry(Tie, name, ties_, moves=False) for name in ("b", "declared_by", "ended_by")),
        Carry(Bridge, "one", bridges_, by_hand=bridges, is_computed=True),
        Carry(Bridge, "other", bridges_, moves=False, is_computed=True),
        Carry(ClusterMember, "organisation", clusters),
        Carry(Lead, "organisation", clusters),
        Carry(PlanStep, "organisation", clusters),
        Carry(Vote, "organisation", clusters, is_private=True),
        Carry(Ballot, "voters", clusters, by_hand=ballots),
        Carry(Placement, "organisation", clusters, is_computed=True),
    ]


DEEDS = {
    "matching.posted": _("Offers and needs written"),
    "matching.renewed": _("Offers and needs renewed"),
    "matching.replied": _("Replies to calls of others"),
    "matching.reply_accepted": _("Replies of others accepted"),
    "matching.introduction_asked": _("Introductions asked for"),
    "matching.introduction_answered": _("Introductions answered"),
    "matching.meeting_proposed": _("Meetings proposed"),
    "matching.tie_confirmed": _("Ties confirmed"),
    "matching.cluster_joined": _("Clusters joined"),
    "matching.plan_step_done": _("Steps of work plans done"),
    "matching.voted": _("Votes given"),
    "matching.ties_held": _("Confirmed ties in this time"),
    "matching.clusters_held": _("Clusters it belonged to in this time"),
}


def deeds() -> dict[str, Any]:
    """Verbs that a member's report counts, with their words."""
    return DEEDS
