"""Copies and series: everything but the people, at the same hours of its place; never in somebody else's name."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.events.actions import series
from koinon.events.engine import clocks
from koinon.events.models import Event, Registration
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(house, network):
    """A partners' meeting of two days in Vilnius, with its places, programme, form and team."""
    starts = clocks.moment(datetime(2027, 1, 23, 9), "Europe/Vilnius")
    made = factories.event(
        organisation=house, network=network, starts_at=starts, ends_at=starts + timedelta(hours=32),
        zone="Europe/Vilnius",
        names={"en": "Partners' meeting"}, closes_at=starts - timedelta(days=2), sequence=7,
    )  # fmt: skip
    part = factories.eventquota(event=made, rule="chosen", places=12, order=1)
    session = factories.eventsession(event=made, quota=part, track="Hubs", sequence=3)
    factories.eventsession(event=made, is_cancelled=True)
    factories.speaker(session=session, role="Head of the hub")
    factories.speaker(session=session, person=factories.person(), role="Expert")
    factories.eventform(event=made, schema={"parts": []})
    factories.registration(event=made)
    factories.helper(event=made)
    return made


def test_a_copy_has_everything_but_the_people(acting, mara, house, meeting):
    copied = series.copy(by=acting(mara), event=meeting, organisation=house, starts_on=date(2027, 6, 12))
    assert (copied.state, copied.copied_from, copied.sequence) == ("draft", meeting, 0)
    assert clocks.local(copied.starts_at, copied.zone) == datetime(2027, 6, 12, 9)
    assert clocks.local(copied.ends_at, copied.zone) == datetime(2027, 6, 13, 17)
    assert clocks.local(copied.closes_at, copied.zone) == datetime(2027, 6, 10, 9)
    session = copied.sessions.get()
    assert (session.track, session.sequence, session.quota.event) == ("Hubs", 0, copied)
    assert [row.role for row in session.speakers.all()] == ["Head of the hub"]
    assert copied.quotas.count() == meeting.quotas.count()
    assert copied.forms.get().number == 1
    assert copied.helpers.count() == 1
    assert not Registration.objects.filter(event=copied).exists()
    assert copied.link_key != meeting.link_key
    assert copied.uid != meeting.uid


def test_nobody_copies_into_the_past_or_in_a_strange_name(acting, mara, house, meeting, milos, organisation):
    with pytest.raises(ValidationError):
        series.copy(by=acting(mara), event=meeting, organisation=house, starts_on=date(2026, 1, 23))
    for who, where in ((mara, organisation), (milos, organisation), (milos, house)):
        with pytest.raises(Refused):
            series.copy(by=acting(who), event=meeting, organisation=where, starts_on=date(2027, 6, 12))


def test_an_organiser_takes_a_copy_into_an_organisation_of_theirs_but_not_into_the_network(acting, meeting, network):
    other = factories.organisation()
    anna = factories.representative(other, name="Anna")
    factories.helper(event=meeting, person=anna)
    Event.objects.filter(pk=meeting.pk).update(audience="network")
    meeting.refresh_from_db()
    copied = series.copy(by=acting(anna), event=meeting, organisation=other, starts_on=date(2027, 6, 12))
    assert (copied.network, copied.audience, copied.series) == (None, "link", None)


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("week", ["2027-01-30", "2027-02-06", "2027-02-13"]), ("fortnight", ["2027-02-06", "2027-02-20", "2027-03-06"]),
        ("month", ["2027-02-23", "2027-03-23", "2027-04-23"]),
    ],
)  # fmt: skip
def test_it_is_repeated_at_the_same_hour_also_after_clocks_change(acting, mara, house, meeting, every, days):
    event, made = series.repeat(by=acting(mara), event=meeting, organisation=house, every=every, times=3)
    shown = [clocks.local(row.starts_at, row.zone) for row in made]
    assert [at.date().isoformat() for at in shown] == days
    assert {at.hour for at in shown} == {9}
    assert {row.series for row in made} == {event.series}


def test_the_thirty_first_of_a_month_without_one_is_its_last_day():
    days = [series._next(date(2027, 1, 31), "month", number).isoformat() for number in range(1, 14)]
    assert days[:4] == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert days[10:13] == ["2027-12-31", "2028-01-31", "2028-02-29"]


def test_too_many_at_once_and_the_past_are_refused(acting, mara, house, meeting):
    with pytest.raises(ValidationError):
        series.repeat(by=acting(mara), event=meeting, organisation=house, every="week", times=25)
    past = factories.event(organisation=house, state="over", starts_at=datetime(2026, 1, 1, tzinfo=None).astimezone())
    with pytest.raises(ValidationError):
        series.repeat(by=acting(mara), event=past, organisation=house, every="week", times=2)


def test_a_series_of_somebody_else_cannot_be_joined(acting, mara, meeting):
    with pytest.raises(ValidationError):
        series.join_series(by=acting(mara), event=meeting, series=factories.series())
    own = factories.series(organisation=meeting.organisation)
    assert series.join_series(by=acting(mara), event=meeting, series=own).series == own


def test_the_page_of_a_series_shows_what_the_reader_sees(visitor, enter, mara, meeting):
    row = factories.series(organisation=meeting.organisation)
    Event.objects.filter(pk=meeting.pk).update(series=row)
    draft = factories.event(organisation=meeting.organisation, series=row, state="draft", names={"en": "Hidden draft"})
    address = reverse("events:series_of", args=[row.pk])
    assert b"Hidden draft" not in visitor.get(address).content
    assert b"Hidden draft" in enter(mara).get(address).content
    Event.objects.exclude(pk=draft.pk).update(state="draft")
    assert visitor.get(address).status_code == 404


def test_pages_of_copies_and_series(enter, mara, meeting):
    client = enter(mara)
    answer = client.post(reverse("events:copy", args=[meeting.slug]), {"starts_on": "2027-06-12"})
    copied = Event.objects.get(copied_from=meeting)
    assert answer["Location"] == reverse("events:desk", args=[copied.slug])
    address = reverse("events:series", args=[meeting.slug])
    assert client.post(address, {"step": "repeat", "every": "week", "times": "2"}).status_code == 302
    assert Event.objects.filter(copied_from=meeting).count() == 3
    answer = client.get(address)
    assert "2 drafts are there." in answer.content.decode()
    wrong = client.post(address, {"step": "repeat", "every": "week", "times": "99"})
    assert wrong.status_code == 200
