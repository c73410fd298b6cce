"""The demo's events load through the verbs, are marked as demo, and load once."""

from collections import Counter
from pathlib import Path

import pytest
from django.urls import reverse

from koinon.accounts import demo as demo_people
from koinon.accounts.models import Notice, Person
from koinon.events.demo import loader, organising
from koinon.events.engine import clocks
from koinon.events.lends import demo as entry
from koinon.events.lends.registering import deciding
from koinon.events.models import Certificate, Event, Registration
from koinon.kit.verbs import machine
from koinon.network.demo import people as network_demo
from koinon.network.models import Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db):
    slugs = {slug for row in organising.told() for slug in row["networks"]}
    networks = {slug: factories.network(slug=slug, is_demo=True) for slug in sorted(slugs)}
    for row in organising.told():
        if not factories.Organisation.objects.filter(slug=row["organisation"]).exists():
            factories.member(networks[row["networks"][0]], slug=row["organisation"], is_demo=True)
    for _number in range(25):
        factories.representative(factories.member(networks["active-citizens"]), is_demo=True)
    return list(loader.load(by=machine("demo")))


def test_eight_events_and_nothing_new_the_second_time(demo):
    assert len(demo) == 3
    before = [model.objects.count() for model in (Event, Registration, Certificate, Person)]
    assert list(loader.load(by=machine("demo"))) == []
    assert [model.objects.count() for model in (Event, Registration, Certificate, Person)] == before
    assert Event.objects.filter(is_demo=True).count() == 8
    assert not Registration.objects.exclude(is_demo=True).exists()
    assert not Notice.objects.exists()


def test_one_click_makes_an_organiser_with_something_to_do(acting, enter, demo):
    """She speaks for the house of most events, and their registrations wait for her word."""
    house = Event.objects.get(slug="digital-cities-serbia").organisation
    person = factories.representative(house, is_demo=True, email=demo_people.address("british-council"))
    (group,) = entry.groups()
    assert (group.is_first, [row.person for row in group.people]) == (True, [person.pk])
    assert [item for item in deciding(acting(person)) if "group=approval" in item.url]
    serbia = enter(person).get(reverse("events:people", args=["digital-cities-serbia"])).content.decode()
    assert "Waiting for your decision" in serbia
    assert demo_people.address("british-council") in Path(network_demo.__file__).with_name("people.toml").read_text(
        encoding="utf-8"
    )


def test_nobody_gets_a_letter(demo, letters):
    assert letters() == []


def test_registrations_in_every_state(demo):
    states = Counter(Registration.objects.values_list("state", flat=True))
    assert set(states) == set(Registration.State.values)
    for row in organising.told():
        found = Counter(Registration.objects.filter(event__slug=row["slug"]).values_list("state", flat=True))
        for state in ("attended", "missed", "approval", "rejected", "sender", "draft", "consent", "email", "lapsed"):
            assert found[state] == row["people"].get(state, 0), (row["slug"], state)


def test_nobody_has_more_places_than_there_are_and_the_past_is_certified(demo):
    for event in Event.objects.all():
        for counter in event.quotas.get(rule="all").counters.all():
            holding = event.registrations.filter(state__in=["offered", "confirmed", "attended", "missed"]).count()
            assert counter.taken == holding <= counter.capacity
    budva = Event.objects.get(slug="digital-cities-budva")
    assert (budva.state, budva.report_due_on is not None) == ("reported", True)
    assert Certificate.objects.filter(registration__event=budva).count() >= 8


def test_days_of_the_texts_are_kept_in_a_year_that_comes(demo):
    days = {row.slug: clocks.local(row.starts_at, row.zone) for row in Event.objects.all()}
    assert (days["digital-cities-serbia"].month, days["digital-cities-serbia"].day) == (2, 21)
    assert (days["social-cluster-results"].month, days["social-cluster-results"].day) == (2, 22)
    assert (days["partners-meeting-velenje"].month, days["partners-meeting-velenje"].day) == (1, 23)
    assert Event.objects.get(slug="social-services-workshop").sessions.count() == 5


def test_what_stays_is_there_to_be_seen(demo):
    budva, visit = (Event.objects.get(slug=slug) for slug in ("digital-cities-budva", "digital-cities-visit"))
    assert (budva.report.state, budva.report.figures["attended"], budva.report.figures["answers"]) == (
        "published",
        9,
        5,
    )
    assert budva.photos.get().is_public
    assert budva.picture_alt
    assert visit.state == "open"
    members = Membership.objects.active().filter(network=visit.network_id).count()
    assert visit.slots.count() == min(members - 1, 2)
    assert Event.objects.get(slug="social-cluster-results").shown.count() == 2
