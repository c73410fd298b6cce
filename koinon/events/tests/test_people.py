"""The organiser's list: searched, decided on, exported; who stands on the participants' own list; what time does."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koinon.accounts import seams
from koinon.accounts.actions import data as accounts
from koinon.events.actions import people, places, purging
from koinon.events.clock.registering import purge, turn_registrations
from koinon.events.models import Care, Event, Registration
from koinon.events.queries import people as queries
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.network import seams as network
from tests import factories

pytestmark = pytest.mark.django_db

LATER = date.today() + timedelta(days=90)


def page(event, path=""):
    return f"/events/{event.slug}/people/{path}"


def test_a_list_of_four_costs_as_much_as_a_list_of_two(gathering, anna, enter):
    client, counts = enter(anna), []
    client.get(page(gathering))
    for _ in range(2):
        factories.registration(event=gathering, organisation=factories.organisation())
        factories.registration(event=gathering, person=None)
        with CaptureQueriesContext(connection) as seen:
            client.get(page(gathering))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_searched_by_name_address_house_and_state(gathering):
    first = factories.registration(event=gathering, organisation_name="Library")
    second = factories.registration(event=gathering, person=None, state="approval", name="Somebody else")
    third = factories.registration(event=gathering, state="withdrawn")
    asked = {
        "q=library": [first], "q=SOMEBODY": [second], "group=approval": [second], "group=ended": [third],
        "house=Library": [first], "group=nonsense&after=x": [first, second, third], "q=%00": [first, second, third],
    }  # fmt: skip
    for said, expected in asked.items():
        shown = queries.page(gathering, queries.asked(QueryDict(said)))
        assert [each["row"] for each in shown["rows"]] == expected, said


def test_pages_follow_each_other(gathering):
    rows = [factories.registration(event=gathering, person=None) for _ in range(queries.SIZE + 2)]
    first = queries.page(gathering, queries.Asked())
    second = queries.page(gathering, queries.Asked(after=rows[queries.SIZE - 1].pk))
    assert first["after"] == str(rows[queries.SIZE - 1].pk)
    assert [each["row"] for each in second["rows"]] == rows[queries.SIZE :]
    assert second["after"] == ""


def test_many_are_decided_on_at_once_but_only_of_this_event(gathering, anna, enter):
    factories.eventquota(event=gathering, places=1)
    rows = [factories.registration(event=gathering, state="approval") for _ in range(2)]
    other = factories.registration(state="approval")
    client = enter(anna)
    sent = {"do": "approve", "row": [str(row.pk) for row in [*rows, other]] + ["nonsense"]}
    assert client.post(page(gathering, "decide/"), sent).status_code == 302
    for row in [*rows, other]:
        row.refresh_from_db()
    assert [row.state for row in [*rows, other]] == ["confirmed", "waiting", "approval"]


def test_many_are_refused_only_with_a_sentence(gathering, anna, enter):
    row = factories.registration(event=gathering, state="approval")
    answer = enter(anna).post(page(gathering, "decide/"), {"do": "reject", "row": [str(row.pk)]})
    assert "reads why" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "approval"


def test_a_spreadsheet_has_no_formulas_no_needs_and_is_remembered(gathering, anna, enter):
    row = factories.registration(event=gathering, name='=HYPERLINK("http://evil")', organisation_name="+1+1")
    factories.care(registration=row, food="No nuts at all")
    client = enter(anna)
    for kind in queries.FILES:
        body = b"".join(client.post(f"/events/{gathering.slug}/people.{kind}").streaming_content)
        assert b"No nuts" not in body
        if kind == "csv":
            cells = [part.strip('"') for line in body.decode().splitlines() for part in re.split("[;,\t]", line)]
            assert not any(part.startswith(("=", "+")) for part in cells)
        elif kind == "xlsx":
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                assert not any(b"<f>" in book.read(name) for name in book.namelist())
    assert Statement.objects.filter(verb="events.list_taken", noun=gathering.pk).count() == 3
    assert client.post(f"/events/{gathering.slug}/people.exe").status_code == 404


def test_another_organiser_touches_nothing(gathering, stranger, enter, acting):
    factories.helper(event=factories.event(), person=stranger)
    row = factories.registration(event=gathering, state="approval")
    client = enter(stranger)
    for path in ("", f"{row.pk}/", "new/"):
        assert client.get(page(gathering, path)).status_code == 404
    assert client.post(page(gathering, f"{row.pk}/approve/")).status_code == 404
    own = Event.objects.held_by(acting(stranger)).get()
    assert client.post(page(own, f"{row.pk}/approve/")).status_code == 404
    with pytest.raises(Refused):
        people.approve(by=acting(stranger), registration=row)


def test_the_list_of_participants_respects_what_each_said(gathering, luka, stranger, acting, anna):
    for name, listed, until in (
        ("All", "all", LATER), ("Among us", "participants", LATER), ("Hidden", "nobody", None),
        ("No longer", "all", date.today() - timedelta(days=1)),
    ):  # fmt: skip
        factories.registration(event=gathering, person=None, name=name, listed=listed, listed_until=until)
    factories.registration(event=gathering, person=luka)
    factories.registration(
        event=gathering, person=None, name="Not in", state="waiting", listed="all", listed_until=LATER
    )
    minor = {"is_minor": True, "listed": "participants", "listed_until": LATER}
    factories.registration(event=gathering, person=None, name="Minor", **minor)

    def names(by):
        return [row.name for row in queries.listed(gathering, by)]

    assert names(VISITOR) == names(acting(stranger)) == ["All"]
    assert names(acting(luka)) == names(acting(anna)) == ["All", "Among us"]


def test_who_does_not_answer_lapses_and_is_forgotten(gathering):
    past = timezone.now() - timedelta(minutes=1)
    guest = factories.registration(event=gathering, person=None, state="email", due_at=past)
    approval = factories.registration(event=gathering, state="approval", due_at=past)
    coming = factories.registration(event=gathering, state="email", due_at=timezone.now() + timedelta(hours=30))
    turn_registrations(0)
    for row in (guest, approval, coming):
        row.refresh_from_db()
    assert (guest.state, guest.name, guest.email) == ("lapsed", "", "")
    assert (approval.state, coming.state) == ("approval", "email")


def test_whose_turn_it_is_hears_it_once_more(gathering, anna, letters):
    before = timezone.now() - timedelta(days=3)
    row = factories.registration(
        event=gathering, state="approval", due_at=timezone.now() + timedelta(hours=3), moved_at=before
    )
    turn_registrations(0)
    turn_registrations(0)
    row.refresh_from_db()
    assert row.told == ["due-approval"]
    assert [each["to"] for each in letters()] == [anna.email]


def test_when_the_event_is_over_nobody_waits_any_more(gathering):
    row = factories.registration(event=gathering, state="waiting")
    Event.objects.filter(pk=gathering.pk).update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    turn_registrations(0)
    row.refresh_from_db()
    assert row.state == "lapsed"


def test_needs_and_then_people_are_forgotten_and_counts_stay(gathering, luka):
    guest = factories.registration(event=gathering, person=None, answers={"q1": "x"}, state="attended")
    member = factories.registration(event=gathering, person=luka, answers={"q1": "x"}, state="attended")
    factories.care(registration=guest)
    then = timezone.now() - timedelta(days=gathering.care_days + 1)
    Event.objects.filter(pk=gathering.pk).update(starts_at=then - timedelta(hours=8), ends_at=then)
    purge(0)
    guest.refresh_from_db()
    assert not Care.objects.exists()
    assert guest.name
    then = timezone.now() - timedelta(days=30 * gathering.keep_months + 2)
    Event.objects.filter(pk=gathering.pk).update(starts_at=then - timedelta(hours=8), ends_at=then)
    purge(0)
    for row in (guest, member):
        row.refresh_from_db()
    assert (guest.name, guest.email, guest.answers, guest.state) == ("", "", {}, "attended")
    assert (member.name, member.answers, member.person) == ("Luka", {}, luka)
    gathering.refresh_from_db()
    assert gathering.care_purged_at
    assert gathering.people_purged_at
    with pytest.raises(Refused):
        purging.purge_people(by=VISITOR, event=gathering)


def test_to_be_forgotten_gives_the_place_back(gathering, luka, stranger, acting):
    factories.eventquota(event=gathering, places=1)
    mine = places.settle(factories.registration(event=gathering, person=luka, state="approval"))
    waits = places.settle(factories.registration(event=gathering, person=stranger, state="approval"))
    factories.care(registration=mine)
    accounts.forget(by=acting(luka), person=luka)
    for row in (mine, waits):
        row.refresh_from_db()
    assert (mine.person, mine.name, mine.email, mine.state) == (None, "", "", "withdrawn")
    assert waits.state == "offered"
    assert not Care.objects.exists()


def test_everything_said_is_given_to_who_asks_for_their_data(gathering, luka):
    row = factories.registration(event=gathering, person=luka, answers={"q1": "x"})
    factories.care(registration=row)
    found = {name: rows for lent in seams.data_of.gather(luka) for name, rows in lent.items()}
    assert found["event_registrations"][0]["answers"] == {"q1": "x"}
    assert found["event_needs"][0]["food"] == "No nuts"


def test_organisers_find_what_waits_on_their_desk(gathering, anna, acting):
    factories.registration(event=gathering, state="approval")
    items = [item for lent in seams.desk_items.gather(acting(anna)) for item in lent]
    assert [item.is_mine for item in items if "decide" in item.title] == [True]


def test_two_decisions_at_once_are_one(gathering, anna, mara, acting):
    row = factories.registration(event=gathering, state="approval")
    stale = Registration.objects.select_related("event").get(pk=row.pk)
    people.approve(by=acting(anna), registration=row)
    with pytest.raises(ValidationError):
        people.reject(by=machine("late"), registration=stale, why="No")
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_people_follow_when_two_organisations_become_one(gathering):
    carried = {(each.model.__name__, each.field): each for lender in network.merging for each in lender()}
    quota = factories.eventquota(event=gathering, rule="each", places=2)
    stays, goes = factories.organisation(), factories.organisation()
    rows = [
        places.settle(factories.registration(event=gathering, state="approval", organisation=house))
        for house in (stays, goes)
    ]
    assert sorted(quota.counters.values_list("taken", flat=True)) == [1, 1]
    Registration.objects.filter(pk=rows[1].pk).update(organisation=stays)
    carried["Registration", "organisation"].after([rows[1].pk])
    assert quota.counters.get(bucket=stays.pk).taken == 2
    assert ("Registration", "nominated_by") in carried
