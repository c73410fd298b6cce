"""Reminders: a week and a day before by the event's own clocks, once, also over a night in which clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.events.actions import reminders as actions
from koinon.events.clock import reminders as clock
from koinon.events.engine.reminders import MARKS, due
from koinon.events.models import Registration
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from tests import factories

ZONES = ["Europe/Podgorica", "Europe/Athens", "Europe/Vilnius", "Europe/London", "America/New_York"]
NINE = datetime(2026, 10, 25, 9, 0)


def test_a_day_before_nine_is_nine_when_clocks_change_in_between():
    for zone in ZONES:
        starts = NINE.replace(tzinfo=ZoneInfo(zone))
        before = datetime(2026, 10, 24, 9, 0, tzinfo=ZoneInfo(zone))
        long_ago = starts - timedelta(days=60)
        assert due(before, starts, zone, long_ago, []) == "day"
        assert due(before - timedelta(minutes=1), starts, zone, long_ago, ["week"]) == ""


@given(
    starts=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), zone=st.sampled_from(ZONES),
    since=st.integers(0, 60 * 24 * 10), ticks=st.lists(st.integers(0, 60 * 24 * 9), max_size=30),
)  # fmt: skip
def test_each_reminder_comes_at_most_once_and_none_after_it_has_begun(starts, zone, since, ticks):
    at = starts.replace(tzinfo=UTC)
    began, told = at - timedelta(minutes=since), []
    for minutes in sorted(ticks, reverse=True):
        now = at - timedelta(minutes=minutes)
        mark = due(now, at, zone, began, told)
        if mark:
            assert mark not in told
            assert now < at
            assert now >= began
            told.append(mark)
    assert told in ([], ["week"], ["day"], ["week", "day"])
    assert due(at, at, zone, began, []) == ""


@pytest.fixture
def soon(gathering):
    """The event begins in 20 hours."""
    now = datetime.now(UTC).replace(microsecond=0)
    gathering.starts_at, gathering.ends_at = now + timedelta(hours=20), now + timedelta(hours=26)
    gathering.save(update_fields=["starts_at", "ends_at"])
    return gathering


def early(event, **facts):
    return factories.registration(event=event, moved_at=event.starts_at - timedelta(days=20), **facts)


@pytest.mark.django_db
def test_who_comes_is_reminded_once_and_others_are_not(soon, luka, mailoutbox):
    comes = early(soon, person=luka)
    for state in ("waiting", "withdrawn", "approval", "offered"):
        early(soon, state=state)
    fresh = factories.registration(event=soon)
    clock.remind(0)
    clock.remind(0)
    assert Notice.objects.filter(kind="events.reminder").count() == 1
    assert Notice.objects.get(kind="events.reminder").person_id == luka.pk
    comes.refresh_from_db()
    fresh.refresh_from_db()
    assert comes.told == ["day"]
    assert fresh.told == []
    told = Statement.objects.filter(verb="events.people_reminded")
    assert [row.counts for row in told] == [{"people": 1}]


@pytest.mark.django_db
def test_many_are_reminded_in_pieces_and_a_draft_reminds_nobody(soon, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    for _number in range(5):
        early(soon)
    soon.state = "draft"
    soon.save(update_fields=["state"])
    clock.remind(0)
    assert not Notice.objects.filter(kind="events.reminder").exists()
    soon.state = "closed"
    soon.save(update_fields=["state"])
    clock.remind(0)
    assert Registration.objects.filter(told=["day"]).count() == 5
    assert Notice.objects.filter(kind="events.reminder").count() == 5


@pytest.mark.django_db
def test_only_the_clock_reminds(acting, anna, soon):
    with pytest.raises(Refused):
        actions.remind(by=acting(anna), event=soon, mark="day")
    assert actions.remind(by=machine("clock"), event=soon, mark=next(iter(MARKS))).reminded == 0
