"""What leaves the site: the feed of open calls, one's own calendar, the weekly word on new calls."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from koinon.accounts import actions
from koinon.accounts.models import Notice, Preference
from koinon.accounts.views.calendar import address_of
from koinon.kit.verbs import Refused
from koinon.matching.clock import tell_network
from koinon.matching.models import CallDigest, Listing, Match
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_feed_holds_what_visitors_may_read(visitor, network, need, offer, other):
    cache.clear()
    address = f"/networks/{network.slug}/calls.rss"
    assert visitor.get(address).status_code == 404
    network.is_public = True
    network.save()
    for state, title in (("paused", "Paused one"), ("draft", "Drafted one"), ("review", "Handed in")):
        due = date.today() if state == "review" else None
        factories.listing(network=network, organisation=other, state=state, title=title, due_on=due)
    factories.listing(network=network, organisation=other, title="Past", until=date.today() - timedelta(days=1))
    factories.listing(network=network, organisation=other, side="offer", title="Paid", is_service=True)
    answer = visitor.get(address)
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert "A mentor for founders" in text
    assert "We advise founders" in text
    assert not [word for word in ("Paused one", "Drafted one", "Handed in", "Past", "Paid") if word in text]
    assert "calls.rss" in visitor.get(f"/networks/{network.slug}/needs/").content.decode()


def test_a_calendar_of_ones_own(enter, visitor, milos, ana, need):
    factories.reply(listing=need, due_on=date.today() + timedelta(days=3))
    client = enter(milos)
    client.post("/accounts/calendar/", {"open": "1"})
    page = client.get("/accounts/calendar/").content.decode()
    address = page.split("<code>")[1].split("</code>")[0].removeprefix("http://testserver")
    answer = visitor.get(address)
    text = answer.content.decode().replace("\r\n ", "")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "private" in answer["Cache-Control"]
    assert text.count("BEGIN:VEVENT") == 2
    assert need.title in text
    client.post("/accounts/calendar/", {"open": "1"})
    assert visitor.get(address).status_code == 404, "a new address makes the old one worthless"
    fresh = client.get("/accounts/calendar/").content.decode().split("<code>")[1].split("</code>")[0]
    fresh = fresh.removeprefix("http://testserver")
    assert visitor.get(fresh).status_code == 200
    assert visitor.get(fresh.replace("calendar/", "calendar/0")).status_code == 404
    client.post("/accounts/calendar/", {"close": "1"})
    assert visitor.get(fresh).status_code == 404


def test_somebody_elses_calendar_is_not_mine(enter, visitor, ana, need):
    address = address_of(factories.calendarkey(person=ana)).removeprefix("http://testserver")
    assert need.title not in visitor.get(address).content.decode()


def test_new_calls_that_fit_are_told_once_a_week(milos, ana, need, offer, match):
    week = date.today().isoformat()
    tell_network(network=str(need.network_id), week=week)
    tell_network(network=str(need.network_id), week=week)
    told = Notice.objects.filter(kind="matching.matched")
    assert {row.person for row in told} == {milos, ana}
    assert told.count() == 2
    text = told.get(person=milos)
    assert "We advise founders" in text.text
    assert "Both are about" in text.text
    assert text.pace == "weekly"
    assert CallDigest.objects.count() == 2


def test_old_calls_are_no_news(milos, need, offer, match):
    Listing.objects.update(opened_at="2026-01-01T00:00Z")
    tell_network(network=str(need.network_id), week=date.today().isoformat())
    assert not Notice.objects.exists()
    assert not Match.objects.exclude(pk=match.pk).exists()


def test_whoever_wants_none_gets_none(milos, need, offer, match):
    factories.preference(person=milos, kind="matching.matched", pace=Preference.Pace.NEVER)
    tell_network(network=str(need.network_id), week=date.today().isoformat())
    assert Notice.objects.get(person=milos).pace == "never"


def test_nobody_else_opens_or_closes_a_calendar(acting, milos, ana, left):
    for act in (actions.open_calendar, actions.close_calendar):
        with pytest.raises(Refused):
            act(by=acting(ana), person=milos)
    actions.open_calendar(by=acting(milos), person=milos)
    actions.close_calendar(by=acting(milos), person=milos)
    assert (left("accounts.calendar_opened"), left("accounts.calendar_closed")) == (1, 1)
