"""A study visit: who may offer days, who may change them, days that people have chosen, places that are counted."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.events.actions import registering
from koinon.events.actions import slots as actions
from koinon.events.engine import clocks
from koinon.events.models import EventQuota, Registration, VisitSlot
from koinon.events.queries import slots as queries
from koinon.kit.verbs import Refused
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(gathering):
    gathering.kind = "study_visit"
    gathering.save(update_fields=["kind"])
    return gathering


@pytest.fixture
def days(visit):
    """What is said of days: those of the visit."""
    first = clocks.local(visit.starts_at, visit.zone).date()
    return {"starts_on": first, "ends_on": first + timedelta(days=1), "places": 2, "programme": "We show the lab."}


@pytest.fixture
def slot(acting, milos, organisation, visit, days):
    return actions.offer(by=acting(milos), event=visit, host=organisation, languages=["en", "xx"], **days)


def test_a_member_offers_days_and_they_are_places_to_choose(anna, slot, visit):
    assert (slot.quota.rule, slot.quota.places, slot.languages) == ("chosen", 2, ["en"])
    assert [(each.slot.pk, each.left) for each in queries.offered(visit)] == [(slot.pk, 2)]
    assert any("offers days" in title for title in told(anna))


def test_nobody_offers_for_others_nor_from_outside(acting, milos, organisation, stranger, rival, visit, days):
    outside = factories.organisation()
    for who, host in (
        (stranger, organisation), (rival, organisation), (factories.representative(outside), outside),
        (milos, factories.member(visit.network)),
    ):  # fmt: skip
        with pytest.raises(Refused):
            actions.offer(by=acting(who), event=visit, host=host, **days)
    visit.kind = "conference"
    visit.save(update_fields=["kind"])
    with pytest.raises(Refused):
        actions.offer(by=acting(milos), event=visit, host=organisation, **days)
    assert not EventQuota.objects.filter(rule="chosen").exists()


@pytest.mark.parametrize(
    ("field", "facts"),
    [("places", {"places": 0}), ("places", {"places": 9999}), ("programme", {"programme": " "}),
     ("ends_on", {"ends_on": "earlier"}), ("starts_on", {"starts_on": "years before"})],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_the_field(acting, milos, organisation, visit, days, field, facts):
    moved = {"earlier": days["starts_on"] - timedelta(days=1), "years before": days["starts_on"] - timedelta(days=900)}
    said = {**days, **{key: moved.get(value, value) for key, value in facts.items()}}
    with pytest.raises(ValidationError) as problem:
        actions.offer(by=acting(milos), event=visit, host=organisation, **said)
    assert field in problem.value.error_dict


def chosen(visit, slot, **facts):
    row = factories.registration(event=visit, **facts)
    row.chosen.add(slot.quota)
    return row


def test_days_that_somebody_has_chosen_stay(acting, milos, visit, slot, days):
    row = chosen(visit, slot)
    me, later = acting(milos), {**days, "ends_on": days["ends_on"] + timedelta(days=1)}
    with pytest.raises(ValidationError) as problem:
        actions.change(by=me, slot=slot, **later)
    assert "starts_on" in problem.value.error_dict
    assert actions.change(by=me, slot=slot, **{**days, "places": 5, "programme": "More"}).programme == "More"
    assert EventQuota.objects.get(pk=slot.quota_id).places == 5
    with pytest.raises(ValidationError, match="chosen"):
        actions.take_back(by=me, slot=slot)
    Registration.objects.filter(pk=row.pk).update(state="withdrawn")
    actions.take_back(by=me, slot=slot)
    assert queries.offered(visit) == []
    with pytest.raises(ValidationError):
        actions.take_back(by=me, slot=slot)
    with pytest.raises(ValidationError):
        actions.change(by=me, slot=slot, **days)


def test_visitors_choose_days_when_they_register_and_places_run_out(acting, milos, organisation, visit, days):
    factories.eventquota(event=visit, rule="all", places=30)
    slot = actions.offer(by=acting(milos), event=visit, host=organisation, **{**days, "places": 1})
    states = []
    for _number in range(2):
        person = factories.person()
        row = registering.register(
            by=acting(person),
            event=visit,
            person=person,
            name=person.name,
            email=person.email,
            chosen=[slot.quota],
            key=uuid4(),
        )
        row.refresh_from_db()
        states.append(row.state)
    assert states == ["confirmed", "waiting"]
    assert [(each.left, each.taken) for each in queries.offered(visit)] == [(0, 1)]


def test_taken_back_days_can_be_chosen_by_nobody(acting, milos, visit, slot):
    factories.eventquota(event=visit, rule="all", places=30)
    actions.take_back(by=acting(milos), slot=slot)
    person = factories.person()
    row = registering.register(
        by=acting(person),
        event=visit,
        person=person,
        name=person.name,
        email=person.email,
        chosen=[slot.quota],
        key=uuid4(),
    )
    row.refresh_from_db()
    assert row.state != "confirmed"


def test_others_change_nothing(acting, stranger, rival, slot, days):
    for who in (stranger, rival):
        with pytest.raises(Refused):
            actions.change(by=acting(who), slot=slot, **days)
        with pytest.raises(Refused):
            actions.take_back(by=acting(who), slot=slot)


def test_the_pages_offer_change_and_take_back(enter, milos, visit, days):
    client, address = enter(milos), reverse("events:slots", args=[visit.slug])
    assert "No host has offered days yet" in client.get(address).content.decode()
    sent = {**{key: str(value) for key, value in days.items()}, "languages": ["en"]}
    answer = client.post(address, {**sent, "ends_on": "2020-01-01"})
    assert "end before it begins" in answer.content.decode()
    assert "We show the lab." in answer.content.decode()
    assert client.post(address, sent).status_code == 302
    slot = VisitSlot.objects.get()
    assert "We show the lab." in client.get(reverse("events:slot", args=[slot.pk])).content.decode()
    assert client.post(reverse("events:slot", args=[slot.pk]), {**sent, "places": "4"}).status_code == 302
    assert client.post(reverse("events:slot_take_back", args=[slot.pk])).status_code == 302
    assert "No host has offered days yet" in client.get(address).content.decode()


def test_needs_and_travel_of_visitors_are_on_no_page_of_hosts(enter, milos, visit, slot):
    row = chosen(visit, slot)
    factories.care(registration=row, travel="Bus at nine", food="No nuts")
    page = enter(milos).get(reverse("events:slots", args=[visit.slug])).content.decode()
    assert "Bus at nine" not in page
    assert row.name not in page


def test_three_hosts_take_as_many_questions_as_one(enter, visit, slot):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = enter(factories.person()), reverse("events:slots", args=[visit.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _number in range(2):
        factories.visitslot(event=visit, quota=factories.eventquota(event=visit, rule="chosen", places=3))
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(one) == len(three)
