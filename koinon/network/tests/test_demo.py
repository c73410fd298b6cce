"""The demo network loads through the verbs, twice, and the gazetteer with it."""

import time

import pytest

from koinon.accounts.models import Notice, Person
from koinon.kit.languages import texts
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import places
from koinon.network.demo import loader
from koinon.network.models import Application, Coordination, Mandate, Membership, Network, Organisation, Place
from koinon.network.queries.places import label, search
from tests import factories

pytestmark = pytest.mark.django_db
COUNTED = (Network, Organisation, Membership, Mandate, Coordination, Application, Person, Statement, Place)


@pytest.fixture
def demo():
    return list(loader.load(by=machine("demo")))


def counts():
    return [model.objects.count() for model in COUNTED]


def test_the_second_time_nothing_changes(demo):
    assert len(demo) == 9
    before = counts()
    assert before[:2] == [5, 43]
    assert list(loader.load(by=machine("demo"))) == []
    assert counts() == before


def test_what_the_texts_say_is_there(demo, acting):
    serres = Organisation.objects.get(slug="municipality-of-serres")
    assert serres.place.native == "Σέρρες"
    assert "|serres|" in serres.place.keys
    mandate = serres.mandates.get(role="representative")
    assert mandate.decision == "Απόφαση Δημοτικού Συμβουλίου"
    assert acting(mandate.person).holds("member", Network.objects.get(slug="learning-cities").pk)
    network = Network.objects.get(slug="learning-cities")
    assert texts.read(network, "purpose", "lt").origin == "human"
    assert sorted(Application.objects.values_list("state", flat=True)) == [
        "declined",
        "draft",
        "endorsement",
        "onboarding",
        "returned",
        "review",
        "review",
        "submitted",
        "submitted",
        "waitlisted",
    ]
    assert all(organisation.themes for organisation in Organisation.objects.all())


def test_everything_is_marked_as_demo_and_nobody_gets_letters(demo):
    assert not Person.objects.filter(is_demo=False).exists()
    assert not Organisation.objects.filter(is_demo=False).exists()
    assert Person.objects.filter(is_operator=True).count() == 1
    assert not Notice.objects.exists()


def test_the_gazetteer_loads_in_seconds_and_once():
    start = time.perf_counter()
    assert places.load_places(by=machine("places")) > 20_000
    assert time.perf_counter() - start < 20
    assert places.load_places(by=machine("places")) == 0
    for words in ("Σερρες", "serres", "Serai", "Сер"):
        assert "Σέρρες, Greece" in [label(place, "en") for place in search(words)]
    assert label(search("Велење")[0], "mk") == "Velenje, Словенија"
    assert [place.country for place in search("Shkup")] == ["MK"]
    assert search("") == search("%") == search("|") == []


def test_people_load_no_places(stranger, acting):
    with pytest.raises(Refused):
        places.load_places(by=acting(stranger))


def test_a_place_near_in_spelling_is_proposed():
    velenje = factories.place(name="Velenje", country="SI", keys="|velenje|")
    assert search("Vellenje") == [velenje]
    assert search("velenj") == [velenje]
    assert search("Velenje", "GR") == []
