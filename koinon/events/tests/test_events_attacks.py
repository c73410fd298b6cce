"""Who tries what they may not: other networks, former speakers, two clicks at once, strange words."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from koinon.events.actions import events, messages
from koinon.events.models import Event
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


def test_the_coordinator_of_another_network_and_of_this_one_organise_nothing(acting, rival, vesa, gathering):
    for person in (rival, vesa):
        for act in (events.publish, events.close, events.new_link):
            with pytest.raises(Refused):
                act(by=acting(person), event=gathering)
        with pytest.raises(Refused):
            events.edit(by=acting(person), event=gathering, about="Mine now")


def test_what_hangs_on_others_is_not_edited(acting, mara, gathering):
    for name in ("network", "project", "organisation", "slug", "state", "sequence", "link_key", "is_demo"):
        with pytest.raises(TypeError):
            events.edit(by=acting(mara), event=gathering, **{name: None})


def test_nobody_but_the_clock_ends_an_event_and_the_clock_not_too_early(acting, mara, gathering):
    with pytest.raises(Refused):
        events.end(by=acting(mara), event=gathering)
    with pytest.raises(ValidationError):
        events.end(by=machine("clock"), event=gathering)


@pytest.mark.parametrize(
    "facts",
    [
        {"required_percent": 0}, {"required_percent": 101}, {"most_units": 11}, {"offer_hours": 0},
        {"link": "javascript:alert(1)"}, {"zone": "Nowhere/Budva"}, {"audience": "all"}, {"mode": "there"},
        {"country": "Montenegro"}, {"about": "x" * 20_001}, {"venue": "x" * 201}, {"names": {"en": " "}},
    ],
    ids=lambda facts: next(iter(facts)),
)  # fmt: skip
def test_strange_values_change_nothing(enter, mara, acting, gathering, facts):
    from django.db import IntegrityError, transaction

    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        events.edit(by=acting(mara), event=gathering, **facts)
    gathering.refresh_from_db()
    assert gathering.sequence == 0


def test_languages_that_are_none_are_left_out(acting, mara, gathering):
    changed = events.edit(by=acting(mara), event=gathering, languages=["sq", "<b>", "sq", "x" * 9])
    assert changed.languages == ["en", "sq"]


def test_an_event_of_years_is_a_series(acting, mara, gathering):
    with pytest.raises(ValidationError):
        events.edit(by=acting(mara), event=gathering, ends_at=gathering.starts_at + timedelta(days=63))


def test_letters_have_no_markup_of_those_who_write_them(acting, anna, gathering, letters):
    factories.registration(event=gathering, person=None, email="guest@example.org")
    sent = messages.send(
        by=acting(anna),
        event=gathering,
        title="Bus\r\nBcc: all@example.org",
        text="<img src=x> %s",
        states=["confirmed"],
    )
    messages.deliver(event=str(gathering.pk), mark="m1", what="message", message=str(sent.pk))
    letter = letters()[0]
    assert "\n" not in letter["subject"]
    assert "<img src=x>" not in letter["html"]
    assert "<img src=x> %s" in letter["text"]


def test_a_hundred_and_one_people_all_hear_it_once_though_the_job_dies_in_between(acting, anna, gathering, monkeypatch):
    monkeypatch.setattr(messages, "BATCH", 3)
    people = [factories.registration(event=gathering).person for _number in range(7)]
    calls = []

    def die(row):
        calls.append(row)
        if len(calls) == 5:
            raise ConnectionError
        messages.notices.changed(row)

    monkeypatch.setitem(messages.TOLD, "changed", die)
    with pytest.raises(ConnectionError):
        messages.deliver(event=str(gathering.pk), mark="changed1", what="changed")
    messages.deliver(event=str(gathering.pk), mark="changed1", what="changed")
    assert [len(told(person)) for person in people] == [1] * 7


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_the_same_instant_publish_once(acting, mara, house, network):
    by = acting(mara)
    made = factories.event(organisation=house, network=network, state="draft", about="For all.", venue="Hall")
    factories.eventsession(event=made)
    start, said = threading.Barrier(2), []

    def publish():
        try:
            row = Event.objects.get(pk=made.pk)
            start.wait()
            events.publish(by=by, event=row)
            said.append("published")
        except ValidationError:
            said.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["published", "too late"]
    assert Statement.objects.filter(verb="events.event_published", noun=made.pk).count() == 1


def test_a_draft_is_nobodys_to_see(enter, visitor, milos, vesa, luka, registration, gathering):
    Event.objects.filter(pk=gathering.pk).update(state="draft")
    for name in ("event", "programme", "picture"):
        address = reverse(f"events:{name}", args=[gathering.slug])
        assert visitor.get(address).status_code == 404
        for person in (milos, vesa):
            assert enter(person).get(address).status_code == 404
