"""Pages of events: what visitors see and do not, structured data, lists in pages, the desk, forms that lose nothing."""

import json
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from koinon.events.models import Event, Registration
from koinon.events.queries import events as questions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(gathering):
    return reverse("events:event", args=[gathering.slug])


def text(answer):
    return answer.content.decode()


def test_visitors_read_what_when_where_and_no_link_of_the_call(visitor, gathering, page):
    gathering.link = "https://call.example/secret"
    gathering.about = "For <b>all</b>"
    gathering.save()
    session = gathering.sessions.get()
    session.link = "https://call.example/room"
    session.save()
    answer = visitor.get(page)
    assert "Podgorica, CE" in text(answer)
    assert "call.example" not in text(answer)
    assert "public" in answer["Cache-Control"]


def test_who_has_a_place_finds_the_link_and_who_waits_does_not(enter, gathering, page, registration):
    Event.objects.filter(pk=gathering.pk).update(link="https://call.example/secret")
    client = enter(registration.person)
    assert "call.example/secret" in text(client.get(page))
    Registration.objects.filter(pk=registration.pk).update(state="waiting", queued_at=timezone.now())
    assert "call.example" not in text(client.get(page))


def test_structured_data_cannot_end_its_element_and_names_no_person(visitor, gathering, page):
    gathering.names = {"en": "Hubs </script><script>alert(1)</script>"}
    gathering.about = "</script>"
    gathering.save()
    factories.speaker(session=gathering.sessions.get(), person=factories.person(name="Somebody Private"))
    answer = text(visitor.get(page))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer, re.DOTALL).group(1)
    data = json.loads(found)
    assert data["@type"] == "Event"
    assert data["name"] == "Hubs </script><script>alert(1)</script>"
    assert data["startDate"].endswith(("+01:00", "+02:00"))
    assert "Somebody" not in found
    assert "<script>alert" not in answer


def test_an_event_for_members_is_not_there_for_others(visitor, enter, stranger, milos, gathering, page):
    Event.objects.filter(pk=gathering.pk).update(audience="network")
    assert visitor.get(page).status_code == enter(stranger).get(page).status_code == 404
    answer = enter(milos).get(page)
    assert answer.status_code == 200
    assert "ld+json" not in text(answer)


def test_with_its_link_anybody_finds_it_but_no_draft(visitor, gathering, page):
    Event.objects.filter(pk=gathering.pk).update(audience="link", link_key="k" * 24)
    assert visitor.get(page).status_code == 404
    assert visitor.get(page, {"link": "wrong"}).status_code == 404
    assert visitor.get(page, {"link": "k" * 24}).status_code == 200
    Event.objects.filter(pk=gathering.pk).update(state="draft")
    assert visitor.get(page, {"link": "k" * 24}).status_code == 404


def test_asked_and_declined_speakers_are_not_named_and_agreed_ones_are(visitor, gathering, page):
    session = gathering.sessions.get()
    for state in ("asked", "declined", "agreed"):
        factories.speaker(session=session, person=factories.person(name=f"Speaker {state}"), state=state, role="Expert")
    answer = text(visitor.get(page))
    assert "Speaker agreed" in answer
    assert "Speaker asked" not in answer
    assert "Speaker declined" not in answer


def test_the_page_asks_the_same_number_of_questions_for_one_session_and_for_many(
    visitor, gathering, page, django_assert_num_queries
):
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert visitor.get(page).status_code == 200
        return len(seen)

    factories.speaker(session=gathering.sessions.get())
    count()
    one = count()
    for number in range(5):
        part = factories.eventquota(event=gathering, rule="chosen", order=number, names={"en": f"Part {number}"})
        session = factories.eventsession(event=gathering, track=f"Track {number}", quota=part)
        factories.speaker(session=session, organisation=factories.organisation())
        factories.speaker(session=session, person=factories.person())
    assert count() == one


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_the_same_for_one_and_for_three(visitor, rows, django_assert_max_num_queries):
    for _number in range(rows):
        factories.event()
    with django_assert_max_num_queries(4):
        answer = visitor.get(reverse("events:events"))
    assert text(answer).count("Conference of hubs") == rows


def test_pages_of_the_list_follow_each_other_without_a_gap_also_at_the_same_moment(acting, stranger, monkeypatch):
    monkeypatch.setattr(questions, "SIZE", 2)
    at = timezone.now() + timedelta(days=9)
    made = {factories.event(starts_at=at, ends_at=at + timedelta(hours=1)).pk for _number in range(5)}
    seen, after = [], ""
    while True:
        rows, after = questions.found(acting(stranger), questions.Asked(after=after))
        seen += [row.pk for row in rows]
        if not after:
            break
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("kind=conference", True), ("kind=summit", False), ("country=ME", True), ("country=RS", False),
        ("language=en", True), ("language=sq", False), ("when=past", False), ("when=month", True), ("q=hubs", True),
        ("q=nothing", False), ("kind=%00&after=%ff&country=%27", True), ("after=W10", True), ("q=%25", False),
    ],
)  # fmt: skip
def test_filters(visitor, query, is_found):
    at = timezone.now() + timedelta(days=20)
    factories.event(country="ME", starts_at=at, ends_at=at + timedelta(days=1))
    answer = visitor.get(f"{reverse('events:events')}?{query}")
    if answer.status_code == 400:
        assert "%00" in query
        return
    assert ("Conference of hubs" in text(answer)) == is_found


def test_cancelled_events_leave_the_list_and_say_why_on_their_page(visitor, gathering, page):
    Event.objects.filter(pk=gathering.pk).update(state="cancelled", why="The hall is flooded.")
    assert "Conference of hubs" not in text(visitor.get(reverse("events:events")))
    assert "The hall is flooded." in text(visitor.get(page))


def test_five_fields_make_a_draft_and_the_desk_says_what_is_missing(enter, mara, house, network):
    client = enter(mara)
    starts = (timezone.now() + timedelta(days=40)).strftime("%Y-%m-%dT09:00")
    ends = (timezone.now() + timedelta(days=41)).strftime("%Y-%m-%dT17:00")
    said = {
        "title": "Meeting in Serbia", "kind": "conference", "starts": starts, "ends": ends, "zone": "Europe/Belgrade",
        "mode": "here", "network": str(network.pk),
    }  # fmt: skip
    answer = client.post(reverse("events:event_new"), said)
    assert answer.status_code == 302, answer.content.decode()
    made = Event.objects.get(slug="meeting-in-serbia")
    assert (made.organisation, made.network, made.state) == (house, network, "draft")
    desk = text(client.get(answer["Location"]))
    assert "A few sentences about what it is and for whom." in desk
    refused = client.post(reverse("events:step", args=[made.slug, "publish"]))
    assert refused.status_code == 200
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_form_with_a_mistake_loses_nothing(enter, mara, house):
    said = {
        "title": "Meeting in Serbia", "kind": "council", "starts": "2027-02-24T09:00", "ends": "2027-02-21T17:00",
        "zone": "Europe/Belgrade", "mode": "both",
    }  # fmt: skip
    answer = enter(mara).post(reverse("events:event_new"), said)
    assert "It would end before it begins." in text(answer)
    assert "Meeting in Serbia" in text(answer)
    assert "2027-02-24T09:00" in text(answer)


def test_who_speaks_for_nobody_learns_how_events_are_held(enter, stranger):
    answer = enter(stranger).get(reverse("events:event_new"))
    assert "Events are held by organisations" in text(answer)


def test_every_page_of_the_organisers_is_reached_from_the_desk(enter, anna, gathering):
    answer = text(enter(anna).get(reverse("events:desk", args=[gathering.slug])))
    for name in ("edit", "rules", "team", "sessions", "messages", "copy", "series"):
        assert reverse(f"events:{name}", args=[gathering.slug]) in answer


def test_the_edit_page_keeps_what_is_there(enter, mara, gathering):
    client = enter(mara)
    address = reverse("events:edit", args=[gathering.slug])
    shown = client.get(address).context["form"]
    data = {name: shown[name].value() for name in shown.fields if shown[name].value() not in (None, False)}
    data |= {"starts": gathering.starts_at.strftime("%Y-%m-%dT%H:%M"), "about": "New words", "languages": ["en", "sq"]}
    data |= {"ends": (gathering.starts_at + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M"), "zone": "UTC"}
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    gathering.refresh_from_db()
    assert (gathering.about, gathering.languages, gathering.names) == (
        "New words",
        ["en", "sq"],
        {"en": "Conference of hubs"},
    )


def test_rules_take_back_the_day_of_registration(enter, mara, gathering):
    client = enter(mara)
    address = reverse("events:rules", args=[gathering.slug])
    Event.objects.filter(pk=gathering.pk).update(closes_at=gathering.starts_at)
    shown = client.get(address).context["form"]
    data = {name: shown[name].value() for name in shown.fields if shown[name].value() not in (None, False)}
    data |= {"closes": "", "required_percent": "75"}
    assert client.post(address, data).status_code == 302
    gathering.refresh_from_db()
    assert (gathering.closes_at, gathering.required_percent) == (None, 75)
    wrong = client.post(address, {**data, "audience": "network", "opens": "2027-03-28T02:30"})
    assert wrong.status_code == 200
    assert "jump over" in text(wrong)


def test_who_keeps_the_door_finds_the_way_to_it_and_no_desk(enter, petrit, luka, gathering, page, registration):
    door = reverse("events:door", args=[gathering.slug])
    answer = text(enter(petrit).get(page))
    assert door in answer
    assert reverse("events:desk", args=[gathering.slug]) not in answer
    assert door not in text(enter(luka).get(page))


def test_headings_go_down_one_by_one(visitor, enter, anna, gathering, page):
    factories.eventsession(event=gathering, track="Hubs")
    programme, edited = (reverse(f"events:{name}", args=[gathering.slug]) for name in ("programme", "sessions"))
    for answer in (visitor.get(page), visitor.get(programme), enter(anna).get(edited)):
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text(answer))]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
