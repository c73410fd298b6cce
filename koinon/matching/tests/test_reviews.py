"""Calls that coordinators look at before they are published: promises, reminders, reasons; what a network decides."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import listings, reviews
from koinon.matching.clock import keep_promises
from koinon.matching.engine import days
from koinon.matching.models import CallRules, Listing
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)


def test_handing_in_promises_two_working_days_and_tells_the_coordinators(handed_in, vesa, left):
    assert (handed_in.state, handed_in.due_on) == ("review", days.after_working_days(date.today(), 2))
    assert told(vesa, "matching.to_review") == [f"{handed_in.organisation} has handed in “{handed_in.title}”"]
    with pytest.raises(IntegrityError, match="listing_wait_has_day"), transaction.atomic():
        Listing.objects.filter(pk=handed_in.pk).update(due_on=None)


def test_what_waits_for_a_coordinator_is_not_in_the_lists(acting, handed_in, ana, vesa):
    assert not Listing.objects.visible_to(acting(ana)).filter(pk=handed_in.pk).exists()
    assert Listing.objects.visible_to(acting(vesa)).filter(pk=handed_in.pk).exists()
    assert not Listing.objects.running().filter(pk=handed_in.pk).exists()


def test_approving(acting, vesa, milos, handed_in, left):
    reviews.approve(by=acting(vesa), listing=handed_in)
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.due_on, left("matching.approved")) == ("open", None, 1)
    assert told(milos, "matching.reviewed") == ["“A mentor for five founders” is published"]


def test_returning_needs_words_and_loses_nothing(acting, vesa, milos, handed_in, left):
    with pytest.raises(ValidationError, match="a few words"):
        reviews.send_back(by=acting(vesa), listing=handed_in, why=" ")
    reviews.send_back(by=acting(vesa), listing=handed_in, why="Please say in which language.")
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.returned_why) == ("draft", "Please say in which language.")
    assert "in which language" in Notice.objects.get(person=milos, kind="matching.reviewed").text
    listings.publish(by=acting(milos), listing=handed_in)
    assert (handed_in.state, handed_in.returned_why, left("matching.returned")) == ("review", "", 1)


@pytest.mark.parametrize("who", ["milos", "ana", "stranger", "rival"])
def test_only_coordinators_judge(request, acting, who, handed_in):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused, match="Only coordinators"):
        reviews.approve(by=by, listing=handed_in)
    with pytest.raises(Refused, match="Only coordinators"):
        reviews.send_back(by=by, listing=handed_in, why="No")


def test_a_coordinator_does_not_judge_ones_own_unless_nobody_else_can(acting, network, milos, vesa, handed_in):
    factories.coordination(network=network, person=milos)
    with pytest.raises(Refused, match="not for their own"):
        reviews.approve(by=acting(milos), listing=handed_in)
    vesa.coordinations.update(cut_at="2026-01-01T00:00Z")
    reviews.approve(by=acting(milos), listing=handed_in)


def test_imports_and_the_demo_are_not_looked_at(network, organisation, reviewed, words):
    made = listings.post(by=machine("demo"), network=network, organisation=organisation, **words)
    assert made.state == "open"


def test_a_promise_that_passes_is_said_honestly(handed_in, vesa, milos, left):
    Listing.objects.filter(pk=handed_in.pk).update(due_on=date.today())
    keep_promises(0)
    assert told(vesa, "matching.to_review")[1:] == ["Today is the day: “A mentor for five founders” waits for you"]
    assert told(milos, "matching.reviewed") == []
    Listing.objects.filter(pk=handed_in.pk).update(due_on=date.today() - timedelta(days=1))
    keep_promises(0)
    keep_promises(0)
    assert told(vesa, "matching.to_review")[2:] == ["Late: “A mentor for five founders” still waits for you"]
    assert told(milos, "matching.reviewed") == ["“A mentor for five founders” is not answered yet"]
    Listing.objects.filter(pk=handed_in.pk).update(due_on=date.today() - timedelta(days=3))
    keep_promises(0)
    assert (len(told(vesa, "matching.to_review")), left("matching.review_nudged")) == (4, 3)
    assert len(told(milos, "matching.reviewed")) == 1, "told once that it is late, not every other day"


def test_a_changed_text_is_shown_to_the_coordinators_again(acting, milos, vesa, handed_in):
    reviews.approve(by=acting(vesa), listing=handed_in)
    listings.edit(by=acting(milos), listing=handed_in, title="Cheap watches")
    assert told(vesa, "matching.to_review")[-1].endswith("has changed “Cheap watches”")


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [(FRIDAY, 2, date(2026, 11, 24)), (date(2026, 11, 21), 1, date(2026, 11, 23)), (FRIDAY, 0, FRIDAY)],
)
def test_working_days(start, number, end):
    assert days.after_working_days(start, number) == end


@pytest.mark.parametrize(
    ("country", "today", "promised"),
    [
        ("", date(2026, 5, 21), date(2026, 5, 25)),
        ("MK", date(2026, 5, 21), date(2026, 5, 26)),  # Cyril and Methodius, 24 May, is a Sunday: the Monday is free
        ("LT", date(2026, 12, 23), date(2026, 12, 29)),  # 24, 25 and 26 December, then a Sunday
        ("GR", date(2026, 12, 31), date(2027, 1, 5)),  # the first day of the next year
        ("AL", date(2026, 11, 26), date(2026, 12, 2)),  # 28 and 29 November are a weekend: two days later are free
    ],
)
def test_public_holidays_of_their_country_do_not_count(acting, vesa, milos, network, draft, country, today, promised):
    reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True, country=country)
    draft.until = today + timedelta(days=90)
    with mock.patch.object(listings, "date", mock.Mock(wraps=date, today=lambda: today)):
        assert listings.publish(by=acting(milos), listing=draft).due_on == promised


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), number=st.integers(1, 5), free=st.sets(st.dates(
    date(2020, 1, 1), date(2030, 2, 1)), max_size=50))  # fmt: skip
def test_a_promised_day_is_a_working_day_and_as_many_lie_before_it(start, number, free):
    end = days.after_working_days(start, number, free)
    passed = [start + timedelta(days=each + 1) for each in range((end - start).days)]
    assert sum(day.weekday() < 5 and day not in free for day in passed) == number
    assert end.weekday() < 5
    assert end not in free


def test_a_page_says_what_counts(acting, enter, milos, vesa, network, draft):
    reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True, country="MK")
    listings.publish(by=acting(milos), listing=draft)
    page = f"/listings/{draft.pk}/"
    assert "public holidays (North Macedonia) do not count" in enter(milos).get(page).content.decode()
    reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True)
    assert CallRules.objects.get().country == "MK", "not said: as it was"
    reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True, country="")
    assert "Saturdays and Sundays do not count." in enter(milos).get(page).content.decode()
    with pytest.raises(ValidationError, match="not known here"):
        reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True, country="XX")


@given(due=st.dates(date(2026, 1, 1), date(2027, 1, 1)), late=st.integers(0, 60))
def test_somebody_is_reminded_at_least_every_other_day(due, late):
    """However long a coordinator stays silent, no three days pass without a reminder."""
    nudges, silent = 0, 0
    for passed in range(late + 1):
        is_due = days.is_nudge_due(due_on=due, nudges=nudges, today=due + timedelta(days=passed))
        nudges, silent = (nudges + 1, 0) if is_due else (nudges, silent + 1)
        assert silent < days.AGAIN


# What a network decides.


def test_rules_of_a_network(acting, vesa, network, left):
    reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True, criteria=" One \n\n Two ", cold_a_week=3)
    kept = CallRules.objects.get()
    assert (kept.lines, kept.cold_a_week, left("matching.rules_set")) == (["One", "Two"], 3, 1)
    with pytest.raises(ValidationError, match="Between 1 and 100"):
        reviews.set_rules(by=acting(vesa), network=network, is_reviewed=True, cold_a_week=0)


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_nobody_else_sets_them(request, acting, who, network):
    with pytest.raises(Refused):
        reviews.set_rules(by=acting(request.getfixturevalue(who)), network=network, is_reviewed=True)
