"""The picture of a network: one rule for drawing, table and files; clusters keep their address; ten bridges a week."""

import csv
import io
import json
import threading
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.matching.actions import bridges, picture
from koinon.matching.clock import end_clusters
from koinon.matching.clock.picture import draw, propose
from koinon.matching.models import Bridge, Cluster, Introduction, Placement
from koinon.matching.queries.picture import Asked, drawn, ties_of
from tests import factories

pytestmark = pytest.mark.django_db
BY = machine("picture")


@pytest.fixture
def groups(network):
    """Two groups of five members, each tied within; nobody between."""
    made = []
    for theme in ("668", "2836"):
        rows = [factories.member(network, themes=[theme], names={"en": f"House {theme} {i}"}) for i in range(5)]
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                factories.tie(network=network, one=one, other=other)
        made.append(rows)
    return made


def test_clusters_are_found_named_and_placed(network, groups, acting, vesa):
    assert draw(network, by=BY) == (2, 10)
    rows = list(Cluster.objects.filter(network=network))
    assert {row.themes[0] for row in rows} == {"668", "2836"}
    assert all(row.stability >= 0.6 for row in rows)
    for row in rows:
        homes = {place.organisation for place in row.placements.all()}
        assert homes in (set(groups[0]), set(groups[1]))


def test_a_cluster_keeps_its_address_and_name_from_night_to_night(network, groups):
    draw(network, by=BY)
    before = {row.pk: row.themes for row in Cluster.objects.all()}
    newcomer = factories.member(network, themes=["1004", "2836"])
    for one in groups[1]:
        factories.tie(network=network, one=one, other=newcomer)
        type(one).objects.filter(pk=one.pk).update(themes=["2836", "1004"])
    draw(network, by=BY)
    assert {row.pk: row.themes for row in Cluster.objects.all()} == before
    assert sorted(Cluster.objects.values_list("size", flat=True)) == [5, 6]


def test_what_is_no_longer_found_fades_and_may_come_back(network, groups, visitor, acting, vesa):
    draw(network, by=BY)
    gone = Cluster.objects.get(themes=["668"])
    from koinon.matching.models import Tie

    Tie.objects.filter(a__in=groups[0]).delete()
    draw(network, by=BY)
    gone.refresh_from_db()
    assert gone.state == "faded"
    assert not Cluster.objects.visible_to(acting(vesa)).filter(pk=gone.pk).exists()


def test_who_is_in_no_cluster_is_still_in_the_picture(network, groups):
    alone = factories.member(network)
    draw(network, by=BY)
    assert Placement.objects.get(organisation=alone).cluster is None


def test_only_the_job_draws(network, acting, vesa):
    with pytest.raises(Refused):
        picture.redraw(by=acting(vesa), network=network, clusters=[], points={})


@pytest.fixture
def seen(network, groups):
    """A drawn network with one declared, one derived and one ended tie beside the confirmed ones."""
    one, other = groups[0][0], groups[1][0]
    factories.tie(network=network, one=one, other=other, kind="twin", state="declared", note="SECRET DRAFT")
    factories.tie(network=network, one=one, other=other, kind="visit", state="derived", declared_by=None, note="SECRET")
    factories.tie(network=network, one=one, other=other, kind="agreement", state="ended", note="SECRET PAST")
    draw(network, by=BY)
    return factories.representative(one)


ADDRESSES = ("", "data.json", "ties.csv", "ties.graphml", "ties.svg")


def test_drawing_table_and_files_show_the_same_ties_even_to_their_sides(enter, network, seen, groups):
    client = enter(seen)
    base = f"/networks/{network.slug}/picture/"
    pages = {name: client.get(base + name) for name in ADDRESSES}
    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(ADDRESSES, 200)
    text = {name: b"".join(page) if page.streaming else page.content for name, page in pages.items()}
    assert not [name for name, said in text.items() if b"SECRET" in said]
    data = json.loads(text["data.json"])
    assert (len(data["n"]), len(data["t"]), len(data["c"])) == (10, 20, 2)
    rows = list(csv.reader(io.StringIO(text["ties.csv"].decode("utf-8-sig"))))
    assert len(rows) == 21
    graph = ET.fromstring(text["ties.graphml"])
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(graph.findall(f".//{space}node")) == 10
    assert len(graph.findall(f".//{space}edge")) == 20
    assert len(ET.fromstring(text["ties.svg"]).findall(".//{http://www.w3.org/2000/svg}circle")) == 12


def test_visitors_see_public_networks_only_and_take_no_files(visitor, network, seen):
    base = f"/networks/{network.slug}/picture/"
    assert [visitor.get(base + name).status_code for name in ADDRESSES] == [404, 404, 302, 302, 302]
    network.is_public = True
    network.save()
    page = visitor.get(base)
    assert page.status_code == 200
    assert b"csrfmiddlewaretoken" not in page.content
    assert b"SECRET" not in page.content + visitor.get(base + "data.json").content


def test_strangers_and_rivals_find_nothing(enter, network, seen, stranger, rival):
    for who in (stranger, rival):
        client = enter(who)
        assert {client.get(f"/networks/{network.slug}/picture/{name}").status_code for name in ADDRESSES} == {404}


def test_a_member_that_left_is_gone_with_its_ties(acting, vesa, network, seen, groups):
    groups[0][1].memberships.update(period=(date(2020, 1, 1), date(2021, 1, 1)))
    found = drawn(network, acting(vesa), Asked(), language="en")
    assert (len(found.nodes), len(found.ties)) == (9, 16)


def test_filters_by_kind_and_time(acting, vesa, network, organisation, other):
    me = acting(vesa)
    factories.tie(
        network=network, one=organisation, other=other, kind="project", since=date(2015, 1, 1), until=date(2017, 4, 30)
    )
    factories.tie(network=network, one=organisation, other=other, kind="agreement", since=date(2020, 1, 23))
    factories.tie(network=network, one=organisation, other=other, kind="together")

    def kinds(**facts):
        return sorted(ties_of(network, me, Asked(**facts)).values_list("kind", flat=True))

    assert kinds() == ["agreement", "project", "together"]
    assert kinds(kinds=("project", "twin")) == ["project"]
    assert kinds(since=2018) == ["agreement", "together"]
    assert kinds(until=2016) == ["project", "together"]
    assert kinds(since=2016, until=2016) == ["project", "together"]
    assert kinds(since=2018, until=2019) == ["together"]


@pytest.mark.parametrize("query", [
    "?from=abc&to=99999&kind=nonsense&cluster=x", "?after=zzz", "?before=\x00", "?from=-1", "?cluster=" + "9" * 40,
    "?kind=" + "x" * 500,
])  # fmt: skip
def test_nonsense_in_the_address_is_left_out(enter, vesa, network, seen, query):
    for name in ("", "data.json"):
        assert enter(vesa).get(f"/networks/{network.slug}/picture/{name}{query}").status_code == 200


def test_a_large_network_is_drawn_by_clusters_with_bundles(acting, vesa, network, groups):
    factories.tie(network=network, one=groups[0][0], other=groups[1][0])
    draw(network, by=BY)
    found = drawn(network, acting(vesa), Asked(), language="en", whole=5)
    assert (len(found.clusters), found.nodes, found.ties, found.bundles) == (2, [], [], [[0, 1, 1]])
    key = Cluster.objects.filter(network=network).first().pk
    opened = drawn(network, acting(vesa), Asked(cluster=key), language="en", whole=5)
    assert (len(opened.clusters), len(opened.nodes), len(opened.ties)) == (1, 5, 10)


def test_the_table_is_paged_by_the_database(enter, vesa, network, groups):
    for _ in range(8):
        factories.tie(network=network)
    client = enter(vesa)
    page = client.get(f"/networks/{network.slug}/picture/")
    table = page.context["table"]
    assert (len(table.rows), table.total, table.previous) == (25, 28, "")
    second = client.get(f"/networks/{network.slug}/picture/?after={table.next}").context["table"]
    assert (len(second.rows), second.next) == (3, "")
    back = client.get(f"/networks/{network.slug}/picture/?before={second.previous}").context["table"]
    assert [row.pk for row in back.rows] == [row.pk for row in table.rows]


def test_as_many_questions_for_three_as_for_one(enter, vesa, network, organisation):
    client, numbers = enter(vesa), []
    for _round in range(2):
        factories.tie(network=network, one=organisation)
        draw(network, by=BY)
        found = []
        for address in ("picture/", "picture/data.json", "clusters/", "bridges/"):
            client.get(f"/networks/{network.slug}/{address}")
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/networks/{network.slug}/{address}")
            found.append(len(asked))
        numbers.append(found)
        for _ in range(2):
            factories.tie(network=network, one=organisation)
            factories.bridge(network=network)
            factories.cluster(network=network)
    assert numbers[0] == numbers[1]


def test_names_are_never_markup(acting, enter, vesa, network, organisation, other):
    type(other).objects.filter(pk=other.pk).update(names={"en": '<script>alert("x")</script>'})
    factories.tie(network=network, one=organisation, other=other, note="<b>bold</b>")
    draw(network, by=BY)
    client = enter(vesa)
    for name in ("", "ties.svg", "ties.graphml"):
        page = client.get(f"/networks/{network.slug}/picture/{name}")
        said = b"".join(page) if page.streaming else page.content
        assert b"<script>alert" not in said
        assert b"<b>bold" not in said


def test_a_spreadsheet_takes_nothing_for_a_formula(enter, vesa, network, organisation, other):
    factories.tie(network=network, one=organisation, other=other, note="=1+1")
    said = b"".join(enter(vesa).get(f"/networks/{network.slug}/picture/ties.csv")).decode()
    assert "'=1+1" in said


# ---------------------------------------------------------------- bridges


@pytest.fixture
def apart(network, groups):
    """Two clusters, and a need in one that an offer in the other serves."""
    need = factories.listing(network=network, organisation=groups[0][0], side="need", title="A workshop")
    offer = factories.listing(network=network, organisation=groups[1][0], side="offer", title="Our workshop")
    factories.match(need=need, offer=offer)
    draw(network, by=BY)
    return groups


def test_a_bridge_says_why_and_only_coordinators_see_it(acting, enter, vesa, network, apart, rival, left):
    assert propose(network, by=machine("bridges")) == 1
    row = Bridge.objects.get()
    assert {row.one, row.other} == {apart[0][0], apart[1][0]}
    assert [reason["kind"] for reason in row.reasons] == ["fit", "languages", "ties"]
    page = enter(vesa).get(f"/networks/{network.slug}/bridges/").content.decode()
    assert "looks for “A workshop”" in page
    assert "no ties yet" in page
    member = factories.representative(apart[0][0])
    for who in (member, rival):
        assert enter(who).get(f"/networks/{network.slug}/bridges/").status_code == 404
        assert not Bridge.objects.manageable_by(acting(who)).exists()
    assert left("matching.bridges_proposed") == 1


def test_at_most_ten_in_a_week_whoever_asks_how_often(network):
    found = []
    for _ in range(14):
        pair = sorted((factories.member(network) for _ in range(2)), key=lambda each: each.pk)
        found.append({"sort": "member", "one": pair[0].pk, "other": pair[1].pk, "reasons": [],
                      "cluster_of_one": None, "cluster_of_other": None})  # fmt: skip
    for _ in range(3):
        bridges.propose(by=BY, network=network, found=found)
    assert Bridge.objects.count() == 10
    with pytest.raises(IntegrityError, match="bridge_slot_of_ten"), transaction.atomic():
        factories.bridge(network=network, slot=11)
    with pytest.raises(IntegrityError, match="bridge_ten_a_week"), transaction.atomic():
        factories.bridge(network=network, slot=1)


@pytest.mark.django_db(transaction=True)
def test_ten_hold_when_two_propose_at_once(network):
    lots = []
    for _lot in range(2):
        rows = []
        for _ in range(8):
            pair = sorted((factories.member(network) for _ in range(2)), key=lambda each: each.pk)
            rows.append({"sort": "member", "one": pair[0].pk, "other": pair[1].pk, "reasons": [],
                         "cluster_of_one": None, "cluster_of_other": None})  # fmt: skip
        lots.append(rows)
    ready = threading.Barrier(2, timeout=10)

    def act(rows):
        try:
            ready.wait()
            bridges.propose(by=BY, network=network, found=rows)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(rows,)) for rows in lots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert Bridge.objects.count() == 10


def test_a_bridge_becomes_an_introduction_and_what_came_of_it_is_seen(acting, enter, vesa, network, left):
    row = factories.bridge(network=network)
    for side in (row.one, row.other):
        factories.representative(side)
    built = bridges.build(by=acting(vesa), bridge=row, reason="You both teach.")
    made = Introduction.objects.get()
    assert (built.state, built.introduction, made.state) == ("introduced", made, "proposed")
    assert {made.one, made.other} == {row.one, row.other}
    assert left("matching.bridge_built") == 1
    page = enter(vesa).get(f"/networks/{network.slug}/bridges/").content.decode()
    assert str(made.get_state_display()) in page


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_nobody_else_builds_or_sets_aside(request, acting, who, network):
    row = factories.bridge(network=network)
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        bridges.build(by=by, bridge=row, reason="Why not.")
    with pytest.raises(Refused):
        bridges.set_aside(by=by, bridge=row, why="No.")


def test_a_coordinator_who_speaks_for_a_side_does_not_decide(acting, vesa, network):
    row = factories.bridge(network=network)
    factories.mandate(organisation=row.one, person=vesa, role="deputy")
    with pytest.raises(Refused):
        bridges.set_aside(by=acting(vesa), bridge=row, why="No.")


def test_set_aside_with_a_reason_and_not_proposed_again(acting, vesa, network, apart, left):
    propose(network, by=BY)
    row = Bridge.objects.get()
    with pytest.raises(ValidationError, match="few words"):
        bridges.set_aside(by=acting(vesa), bridge=row, why=" ")
    bridges.set_aside(by=acting(vesa), bridge=row, why="They know each other.")
    assert (row.state, left("matching.bridge_set_aside")) == ("aside", 1)
    assert propose(network, by=BY) == 0
    bridges.take_back(by=acting(vesa), bridge=row)
    assert (row.state, row.why_aside) == ("proposed", "")


def test_after_four_weeks_a_proposal_makes_room(network):
    row = factories.bridge(network=network)
    Bridge.objects.update(week=row.week - bridges.OPEN_FOR)
    end_clusters(timestamp=0)
    row.refresh_from_db()
    assert row.state == "lapsed"


def test_visitors_are_nobody(network):
    assert not Bridge.objects.manageable_by(VISITOR).exists()
