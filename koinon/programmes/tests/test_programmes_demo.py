"""The demo's cascade loads through the verbs, is marked as demo, and loads once."""

import pytest

from koinon.accounts.models import Notice, Person
from koinon.kit.verbs import machine
from koinon.programmes.demo import loader, people
from koinon.programmes.models import Activity, CascadeGrant, Delivery, DriftWarning, Participant, Programme
from koinon.programmes.queries.lineage import whole
from koinon.programmes.queries.toolkits import is_stale
from tests import factories

pytestmark = pytest.mark.django_db
COUNTED = (Programme, CascadeGrant, Delivery, Participant, Activity, Person)


@pytest.fixture
def demo(db):
    facts = people.told()["programme"]
    network = factories.network(slug=facts["network"], is_demo=True)
    factories.member(network, slug=facts["organisation"], is_demo=True)
    factories.course(slug=facts["course"], is_demo=True, is_published=True, network=network)
    return list(loader.load(by=machine("demo")))


def test_four_generations_and_nothing_new_the_second_time(demo):
    assert len(demo) == 1
    before = [model.objects.count() for model in COUNTED]
    assert list(loader.load(by=machine("demo"))) == []
    assert [model.objects.count() for model in COUNTED] == before
    assert set(Delivery.objects.values_list("generation", flat=True)) == {1, 2, 3, 4}
    assert not Delivery.objects.exclude(is_demo=True).exists()
    assert not Notice.objects.exists()


def test_each_delivery_counts_its_people(demo):
    for row in Delivery.objects.all():
        assert row.number_reached == row.participants.count()
        assert row.number_became == row.participants.filter(has_become=True).count() == row.grants.count()


def test_people_are_roles_and_one_is_a_click_away(demo):
    assert all(row.is_demo for row in Person.objects.filter(cascade_grants__isnull=False))
    assert people.groups()[0].people[0].name == "Lehtësuesja në Shkodër"


def test_a_translation_is_older_than_its_original(demo):
    stale = [row for row in Activity.objects.filter(toolkit__number=2) if is_stale(row, "mk")]
    assert len(stale) == 1


def test_without_the_network_nothing_is_written(db):
    assert list(loader.load(by=machine("demo"))) == []


def test_figures_have_intervals_and_one_drift_is_told(demo):
    programme = Programme.objects.get()
    generations, overall = whole(programme)
    assert len(generations) == 4
    assert all(row.factor and row.quality for row in generations if row.may_go_on)
    assert overall.factor.low < overall.factor.value < overall.factor.high
    assert [row.measure for row in DriftWarning.objects.filter(state="open")] == ["quality"]
