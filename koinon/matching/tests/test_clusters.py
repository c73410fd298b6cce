"""Founded clusters: charter, members, plan, the yearly vote; each waits for somebody with a day and a letter."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.accounts.seams import desk_items
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.matching.actions import ballots, clusters
from koinon.matching.clock import end_clusters, remind_clusters
from koinon.matching.models import BALLOT_STEPS, CLUSTER_STEPS, SEAT_STEPS, Ballot, Cluster, ClusterMember, Vote
from koinon.network.actions import merges
from koinon.network.models import Merge
from tests import factories

pytestmark = pytest.mark.django_db
SOON = date.today() + timedelta(days=300)
CLOCK = machine("clock")


@pytest.fixture
def cluster(acting, milos, network, organisation):
    """Gathering, founded and coordinated by Miloš."""
    return clusters.found(
        by=acting(milos), network=network, organisation=organisation, title="Green schools", charter="We meet.",
        ends_on=SOON, person=milos,
    )  # fmt: skip


@pytest.fixture
def third(network):
    return factories.member(network, names={"en": "Third House"})


@pytest.fixture
def running(cluster, acting, milos, other, third):
    """Active, with three members."""
    for each in (other, third):
        factories.clustermember(cluster=cluster, organisation=each)
    return clusters.start(by=acting(milos), cluster=cluster)


def letters(person, kind="matching.cluster"):
    return Notice.objects.filter(person=person, kind=kind).count()


def on_desk(me, kind):
    return [item for lent in desk_items for item in lent(me) if item.kind == kind]


def test_a_member_founds_and_its_network_alone_sees_it_gather(cluster, acting, milos, ana, stranger, rival, left):
    assert (cluster.state, cluster.size, left("matching.cluster_founded")) == ("gathering", 1, 1)
    assert [lead.person for lead in cluster.leads.all()] == [milos]
    for who in (milos, ana):
        assert Cluster.objects.visible_to(acting(who)).get() == cluster
    type(cluster.network).objects.update(is_public=True)
    for me in (VISITOR, acting(stranger), acting(rival)):
        assert not Cluster.objects.visible_to(me).exists()


@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_founds_in_its_name(request, acting, who, network, organisation):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused, match="members of the network"):
        clusters.found(by=by, network=network, organisation=organisation, title="A", charter="B", ends_on=SOON)


@pytest.mark.parametrize(("field", "facts"), [
    ("title", {"title": " "}), ("charter", {"charter": ""}), ("ends_on", {"ends_on": date.today()}),
    ("ends_on", {"ends_on": date.today() + timedelta(days=6 * 366)}),
])  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(acting, milos, network, organisation, field, facts):
    facts = {"title": "A", "charter": "B", "ends_on": SOON, **facts}
    with pytest.raises(ValidationError) as fault:
        clusters.found(by=acting(milos), network=network, organisation=organisation, **facts)
    assert field in fault.value.message_dict


def test_it_begins_with_three_members(cluster, acting, milos, ana, other, third, left):
    with pytest.raises(ValidationError, match="at least 3"):
        clusters.start(by=acting(milos), cluster=cluster)
    for each in (other, third):
        factories.clustermember(cluster=cluster, organisation=each)
    with pytest.raises(Refused):
        clusters.start(by=acting(ana), cluster=cluster)
    clusters.start(by=acting(milos), cluster=cluster)
    assert (cluster.state, cluster.vote_on) == ("active", date.today() + clusters.YEAR)
    assert (letters(ana), left("matching.cluster_started")) == (1, 1)


def test_invited_and_asked_each_is_decided_by_the_side_whose_turn_it_is(cluster, acting, milos, ana, other, vesa, left):
    invited = clusters.invite(by=acting(milos), cluster=cluster, organisation=other)
    assert letters(ana) == 1
    assert [item.is_mine for item in on_desk(acting(ana), "Cluster")] == [True]
    for who in (milos, vesa):
        with pytest.raises(Refused):
            clusters.admit(by=acting(who), seat=invited)
    clusters.refuse(by=acting(ana), seat=invited)
    assert letters(milos) == 1
    asked = clusters.ask(by=acting(ana), cluster=cluster, organisation=other)
    with pytest.raises(Refused):
        clusters.admit(by=acting(ana), seat=asked)
    clusters.admit(by=acting(milos), seat=asked)
    cluster.refresh_from_db()
    assert (cluster.size, left("matching.cluster_joined")) == (2, 1)


def test_one_seat_for_an_organisation_at_a_time(cluster, acting, milos, ana, other):
    clusters.invite(by=acting(milos), cluster=cluster, organisation=other)
    with pytest.raises(IntegrityError, match="seat_once_per_organisation"), transaction.atomic():
        clusters.ask(by=acting(ana), cluster=cluster, organisation=other)


def test_who_asks_is_seen_by_its_two_sides_only(cluster, acting, ana, milos, vesa, other, third, running):
    fourth = factories.member(cluster.network)
    fifth = factories.representative(fourth)
    asked = clusters.ask(by=acting(fifth), cluster=cluster, organisation=fourth)
    assert ClusterMember.objects.visible_to(acting(milos)).filter(pk=asked.pk).exists()
    assert ClusterMember.objects.visible_to(acting(fifth)).filter(pk=asked.pk).exists()
    for who in (ana, vesa):
        assert not ClusterMember.objects.visible_to(acting(who)).filter(pk=asked.pk).exists()


def test_not_of_another_network(cluster, acting, milos):
    with pytest.raises(Refused):
        clusters.invite(by=acting(milos), cluster=cluster, organisation=factories.member(factories.network()))


def test_a_coordinator_without_mandate_coordinates_no_more(running, acting, milos, vesa, other, ana):
    milos.mandates.update(cut_at="2026-01-01T00:00Z")
    with pytest.raises(Refused):
        clusters.close(by=acting(milos), cluster=running, why="It is over.")
    clusters.appoint(by=acting(vesa), cluster=running, person=ana, organisation=other)
    assert Cluster.objects.manageable_by(acting(ana)).get() == running
    assert letters(ana) == 1


def test_only_somebody_who_speaks_for_a_member_coordinates(running, acting, milos, stranger, other):
    with pytest.raises(ValidationError, match="speaks for a member"):
        clusters.appoint(by=acting(milos), cluster=running, person=stranger, organisation=other)


def test_a_plan_has_days_and_those_who_see_to_it(running, acting, milos, ana, vesa, other, left):
    step = clusters.plan(by=acting(milos), cluster=running, title="Visit", due_on=date.today(), organisation=other)
    with pytest.raises(Refused):
        clusters.finish(by=acting(vesa), step=step)
    before = letters(ana)
    remind_clusters(timestamp=0)
    remind_clusters(timestamp=0)
    assert letters(ana) == before + 1, "reminded once"
    clusters.finish(by=acting(ana), step=step)
    assert (step.done_on, left("matching.plan_step_done")) == (date.today(), 1)
    with pytest.raises(Refused):
        clusters.remove(by=acting(ana), step=step)
    clusters.remove(by=acting(milos), step=step)
    assert not running.plan.exists()


def test_who_leaves_takes_its_coordinators_along_and_the_last_one_ends_it(cluster, acting, milos, left):
    seat = cluster.seats.get()
    clusters.leave(by=acting(milos), seat=seat)
    cluster.refresh_from_db()
    assert (cluster.state, cluster.size, cluster.leads.count()) == ("ended", 0, 0)


def vote_now(cluster):
    Cluster.objects.filter(pk=cluster.pk).update(vote_on=date.today())
    end_clusters(timestamp=0)
    cluster.refresh_from_db()
    return Ballot.objects.get(cluster=cluster, state="open")


def close_now(ballot):
    Ballot.objects.filter(pk=ballot.pk).update(closes_on=date.today() - timedelta(days=1))
    end_clusters(timestamp=0)
    ballot.refresh_from_db()
    ballot.cluster.refresh_from_db()


def test_after_a_year_every_member_is_asked_and_has_one_vote(running, acting, milos, ana, organisation, other, left):
    before = letters(ana)
    ballot = vote_now(running)
    assert (running.state, ballot.quorum, len(ballot.voters)) == ("voting", 2, 3)
    assert letters(ana) == before + 1
    assert len(on_desk(acting(ana), "Ballot")) == 1
    ballots.vote(by=acting(ana), ballot=ballot, organisation=other, says="no")
    ballots.vote(by=acting(ana), ballot=ballot, organisation=other, says="yes")
    assert [(row.organisation, row.says) for row in Vote.objects.all()] == [(other, "yes")]
    assert not on_desk(acting(ana), "Ballot")
    with pytest.raises(Refused):
        ballots.vote(by=acting(milos), ballot=ballot, organisation=other, says="no")


def test_it_goes_on_with_a_quorum_and_more_yes_than_no(running, acting, milos, ana, organisation, other, left):
    ballot = vote_now(running)
    ballots.vote(by=acting(milos), ballot=ballot, organisation=organisation, says="yes")
    ballots.vote(by=acting(ana), ballot=ballot, organisation=other, says="abstain")
    close_now(ballot)
    assert (ballot.state, ballot.yes, ballot.no, ballot.abstain) == ("kept", 1, 0, 1)
    assert (ballot.cluster.state, ballot.cluster.vote_on) == ("active", date.today() + clusters.YEAR)


@pytest.mark.parametrize("said", [[], ["yes"], ["yes", "no"], ["no", "no"], ["abstain", "abstain"]])
def test_it_ends_without_quorum_or_without_more_yes(running, acting, milos, ana, organisation, other, said):
    ballot = vote_now(running)
    for person, side, says in zip((milos, ana), (organisation, other), said, strict=False):
        ballots.vote(by=acting(person), ballot=ballot, organisation=side, says=says)
    close_now(ballot)
    assert (ballot.state, ballot.cluster.state) == ("ended", "ended")


@pytest.fixture
def twin(network):
    """A second entry of the organisation that Miloš speaks for."""
    return factories.member(network)


@pytest.mark.parametrize("both", [False, True])
def test_after_a_merge_the_one_that_stays_has_one_vote_and_undo_gives_the_other_back(
    running, acting, vesa, milos, ana, organisation, other, network, twin, both
):
    clerk = factories.representative(twin)
    factories.clustermember(cluster=running, organisation=twin, state="member")
    if not both:
        running.seats.filter(organisation=organisation).delete()
    ballot = vote_now(running)
    ballots.vote(by=acting(clerk), ballot=ballot, organisation=twin, says="no")
    if both:
        ballots.vote(by=acting(milos), ballot=ballot, organisation=organisation, says="yes")
    before = Ballot.objects.values("voters", "quorum").get()
    merge = merges.ask(by=acting(vesa), network=network, kept=organisation, gone=twin)
    ballot = Ballot.objects.get()
    assert (organisation.pk in ballot.voters, twin.pk in ballot.voters) == (True, False)
    assert len(ballot.voters) == len(set(ballot.voters)) == len(before["voters"]) - both
    assert ballot.quorum == ballots.quorum_of(ballot.voters)
    ballots.vote(by=acting(milos), ballot=ballot, organisation=organisation, says="yes")
    merges.undo(by=acting(vesa), merge=Merge.objects.get())
    assert Ballot.objects.values("voters", "quorum").get() == before
    merges.ask(by=acting(vesa), network=network, kept=organisation, gone=twin)
    ballots.vote(by=acting(ana), ballot=ballot, organisation=other, says="yes")
    close_now(ballot)
    assert (ballot.state, ballot.yes, ballot.no) == ("kept", 2, 0)
    assert merge.state == "done"


def test_nobody_sees_a_vote_before_it_closes_and_then_numbers_only(
    running, enter, acting, milos, ana, vesa, other, organisation
):
    ballot = vote_now(running)
    client = {who: enter(who) for who in (milos, vesa)}
    before = {who: client[who].get(f"/clusters/{running.pk}/").content for who in client}
    ballots.vote(by=acting(ana), ballot=ballot, organisation=other, says="no")

    def plain(page):
        import re

        return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)

    for who in client:
        assert plain(client[who].get(f"/clusters/{running.pk}/").content) == plain(before[who])
    ballot.refresh_from_db()
    assert (ballot.yes, ballot.no, ballot.abstain) == (None, None, None)
    with pytest.raises(IntegrityError, match="ballot_counted_when_closed"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(no=1)


def test_a_vote_after_the_end_is_refused(running, acting, ana, other):
    ballot = vote_now(running)
    close_now(ballot)
    with pytest.raises(ValidationError, match="closed"):
        ballots.vote(by=acting(ana), ballot=ballot, organisation=other, says="yes")


def test_those_who_have_not_voted_are_reminded_once(running, acting, milos, ana, organisation):
    ballot = vote_now(running)
    ballots.vote(by=acting(milos), ballot=ballot, organisation=organisation, says="yes")
    Ballot.objects.update(closes_on=date.today() + timedelta(days=3))
    before = letters(milos), letters(ana)
    remind_clusters(timestamp=0)
    remind_clusters(timestamp=0)
    assert (letters(milos), letters(ana)) == (before[0], before[1] + 1)


@pytest.mark.django_db(transaction=True)
def test_votes_while_it_closes_are_counted_or_refused_never_lost(running, acting, milos, ana, organisation, other):
    ballot = vote_now(running)
    ballots.vote(by=acting(milos), ballot=ballot, organisation=organisation, says="yes")
    ready, said = threading.Barrier(2, timeout=10), []

    def act(action, **facts):
        try:
            ready.wait()
            action(ballot=Ballot.objects.get(pk=ballot.pk), **facts)
            said.append("done")
        except ValidationError:
            said.append("late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(ballots.close,), kwargs={"by": CLOCK}),
        threading.Thread(
            target=act, args=(ballots.vote,), kwargs={"by": acting(ana), "organisation": other, "says": "yes"}
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    ballot.refresh_from_db()
    assert (ballot.yes or 0) + (ballot.no or 0) + (ballot.abstain or 0) == Vote.objects.count()
    assert "done" in said


def test_time_ends_what_gathers_too_long_and_what_has_passed_its_day(cluster, acting, milos, ana, other, left):
    Cluster.objects.update(due_on=date.today() + timedelta(days=3))
    remind_clusters(timestamp=0)
    assert letters(milos) == 1
    clusters.invite(by=acting(milos), cluster=cluster, organisation=other)
    Cluster.objects.update(due_on=date.today() - timedelta(days=1))
    end_clusters(timestamp=0)
    cluster.refresh_from_db()
    assert (cluster.state, cluster.seats.get(organisation=other).state) == ("ended", "lapsed")
    done = factories.cluster(network=cluster.network, origin="founded", ends_on=date.today() - timedelta(days=1))
    end_clusters(timestamp=0)
    done.refresh_from_db()
    assert done.state == "ended"


def test_unanswered_seats_are_reminded_and_lapse(cluster, acting, milos, ana, other):
    seat = clusters.invite(by=acting(milos), cluster=cluster, organisation=other)
    ClusterMember.objects.filter(pk=seat.pk).update(due_on=date.today() + timedelta(days=2))
    remind_clusters(timestamp=0)
    assert letters(ana) == 2
    ClusterMember.objects.filter(pk=seat.pk).update(due_on=date.today() - timedelta(days=1))
    end_clusters(timestamp=0)
    seat.refresh_from_db()
    assert seat.state == "lapsed"


def test_founded_out_of_what_was_found_with_its_members_invited(acting, milos, ana, network, organisation, other):
    found = factories.cluster(network=network, themes=["668"])
    for each in (organisation, other):
        factories.placement(network=network, organisation=each, cluster=found)
    made = clusters.found(
        by=acting(milos), network=network, organisation=organisation, title="A", charter="B", ends_on=SOON,
        person=milos, cluster=found,
    )  # fmt: skip
    assert clusters.invite_found(by=acting(milos), cluster=made)[1] == 1
    assert made.seats.get(organisation=other).state == "invited"
    assert (made.found_as, made.themes, letters(ana)) == (found, ["668"], 1)


@pytest.mark.parametrize("steps", [CLUSTER_STEPS, SEAT_STEPS, BALLOT_STEPS], ids=["cluster", "seat", "ballot"])
@given(data=st.data())
def test_every_path_can_still_end(steps, data):
    state = data.draw(st.sampled_from(sorted(steps)))
    for _ in range(8):
        if not steps[state]:
            break
        state = data.draw(st.sampled_from(sorted(steps[state])))
    reachable, edge = {state}, {state}
    while edge:
        edge = {new for old in edge for new in steps[old]} - reachable
        reachable |= edge
    assert reachable & (steps.ends | {"found", "faded"})


def test_every_state_that_waits_has_a_day_and_somebody_who_is_told(running, acting, milos, other):
    """Gathering: due_on; active: vote_on and ends_on; voting: the ballot's closes_on; a seat that waits: due_on."""
    assert running.vote_on
    assert running.ends_on
    assert vote_now(running).closes_on
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.clustermember(cluster=running, state="asked", due_on=None)


@pytest.mark.parametrize("who", ["milos", "vesa"])
def test_only_the_clock_opens_and_closes(request, acting, running, who):
    by = acting(request.getfixturevalue(who))
    for action, facts in ((ballots.open_ballot, {"cluster": running}), (clusters.expire, {"cluster": running})):
        with pytest.raises(Refused):
            action(by=by, **facts)
