"""What lasted while a member reports on it: ties that were confirmed and held, clusters it was in; nothing else."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from koinon.matching.models import Cluster, ClusterMember
from koinon.matching.queries.ties import holdings_of
from koinon.network.actions import merges
from koinon.network.queries import reports as questions
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date.today()
DAY = timedelta(days=1)
SINCE, UNTIL = TODAY - 100 * DAY, TODAY - 10 * DAY


def had(network, *organisations):
    found = holdings_of(network.pk, [each.pk for each in organisations], SINCE, UNTIL)
    return found["matching.ties_held"], found["matching.clusters_held"]


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"state": "confirmed"}, 1),
        ({"state": "confirmed", "since": UNTIL}, 1),
        ({"state": "confirmed", "since": UNTIL + DAY}, 0),
        ({"state": "ended", "until": SINCE}, 1),
        ({"state": "ended", "until": SINCE - DAY}, 0),
        ({"state": "ended", "until": UNTIL, "declared_by": None}, 0),  # derived, never confirmed
        ({"state": "withdrawn"}, 0),
        ({"state": "lapsed"}, 0),
        ({"state": "derived", "declared_by": None}, 0),
    ],
)
def test_ties_that_were_confirmed_and_held(network, organisation, other, facts, wanted):
    facts = {"declared_by": organisation, **facts}
    factories.tie(network=network, one=organisation, other=other, **facts)
    assert had(network, organisation)[0] == had(network, other)[0] == wanted
    assert had(factories.network(), organisation)[0] == 0


@pytest.mark.parametrize(
    ("seat", "came", "moved", "cluster", "ended", "wanted"),
    [
        ("member", 50, 50, "active", None, 1),
        ("member", 50, 50, "voting", None, 1),
        ("member", 50, 50, "gathering", None, 0),
        ("member", 50, 50, "ended", 40, 1),
        ("member", 200, 200, "ended", 150, 0),
        ("member", 50, 5, "active", None, 0),  # came after the time
        ("left", 200, 50, "active", None, 1),
        ("left", 200, 150, "active", None, 0),
        ("left", 5, 3, "active", None, 0),
        ("asked", 50, 50, "active", None, 0),
        ("withdrawn", 50, 50, "active", None, 0),
    ],
)
def test_clusters_it_was_in(network, organisation, seat, came, moved, cluster, ended, wanted):
    row = factories.cluster(network=network, origin="founded", state=cluster)
    made = factories.clustermember(cluster=row, organisation=organisation, state=seat)
    now = timezone.now()
    ClusterMember.objects.filter(pk=made.pk).update(made_at=now - came * DAY, moved_at=now - moved * DAY)
    Cluster.objects.filter(pk=row.pk).update(moved_at=now - (ended or 0) * DAY)
    assert had(network, organisation)[1] == wanted


def test_it_stands_in_the_report_before_anybody_writes(network, organisation, other, milos, enter):
    factories.tie(network=network, one=organisation, other=other, state="confirmed", declared_by=organisation)
    facts = {"covers_since": SINCE, "covers_until": UNTIL}
    report = factories.report(membership=organisation.memberships.get(), **facts)
    assert questions.counted(report) == [{"verb": "matching.ties_held", "count": 1}]
    page = enter(milos).get(reverse("network:report_write", args=[report.pk])).content.decode()
    assert "Confirmed ties in this time" in page
    assert "Clusters it belonged to" not in page, "nothing is not named"


def test_after_a_merge_the_ties_of_both_count(network, organisation, other, vesa, acting):
    twin = factories.member(network)
    third = factories.member(network)
    factories.tie(network=network, one=organisation, other=other, state="confirmed", declared_by=organisation)
    factories.tie(network=network, one=twin, other=third, state="confirmed", declared_by=twin)
    merges.ask(by=acting(vesa), network=network, kept=organisation, gone=twin)
    assert had(network, organisation, twin)[0] == 2
