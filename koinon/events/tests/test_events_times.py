"""Times of events across the clock changes of 2026-2027, in five zones; hours that are not there, and hours twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.events.actions import events, series, sessions
from koinon.events.engine import clocks
from koinon.events.forms.organising import New
from koinon.events.queries import times
from tests import factories

ZONES = ("Europe/Tirane", "Europe/Vilnius", "Europe/Athens", "Europe/London", "America/New_York")
CHANGES = {
    "Europe/Tirane": [("2026-03-29", 2), ("2026-10-25", 2), ("2027-03-28", 2), ("2027-10-31", 2)],
    "Europe/Vilnius": [("2026-03-29", 3), ("2026-10-25", 3), ("2027-03-28", 3), ("2027-10-31", 3)],
    "Europe/Athens": [("2026-03-29", 3), ("2026-10-25", 3), ("2027-03-28", 3), ("2027-10-31", 3)],
    "Europe/London": [("2026-03-29", 1), ("2026-10-25", 1), ("2027-03-28", 1), ("2027-10-31", 1)],
    "America/New_York": [("2026-03-08", 2), ("2026-11-01", 1), ("2027-03-14", 2), ("2027-11-07", 1)],
}
"""zone -> (day, hour) of each change: in spring clocks jump over this hour, in autumn they show it twice."""
ALL = [(zone, day, hour) for zone, rows in CHANGES.items() for day, hour in rows]
SPRING = [each for each in ALL if "-03-" in each[1]]
AUTUMN = [each for each in ALL if "-03-" not in each[1]]


def filled(zone, day, hour, **more):
    starts = f"{day}T{hour:02}:30"
    ends = f"{day}T{hour + 6:02}:30"
    said = {"title": "Night of hubs", "kind": "webinar", "mode": "online", "zone": zone, "starts": starts, "ends": ends}
    return New({**said, **more}, organisations=[], networks=[])


@pytest.mark.parametrize(("zone", "day", "hour"), SPRING)
def test_a_local_time_that_does_not_exist_is_refused_beside_its_field(db, zone, day, hour):
    form = filled(zone, day, hour)
    assert not form.is_valid()
    assert list(form.errors) == ["starts"]
    assert "jump over" in str(form.errors["starts"])


@pytest.mark.parametrize(("zone", "day", "hour"), AUTUMN)
def test_a_local_time_that_comes_twice_is_asked_about(db, zone, day, hour):
    form = filled(zone, day, hour)
    assert not form.is_valid()
    assert list(form.errors) == ["starts"]
    assert "starts_fold" in form.fields
    first, second = filled(zone, day, hour, starts_fold="0"), filled(zone, day, hour, starts_fold="1")
    assert first.is_valid(), first.errors
    assert second.is_valid(), second.errors
    assert second.cleaned_data["starts_at"] - first.cleaned_data["starts_at"] == timedelta(hours=1)


@pytest.mark.parametrize(("zone", "day", "hour"), ALL)
def test_the_next_day_at_nine_is_nine_whatever_clocks_do(zone, day, hour):
    before = date.fromisoformat(day) - timedelta(days=1)
    at = clocks.moment(datetime(before.year, before.month, before.day, 9), zone)
    after = clocks.later(at, timedelta(days=1), zone)
    assert clocks.local(after, zone) == clocks.local(at, zone) + timedelta(days=1)
    assert after - at in (timedelta(hours=23), timedelta(hours=25))


@pytest.mark.parametrize(("zone", "day", "hour"), ALL)
def test_a_workshop_over_the_change_has_the_same_hours_each_day(zone, day, hour):
    first = date.fromisoformat(day) - timedelta(days=2)
    starts = clocks.moment(datetime(first.year, first.month, first.day, 9), zone)
    ends = clocks.later(starts, timedelta(days=4, hours=8), zone)
    parts = clocks.days(starts, ends, zone)
    assert [clocks.local(at, zone).hour for at, _end in parts] == [9] * 5
    assert [clocks.local(end, zone).hour for _at, end in parts] == [17] * 5
    assert [end - at for at, end in parts] == [timedelta(hours=8)] * 5


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    days=st.integers(0, 400), zone=st.sampled_from(ZONES),
)  # fmt: skip
def test_days_later_keep_the_hour_wherever_that_hour_is_there(at, days, zone):
    wanted = clocks.local(at, zone) + timedelta(days=days)
    found = clocks.local(clocks.later(at, timedelta(days=days), zone), zone)
    is_there = wanted.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert found == is_there
    assert found == wanted or found - wanted == timedelta(hours=1)


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    minutes=st.integers(1, 60 * 24 * 20), zone=st.sampled_from(ZONES),
)  # fmt: skip
def test_days_of_an_event_lie_inside_it_one_after_the_other(at, minutes, zone):
    at = at.replace(microsecond=0)
    parts = clocks.days(at, at + timedelta(minutes=minutes), zone)
    assert parts[0][0] == at
    assert parts[-1][1] <= at + timedelta(minutes=minutes)
    for (starts, ends), following in zip(parts, [*parts[1:], None], strict=True):
        assert starts < ends
        assert following is None or ends <= following[0]


def test_a_copy_keeps_the_hours_of_every_session_in_its_own_zone(acting, mara, house):
    starts = clocks.moment(datetime(2027, 3, 20, 9), "Europe/Athens")
    made = factories.event(
        organisation=house, starts_at=starts, ends_at=starts + timedelta(hours=10), zone="Europe/Athens", state="draft"
    )
    factories.eventsession(event=made, starts_at=starts, ends_at=starts + timedelta(hours=1))
    far = clocks.moment(datetime(2027, 3, 20, 8), "America/New_York")
    factories.eventsession(event=made, starts_at=far, ends_at=far + timedelta(hours=1), zone="America/New_York")
    copied = series.copy(by=acting(mara), event=made, organisation=house, starts_on=date(2027, 4, 3))
    shown = {row.zone: clocks.local(row.starts_at, row.zone) for row in copied.sessions.all()}
    assert shown == {
        "Europe/Athens": datetime(2027, 4, 3, 9),
        "America/New_York": datetime(2027, 4, 3, 8),
    }


def test_every_time_is_printed_with_its_zone_and_the_readers_own_beside_it():
    starts = clocks.moment(datetime(2027, 2, 21, 9), "Europe/Vilnius")
    ends = starts + timedelta(hours=2)
    assert times.span(starts, ends, "Europe/Vilnius") == "21 February 2027, 09:00–11:00 (Vilnius, EET)"
    own = times.own(starts, ends, "Europe/Vilnius", "Europe/London")
    assert own == "21 February 2027, 07:00–09:00 (London, GMT)"
    assert times.own(starts, ends, "Europe/Vilnius", "Europe/Athens") == ""
    assert times.own(starts, ends, "Europe/Vilnius", "") == ""


def test_another_hour_of_the_event_moves_sessions_by_as_much_on_their_own_clocks(acting, anna, gathering):
    gathering.starts_at = clocks.moment(datetime(2027, 3, 27, 9), gathering.zone)
    gathering.ends_at = gathering.starts_at + timedelta(hours=8)
    gathering.save()
    sessions_ = gathering.sessions.get()
    sessions_.starts_at, sessions_.ends_at = gathering.starts_at, gathering.ends_at
    sessions_.save()
    later = clocks.later(gathering.starts_at, timedelta(days=1), gathering.zone)
    events.edit(by=acting(anna), event=gathering, starts_at=later, ends_at=later + timedelta(hours=8))
    moved = gathering.sessions.get()
    assert clocks.local(moved.starts_at, moved.zone) == datetime(2027, 3, 28, 9)
    assert moved.starts_at - sessions_.starts_at == timedelta(hours=23)


def test_a_session_may_be_in_another_zone_than_its_event(acting, anna, gathering):
    at = clocks.moment(datetime(2027, 1, 23, 10), "America/New_York")
    made = sessions.plan(
        by=acting(anna), event=gathering, title="From the other shore", starts_at=at,
        ends_at=at + timedelta(hours=1), zone="America/New_York",
    )  # fmt: skip
    assert times.span(made.starts_at, made.ends_at, made.zone) == "23 January 2027, 10:00–11:00 (New York, EST)"


def test_sessions_at_home_in_the_zone_of_their_event_follow_it_into_another_and_others_stay(acting, anna, gathering):
    gathering.starts_at = clocks.moment(datetime(2027, 5, 4, 9), "Europe/Podgorica")
    gathering.ends_at = gathering.starts_at + timedelta(hours=8)
    gathering.save()
    gathering.sessions.update(starts_at=gathering.starts_at, ends_at=gathering.ends_at)
    far = clocks.moment(datetime(2027, 5, 4, 12), "Europe/London")
    factories.eventsession(event=gathering, starts_at=far, ends_at=far + timedelta(hours=1), zone="Europe/London")
    events.edit(
        by=acting(anna), event=gathering, zone="Europe/Athens",
        starts_at=clocks.moment(datetime(2027, 5, 5, 9), "Europe/Athens"),
        ends_at=clocks.moment(datetime(2027, 5, 5, 17), "Europe/Athens"),
    )  # fmt: skip
    shown = {row.zone: clocks.local(row.starts_at, row.zone) for row in gathering.sessions.all()}
    assert shown == {"Europe/Athens": datetime(2027, 5, 5, 9), "Europe/London": datetime(2027, 5, 5, 12)}
