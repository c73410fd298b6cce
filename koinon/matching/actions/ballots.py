"""The yearly vote of a founded cluster: one vote for each member, secret until it closes; without a yes it ends."""

from collections import Counter
from collections.abc import Sized
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.actions.clusters import YEAR
from koinon.matching.models import BALLOT_STEPS, CLUSTER_STEPS, Ballot, Cluster, Vote
from koinon.matching.notices import clusters as notices
from koinon.matching.rules import ties as rules
from koinon.network.models import Organisation
from koinon.network.rules import class_allows

OPEN_FOR = timedelta(days=21)
REMIND_BEFORE = timedelta(days=7)
NOT_VOTER = gettext_lazy("Each organisation that was a member when the vote opened has one vote.")


def quorum_of(voters: Sized) -> int:
    """How many have to vote: half of them, rounded up."""
    return -(-len(voters) // 2)


@verb("matching.ballot_opened", rule=only_machine, then=notices.ballot_opened)
def open_ballot(*, by: Actor, cluster: Cluster) -> Ballot:
    """A year has passed: shall we go on? Half of the members have to vote, and more yes than no keeps it."""
    CLUSTER_STEPS.move(cluster, "voting", moved_at=timezone.now())
    seats = cluster.seats.filter(state="member").select_related("organisation").order_by("pk")
    members = [seat.organisation for seat in seats]
    may = [each for each in members if class_allows(organisation=each, network=cluster.network, right="vote")]
    voters = [each.pk for each in may or members]
    closes_on = date.today() + OPEN_FOR
    return Ballot.objects.create(cluster=cluster, closes_on=closes_on, voters=voters, quorum=quorum_of(voters))


@verb("matching.voted", rule=rules.may_vote, refusal=NOT_VOTER)
def vote(*, by: Actor, ballot: Ballot, organisation: Organisation, says: str) -> Vote:
    """One vote for each organisation; it may be changed until the vote closes, and nobody sees it until then."""
    if says not in Vote.Says.values:
        raise ValidationError({"says": [_("Please choose one of the list.")]})
    row = Ballot.objects.select_for_update().get(pk=ballot.pk)
    if row.state != "open" or row.closes_on < date.today():
        raise ValidationError(_("The vote is closed."))
    made, _is_new = Vote.objects.update_or_create(ballot=row, organisation=organisation, defaults={"says": says})
    return made


@verb("matching.ballot_reminded", rule=only_machine, then=notices.ballot_reminded)
def remind(*, by: Actor, ballot: Ballot) -> Ballot:
    """A week before it closes those who have not voted hear of it once more."""
    Ballot.objects.filter(pk=ballot.pk).update(reminded_on=date.today())
    return ballot


@verb("matching.ballot_closed", rule=only_machine, then=notices.ballot_closed)
def close(*, by: Actor, ballot: Ballot) -> Ballot:
    """Count, and go on for a year or end. Everybody who may see the cluster sees the numbers now."""
    row = Ballot.objects.select_for_update().select_related("cluster").get(pk=ballot.pk)
    said = Counter(row.votes.filter(organisation__in=row.voters).values_list("says", flat=True))
    is_kept = sum(said.values()) >= row.quorum and said["yes"] > said["no"]
    counts = {"yes": said["yes"], "no": said["no"], "abstain": said["abstain"]}
    BALLOT_STEPS.move(row, "kept" if is_kept else "ended", moved_at=timezone.now(), **counts)
    cluster = row.cluster
    if is_kept:
        CLUSTER_STEPS.move(cluster, "active", vote_on=date.today() + YEAR, moved_at=timezone.now())
    else:
        CLUSTER_STEPS.move(cluster, "ended", vote_on=None, moved_at=timezone.now())
        cluster.seats.filter(state__in=["invited", "asked"]).update(state="lapsed", moved_at=timezone.now())
    return row
