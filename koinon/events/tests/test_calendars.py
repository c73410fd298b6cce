"""Events in calendars: whose clocks, which version, who learns the address of the call; files that others read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from koinon.accounts.seams import calendar_entries
from koinon.events.actions import people, registering
from koinon.events.notices.calendars import part_of
from koinon.events.queries import calendars as questions
from tests import factories

pytestmark = pytest.mark.django_db
CALL = "https://call.example.org/room"


def read(raw):
    calendar = Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_who_comes_is_asked_in_and_who_leaves_is_struck_out_under_one_name(registration):
    event = registration.event
    event.link, event.mode = CALL, "both"
    method, asked = read(part_of(registration))
    assert (method, asked["UID"], asked["SEQUENCE"]) == ("REQUEST", event.uid, 0)
    assert asked["DTSTART"].params["TZID"] == "Europe/Podgorica"
    assert CALL in asked["DESCRIPTION"]
    registration.state, registration.left_from = "withdrawn", "confirmed"
    raw = part_of(registration)
    method, off = read(raw)
    assert (method, off["UID"], off["STATUS"]) == ("CANCEL", event.uid, "CANCELLED")
    assert off["SEQUENCE"] > asked["SEQUENCE"]
    assert CALL not in off["DESCRIPTION"]
    assert b"BEGIN:VTIMEZONE" in raw


def test_coming_back_is_a_later_version_than_having_left(acting, gathering, luka):
    first = factories.registration(event=gathering, person=luka, state="withdrawn", left_from="confirmed", sequence=4)
    left = read(part_of(first))[1]["SEQUENCE"]
    again = factories.registration(event=gathering, person=luka)
    method, event = read(part_of(again))
    assert method == "REQUEST"
    assert event["SEQUENCE"] > left
    assert [(each.sequence, each.is_cancelled) for each in questions.coming(acting(luka))] == [
        (event["SEQUENCE"], False)
    ]


def test_who_waits_has_nothing_in_the_calendar_yet(gathering):
    for state in ("waiting", "offered", "approval", "email", "draft", "lapsed"):
        assert part_of(factories.registration(event=gathering, state=state)) == b"", state


@pytest.mark.parametrize("state", ["waiting", "approval"])
def test_who_left_before_they_had_a_place_has_nothing_to_strike_out(acting, gathering, luka, anna, state):
    mine = factories.registration(event=gathering, person=luka, state=state)
    registering.withdraw(by=acting(luka), registration=mine)
    other = factories.registration(event=gathering, state=state)
    people.reject(by=acting(anna), registration=other, why="All places are taken.")
    assert questions.coming(acting(luka)) == questions.coming(acting(other.person)) == []
    assert part_of(mine) == part_of(other) == b""


def test_who_gave_up_a_place_sees_it_struck_out(acting, registration):
    registering.withdraw(by=acting(registration.person), registration=registration)
    assert [each.is_cancelled for each in questions.coming(acting(registration.person))] == [True]


def test_a_guest_has_a_calendar_too_and_an_event_called_off_is_struck_out(gathering):
    guest = factories.registration(event=gathering, person=None, name="Guest", email="guest@example.org")
    assert read(part_of(guest))[1]["ATTENDEE"] == "mailto:guest@example.org"
    gathering.state, gathering.sequence = "cancelled", 3
    guest.event = gathering
    method, event = read(part_of(guest))
    assert (method, event["SEQUENCE"]) == ("CANCEL", 3)


def test_the_calendar_of_a_person_has_what_they_come_to(acting, registration, django_assert_max_num_queries):
    gathering, luka = registration.event, registration.person
    factories.eventsession(event=gathering)
    entries = [each for lent in calendar_entries.gather(acting(luka)) for each in lent]
    assert [each.uid for each in entries] == [gathering.uid]
    other = factories.registration(person=luka)
    me = acting(luka)
    with django_assert_max_num_queries(1):
        assert {each.uid for each in questions.coming(me)} == {gathering.uid, other.event.uid}


def test_a_file_of_an_event_gives_the_address_of_the_call_to_who_comes_only(client, enter, gathering, luka):
    gathering.link = CALL
    gathering.save(update_fields=["link"])
    address = reverse("events:ics", args=[gathering.slug])
    assert CALL.encode() not in client.get(address).content
    assert CALL.encode() not in enter(luka).get(address).content
    factories.registration(event=gathering, person=luka)
    answer = enter(luka).get(address)
    assert CALL.encode() in answer.content.replace(b"\r\n ", b"")
    assert answer["Content-Type"].startswith("text/calendar")


def test_a_programme_and_a_session_are_files_with_their_own_clocks(client, gathering):
    factories.eventsession(event=gathering, zone="Europe/London", is_cancelled=True, sequence=2)
    raw = client.get(reverse("events:programme_ics", args=[gathering.slug])).content
    rows = Calendar.from_ical(raw).walk("VEVENT")
    assert {each["STATUS"] for each in rows} == {"CONFIRMED", "CANCELLED"}
    assert raw.count(b"BEGIN:VTIMEZONE") == 2
    one = gathering.sessions.first()
    (event,) = Calendar.from_ical(client.get(reverse("events:session_ics", args=[one.pk])).content).walk("VEVENT")
    assert event["UID"] == one.uid


def test_a_network_gives_its_public_events_to_everybody(client, network, gathering):
    factories.event(organisation=gathering.organisation, network=network, audience="network")
    factories.event(organisation=gathering.organisation, network=network, state="draft")
    past = gathering.starts_at - timedelta(days=300)
    factories.event(
        organisation=gathering.organisation, network=network, starts_at=past, ends_at=past + timedelta(hours=1)
    )
    address = reverse("events:network_ics", args=[network.slug])
    assert client.get(address).status_code == 404
    network.is_public = True
    network.save(update_fields=["is_public"])
    raw = client.get(address).content
    assert [each["UID"] for each in Calendar.from_ical(raw).walk("VEVENT")] == [gathering.uid]


def test_who_holds_the_link_of_an_event_takes_its_calendar_along(client, gathering):
    gathering.audience, gathering.link_key = "link", "key-of-the-door"
    gathering.save(update_fields=["audience", "link_key"])
    for name in ("ics", "programme_ics"):
        address = reverse(f"events:{name}", args=[gathering.slug])
        assert client.get(address).status_code == 404
        assert client.get(address, {"link": "key-of-the-door"}).status_code == 200
    page = client.get(reverse("events:event", args=[gathering.slug]), {"link": "key-of-the-door"})
    assert f"{reverse('events:ics', args=[gathering.slug])}?link=key-of-the-door" in page.content.decode()
    gathering.state = "draft"
    gathering.save(update_fields=["state"])
    assert client.get(reverse("events:ics", args=[gathering.slug]), {"link": "key-of-the-door"}).status_code == 404
