"""Attacks on ties, clusters, votes and the picture: what nobody confirmed, what is hidden, links of those who left."""

import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from koinon.kit import links
from koinon.kit.ids import uuid7
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import ballots, clusters, ties
from koinon.matching.models import ClusterMember, Tie, Vote
from koinon.network.actions import mandates, memberships
from tests import factories

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://evil.example","x")'
SCRIPT = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def no_kept_pages():
    cache.clear()


@pytest.fixture
def public(network):
    network.is_public = True
    network.save()
    return network


@pytest.fixture
def four(public, organisation, other):
    """Everybody stands somewhere in the picture; a tie that one side declared, nothing confirmed."""
    rows = [organisation, other, factories.member(public), factories.member(public)]
    for row in rows:
        factories.placement(network=public, organisation=row)
    return rows


def leave(organisation, network):
    row = organisation.memberships.get(network=network)
    memberships.end(by=machine("test"), membership=row, why="Left", on=date.today())


@pytest.mark.parametrize("state", ["declared", "derived"])
def test_what_only_one_confirmed_is_in_no_page_picture_or_file(state, public, four, visitor, enter, ana):
    facts = {"declared_by": None} if state == "derived" else {}
    tie = factories.tie(network=public, one=four[0], other=four[2], state=state, note="TIE-NOTE", **facts)
    home = f"/networks/{public.slug}"
    readers = [visitor, enter(ana), enter(factories.representative(four[3]))]
    for client in readers:
        data = json.loads(client.get(f"{home}/picture/data.json").content)
        assert (data["t"], data["b"]) == ([], [])
        for path in (f"{home}/picture/", f"{home}/clusters/", f"/organisations/{four[0].slug}/", f"{home}/"):
            assert b"TIE-NOTE" not in client.get(path).content
        assert client.get(reverse("matching:tie", args=[tie.pk])).status_code == 404
    for kind in ("csv", "graphml", "svg"):
        answer = readers[1].get(f"{home}/picture/ties.{kind}")
        assert b"TIE-NOTE" not in b"".join(answer.streaming_content)
        assert visitor.get(f"{home}/picture/ties.{kind}").status_code == 302


def test_what_a_member_sees_is_not_kept_for_visitors(public, four, visitor, enter, milos):
    factories.tie(network=public, one=four[0], other=four[2], state="declared", note="TIE-NOTE")
    cluster = factories.cluster(network=public, origin="founded", state="gathering", title="HIDDEN-CLUSTER")
    for path in (f"/organisations/{four[0].slug}/", f"/networks/{public.slug}/clusters/", f"/clusters/{cluster.pk}/"):
        mine = enter(milos).get(path)
        assert "public" not in mine.headers["Cache-Control"]
        for _time in range(2):
            theirs = visitor.get(path).content
            assert b"TIE-NOTE" not in theirs
            assert b"HIDDEN-CLUSTER" not in theirs
            assert milos.email.encode() not in theirs


def test_the_picture_does_not_tell_who_gathers_in_a_hidden_cluster(public, four, visitor, enter, milos):
    cluster = factories.cluster(network=public, origin="founded", state="gathering", title="HIDDEN-CLUSTER")
    factories.clustermember(cluster=cluster, organisation=four[2])
    everybody = json.loads(visitor.get(f"/networks/{public.slug}/picture/data.json").content)
    asked = json.loads(visitor.get(f"/networks/{public.slug}/picture/data.json?cluster={cluster.pk}").content)
    assert len(asked["n"]) != 1 or asked["n"][0][-1] != four[2].slug
    assert len(everybody["n"]) == len(four)
    mine = json.loads(enter(milos).get(f"/networks/{public.slug}/picture/data.json?cluster={cluster.pk}").content)
    assert [node[-1] for node in mine["n"]] == [four[2].slug]


def test_nor_of_a_cluster_of_a_network_that_is_not_public(public, four, visitor):
    secret = factories.network(is_public=False)
    factories.membership(network=secret, organisation=four[2])
    cluster = factories.cluster(network=secret, origin="founded", state="active")
    factories.clustermember(cluster=cluster, organisation=four[2])
    asked = json.loads(visitor.get(f"/networks/{public.slug}/picture/data.json?cluster={cluster.pk}").content)
    assert [node[-1] for node in asked["n"]] != [four[2].slug]


def test_names_and_notes_run_nowhere(public, four, visitor, enter, ana):
    for row, name in zip(four, (FORMULA, SCRIPT, '"><svg onload=alert(1)>', "]]><x/>"), strict=True):
        row.names = {"en": name}
        row.save()
    factories.tie(network=public, one=four[0], other=four[1], note="+1+cmd|' /C calc'!A0")
    home = f"/networks/{public.slug}/picture/"
    page = visitor.get(home).content.decode()
    assert "<img src=x" not in page
    assert "<svg onload" not in page
    answer = visitor.get(f"{home}data.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    client = enter(ana)
    lines = b"".join(client.get(f"{home}ties.csv").streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK" in lines
    assert "'+1+cmd" in lines
    from xml.etree import ElementTree

    for kind in ("graphml", "svg"):
        drawn = b"".join(client.get(f"{home}ties.{kind}").streaming_content).decode()
        tree = ElementTree.fromstring(drawn)
        tags = {each.tag.rpartition("}")[2] for each in tree.iter()}
        assert not tags & {"script", "img", "x", "foreignObject"}
        assert "onload" not in {name for each in tree.iter() for name in each.attrib}


def test_the_letter_of_a_former_speaker_shows_and_confirms_no_tie(public, organisation, other, milos, ana, visitor):
    row = factories.tie(network=public, one=organisation, other=other, state="declared", note="TIE-NOTE")
    address = reverse("matching:tie_by_link", args=[links.make("matching.tie", tie=str(row.pk), person=str(ana.pk))])
    assert b"TIE-NOTE" in visitor.get(address).content
    mandates.withdraw(by=machine("test"), mandate=other.mandates.get(), why="Left")
    assert visitor.get(address).status_code in (404, 410)
    assert visitor.post(address).status_code in (404, 410)
    foreign = links.make("matching.tie", tie=str(row.pk), person=str(milos.pk))
    assert visitor.post(reverse("matching:tie_by_link", args=[foreign])).status_code in (404, 410)
    row.refresh_from_db()
    assert row.state == "declared"


def test_the_letter_of_a_former_speaker_shows_and_renews_no_call(network, need, milos, organisation, visitor):
    need.state = "draft"
    need.save()
    token = links.make("matching.renew", listing=str(need.pk), person=str(milos.pk))
    address = reverse("matching:renew_by_link", args=[token])
    mandates.withdraw(by=machine("test"), mandate=organisation.mandates.get(), why="Left")
    for answer in (visitor.get(address), visitor.post(address)):
        assert answer.status_code in (404, 410)
        assert need.title.encode() not in answer.content
    need.refresh_from_db()
    assert need.state == "draft"


def test_opening_a_letter_twice_changes_nothing_and_its_button_works_once(public, organisation, other, ana):
    row = factories.tie(network=public, one=organisation, other=other, state="declared")
    address = reverse("matching:tie_by_link", args=[links.make("matching.tie", tie=str(row.pk), person=str(ana.pk))])
    client = Client()
    for _time in range(3):
        client.get(address)
        client.head(address)
    row.refresh_from_db()
    assert row.state == "declared"
    client.post(address)
    assert client.post(address).status_code == 410
    assert Tie.objects.get(pk=row.pk).state == "confirmed"
    assert Statement.objects.filter(verb="matching.tie_confirmed").count() == 1


def test_nobody_confirms_for_the_other_side(public, organisation, other, milos, vesa, stranger, rival, acting, enter):
    row = factories.tie(network=public, one=organisation, other=other, state="declared")
    for person in (milos, vesa, stranger, rival):
        for side in (organisation, other):
            with pytest.raises(Refused):
                ties.confirm(by=acting(person), tie=row, organisation=side)
        answer = enter(person).post(reverse("matching:tie_move", args=[row.pk, "confirm"]), {"organisation": other.pk})
        assert answer.status_code == 404
    row.refresh_from_db()
    assert row.state == "declared"


def test_a_tie_reaches_no_organisation_of_another_network(public, organisation, milos, acting, enter):
    foreign = factories.member(factories.network())
    with pytest.raises(Refused):
        ties.declare(by=acting(milos), network=public, organisation=organisation, other=foreign, kind="together")
    address = reverse("matching:tie_new", args=[public.slug, foreign.slug])
    assert enter(milos).post(address, {"kind": "together"}).status_code == 404
    assert not Tie.objects.exists()


@pytest.fixture
def voting(public, organisation, other, milos):
    cluster = factories.cluster(network=public, origin="founded", state="voting")
    for row in (organisation, other, factories.member(public)):
        factories.clustermember(cluster=cluster, organisation=row)
    factories.lead(cluster=cluster, person=milos, organisation=organisation)
    return factories.ballot(cluster=cluster)


def test_who_left_the_network_votes_and_leads_no_more(voting, public, organisation, milos, acting, enter):
    leave(organisation, public)
    with pytest.raises(Refused):
        ballots.vote(by=acting(milos), ballot=voting, organisation=organisation, says="no")
    for act in (
        lambda: clusters.invite(by=acting(milos), cluster=voting.cluster, organisation=factories.member(public)),
        lambda: clusters.plan(by=acting(milos), cluster=voting.cluster, title="Mine", due_on=date.today()),
        lambda: clusters.close(by=acting(milos), cluster=voting.cluster, why="Over"),
    ):
        with pytest.raises(Refused):
            act()
    assert not Vote.objects.exists()


def test_one_vote_each_for_members_only_and_nobody_reads_it(voting, organisation, other, milos, ana, stranger, rival,
                                                           acting, enter, visitor):  # fmt: skip
    for person in (stranger, rival, milos):
        with pytest.raises(Refused):
            ballots.vote(by=acting(person), ballot=voting, organisation=other, says="no")
    joined = factories.member(voting.cluster.network)
    late = factories.representative(joined)
    factories.clustermember(cluster=voting.cluster, organisation=joined)
    with pytest.raises(Refused):
        ballots.vote(by=acting(late), ballot=voting, organisation=joined, says="no")
    address = reverse("matching:cluster", args=[voting.cluster_id])
    before = enter(ana).get(address).content
    ballots.vote(by=acting(milos), ballot=voting, organisation=organisation, says="no")
    ballots.vote(by=acting(milos), ballot=voting, organisation=organisation, says="yes")
    assert [row.says for row in Vote.objects.all()] == ["yes"]
    after = enter(ana).get(address).content
    assert len(before) == len(after), "the page of another member does not tell that somebody voted"


def test_a_seat_is_decided_by_the_side_whose_turn_it_is(
    public, voting, other, ana, milos, stranger, rival, vesa, acting
):
    guest = factories.member(public)
    speaker = factories.representative(guest)
    invited = factories.clustermember(cluster=voting.cluster, organisation=guest, state="invited")
    for person in (milos, ana, stranger, rival, vesa):
        with pytest.raises(Refused):
            clusters.admit(by=acting(person), seat=invited)
    asked = factories.clustermember(cluster=voting.cluster, state="asked")
    for person in (speaker, ana, stranger, rival, vesa):
        with pytest.raises(Refused):
            clusters.admit(by=acting(person), seat=asked)
    assert not ClusterMember.objects.filter(pk__in=[invited.pk, asked.pk], state="member").exists()


def test_a_guessed_id_opens_nothing(visitor, enter, stranger, public):
    for client in (visitor, enter(stranger)):
        for name in ("matching:cluster", "matching:tie", "matching:listing", "matching:thread", "matching:meeting"):
            assert client.get(reverse(name, args=[uuid7()])).status_code in (302, 404)


def test_a_cluster_takes_no_day_title_or_step_of_others(public, voting, milos, acting):
    foreign = factories.member(factories.network())
    with pytest.raises((Refused, ValidationError)):
        clusters.invite(by=acting(milos), cluster=voting.cluster, organisation=foreign)
    with pytest.raises(ValidationError):
        clusters.plan(
            by=acting(milos),
            cluster=voting.cluster,
            title="x",
            due_on=date.today() + timedelta(9),
            organisation=foreign,
        )
    with pytest.raises(ValidationError):
        clusters.appoint(by=acting(milos), cluster=voting.cluster, person=factories.person(), organisation=foreign)
    assert not voting.cluster.plan.exists()
