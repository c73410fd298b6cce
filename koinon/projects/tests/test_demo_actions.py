"""The demo's call loads through the verbs, once: four teams in four states, a grant closed to the cent."""

from decimal import Decimal

import pytest
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit.verbs import machine
from koinon.projects.demo import loader, people
from koinon.projects.models import Call, Project, SmallGrant
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    facts = people.told()["call"]
    network = factories.network(slug=facts["network"], is_demo=True)
    house = factories.member(network, slug=facts["organisation"], is_demo=True)
    first, second = (factories.person(email=email, is_demo=True) for email in facts["runs"])
    factories.mandate(organisation=house, person=first, role="deputy")
    factories.coordination(network=network, person=second)
    return list(loader.load(by=machine("demo")))


def test_four_teams_in_four_states(demo):
    states = dict(Project.objects.values_list("slug", "state"))
    assert set(states.values()) == {"closed", "running", "conditional", "rejected"}
    assert Call.objects.get().state == "decided"


def test_one_grant_is_closed_to_the_cent(demo):
    grant = SmallGrant.objects.get(state="closed")
    assert (grant.accounted, grant.returned, grant.amount) == (Decimal("189.00"), Decimal("16.00"), Decimal("205.00"))
    assert SmallGrant.objects.filter(state="paid").count() == 1


def test_the_second_time_nothing_happens(demo):
    assert not list(loader.load(by=machine("demo")))
    assert Call.objects.count() == 1


def test_nobody_is_told_of_the_past(demo):
    assert not Notice.objects.exists()


def test_the_result_is_there_for_everybody(demo, client):
    page = client.get(reverse("projects:project", args=["books-on-the-move"])).content.decode()
    assert "63" in page
    assert "Librat erdhën në tri fshatra" in page


def test_without_the_network_there_is_nothing_to_load(db):
    assert not list(loader.load(by=machine("demo")))
