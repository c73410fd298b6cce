"""Scans: taken once, each answered apart, whatever the device sends; wrong ones said, clocks corrected."""

import json
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from koinon.events.actions import scans
from koinon.events.engine import scans as engine
from koinon.events.models import Event, Registration, Scan
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(gathering):
    """The event goes on now."""
    begins = timezone.now() - timedelta(hours=2)
    Event.objects.filter(pk=gathering.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=8))
    gathering.sessions.update(starts_at=begins, ends_at=begins + timedelta(hours=8))
    gathering.refresh_from_db()
    return gathering


@pytest.fixture
def session(today):
    return today.sessions.get()


def item(session, code, way="in", at=None, key=None):
    moment = (at or timezone.now()).isoformat()
    return {"id": str(key or uuid4()), "session": str(session.pk), "code": f"koinon:{code}", "way": way, "at": moment}


@pytest.fixture
def send(today, enter, petrit):
    """send(*items, now=…) -> answers, as the door page sends them."""

    def post(*items, now=None, who=petrit):
        body = {"device": str(uuid4()), "now": (now or timezone.now()).isoformat(), "items": list(items)}
        address = reverse("events:scans", args=[today.slug])
        answer = enter(who).post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return [(each["state"], each["said"]) for each in answer.json()["items"]]

    return post


def test_a_scan_is_kept_with_who_and_when(send, session, registration, petrit):
    assert send(item(session, registration.code)) == [("taken", "")]
    row = Scan.objects.get()
    assert (row.registration, row.way, row.source, row.by) == (registration, "in", "door", petrit)
    assert Statement.objects.filter(verb="events.scans_taken").get().counts == {"scans": 1.0}


def test_the_same_scan_sent_twice_is_one(send, session, registration):
    one = item(session, registration.code)
    assert send(one, one) == send(one) == [("taken", "")] * 2 or Scan.objects.count() == 1
    assert Scan.objects.count() == 1


def test_an_id_is_never_used_for_something_else(send, session, registration):
    one = item(session, registration.code)
    send(one)
    assert send({**one, "way": "out"})[0][0] == "refused"
    assert Scan.objects.get().way == "in"


def test_wrong_codes_are_said_and_the_others_are_kept(send, session, today, registration):
    elsewhere = factories.registration()
    gone = factories.registration(event=today, state="withdrawn")
    waits = factories.registration(event=today, state="waiting")
    codes = ("f" * 32, elsewhere.code, gone.code, waits.code, "https://example.org/", registration.code)
    said = [words for _state, words in send(*(item(session, code) for code in codes))]
    assert [bool(words) for words in said] == [True] * 5 + [False]
    assert "Nobody is registered" in said[0]
    assert "another event" in said[1]
    assert "Withdrawn" in said[2]
    assert "no place" in said[3]
    assert "not a code of ours" in said[4]
    assert Scan.objects.count() == 1


def test_sessions_of_other_events_and_cancelled_ones_take_nobody(send, session, registration):
    other = factories.eventsession()
    assert send(item(other, registration.code))[0][0] == "refused"
    session.is_cancelled = True
    session.save()
    assert "called off" in send(item(session, registration.code))[0][1]


def test_the_clock_of_the_device_is_corrected(send, session, registration):
    """Six hours wrong, and scanned ten minutes before it was sent."""
    wrong = timezone.now() + timedelta(hours=6)
    send(item(session, registration.code, at=wrong - timedelta(minutes=10)), now=wrong)
    late = timezone.now() - Scan.objects.get().at
    assert timedelta(minutes=9) < late < timedelta(minutes=11)


def test_no_scan_lies_in_the_future(send, session, registration):
    send(item(session, registration.code, at=timezone.now() + timedelta(hours=1)))
    assert Scan.objects.get().at <= timezone.now()


def test_a_scan_of_another_day_is_refused(send, session, registration):
    assert "another day" in send(item(session, registration.code, at=timezone.now() - timedelta(days=3)))[0][1]


def test_scans_that_come_late_are_taken(send, today, session, registration):
    Event.objects.filter(pk=today.pk).update(state="over", report_due_on=timezone.now().date())
    Registration.objects.filter(pk=registration.pk).update(state="missed")
    assert send(item(session, registration.code, at=timezone.now() - timedelta(hours=1))) == [("taken", "")]


def test_who_may_scan(today, session, registration, acting, anna, petrit, mara, luka, rival, stranger):
    letter = engine.Letter("", ())
    for each in (anna, petrit, mara):
        assert scans.receive(by=acting(each), event=today, letter=letter)
    for each in (luka, rival, stranger):
        with pytest.raises(Refused, match="look after the door"):
            scans.receive(by=acting(each), event=today, letter=letter)
        with pytest.raises(Refused):
            scans.mark(by=acting(each), event=today, session=session, registration=registration, way="in")


def test_a_former_doorkeeper_sends_nothing(today, session, registration, enter, petrit):
    address = reverse("events:scans", args=[today.slug])
    today.helpers.filter(person=petrit).delete()
    body = json.dumps({"items": [item(session, registration.code)]})
    assert enter(petrit).post(address, body, content_type="application/json").status_code == 404
    assert not Scan.objects.exists()


def test_a_letter_is_not_taken_from_another_site(today, session, registration, petrit):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(petrit, backend="koinon.accounts.adapter.Backend")
    address = reverse("events:scans", args=[today.slug])
    body = json.dumps({"items": [item(session, registration.code)]})
    assert client.post(address, body, content_type="application/json").status_code == 403


@pytest.mark.parametrize("body", ["", "[]", "{", '{"items": 3}', "null", '{"items": [' + "{}," * 300 + "{}]}"])
def test_what_is_no_letter_is_refused_without_an_error(today, enter, petrit, body):
    answer = enter(petrit).post(reverse("events:scans", args=[today.slug]), body, content_type="application/json")
    assert answer.status_code in (400, 413)


def test_many_scans_ask_few_questions(today, session, acting, petrit, django_assert_max_num_queries):
    people = [factories.registration(event=today) for _ in range(12)]
    by = acting(petrit)
    for some in (people[:1], people):
        body = {"items": [item(session, each.code) for each in some]}
        letter = engine.read(json.dumps(body).encode(), timezone.now())
        with django_assert_max_num_queries(22):
            scans.receive(by=by, event=today, letter=letter)


def test_buttons_do_the_same_without_script(today, session, registration, enter, petrit):
    client = enter(petrit)
    page = client.get(reverse("events:door", args=[today.slug]))
    assert f"In: {registration.name}" in page.content.decode()
    facts = {"session": session.pk, "registration": registration.pk, "way": "in", "q": ""}
    client.post(reverse("events:door_mark", args=[today.slug]), facts)
    assert Scan.objects.get().source == "hand"
    page = client.get(reverse("events:door", args=[today.slug])).content.decode()
    assert f"Out: {registration.name}" in page
    assert "inside now: 1" in page


def test_a_button_for_somebody_of_another_event_does_nothing(today, session, enter, petrit):
    facts = {"session": session.pk, "registration": factories.registration().pk, "way": "in"}
    enter(petrit).post(reverse("events:door_mark", args=[today.slug]), facts)
    assert not Scan.objects.exists()


def test_the_list_of_a_device_names_only_who_comes(today, registration, enter, petrit):
    gone = factories.registration(event=today, state="withdrawn", name="Who left")
    factories.registration(event=today, state="email", name="Not confirmed")
    answer = enter(petrit).get(reverse("events:door_people", args=[today.slug]))
    people = {each["code"]: each for each in answer.json()["people"]}
    assert people[registration.code]["name"] == registration.name
    assert people[gone.code] == {"code": gone.code, "name": "", "where": "", "coming": False, "said": "Withdrawn"}
    assert len(people) == 2
    assert "no-store" in answer["Cache-Control"]


def test_the_kept_page_says_nothing_about_who_reads_or_comes(today, registration, enter, petrit):
    page = enter(petrit).get(reverse("events:door_kept", args=[today.slug])).content.decode()
    assert petrit.name not in page
    assert registration.name not in page
    assert registration.code not in page


def test_marking_by_hand_needs_a_way(today, session, registration, acting, petrit):
    with pytest.raises(ValidationError):
        scans.mark(by=acting(petrit), event=today, session=session, registration=registration, way="up")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@given(st.binary(max_size=400) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_letter_or_are_refused(body):
    with suppress(engine.Unreadable):
        assert engine.read(body, timezone.now()).items is not None


@given(items=st.lists(json_values, max_size=5), device=json_values, now=json_values)
def test_single_scans_that_make_no_sense_are_left_out(items, device, now):
    letter = engine.read(json.dumps({"items": items, "device": device, "now": now}).encode(), timezone.now())
    assert not letter.items


@given(st.text(max_size=60))
def test_a_code_is_letters_and_digits(text):
    code = engine.code_in(text)
    assert code == "" or engine.code_in(f"koinon:{code}") == code
