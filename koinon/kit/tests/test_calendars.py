"""Calendar files: read back by the library; local times at clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from koinon.kit.calendars import Entry, Invitation, NoSuchTime, TwiceThatTime, invitation, moment_of, write

STARTS = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
ENTRY = Entry(
    "meeting-1@koinon",
    "Σέρρες, Велење; a talk",
    STARTS,
    STARTS + timedelta(minutes=45),
    text="One\nTwo",
    url="https://x.example/a?b=1,2",
)


def event(raw):
    calendar = Calendar.from_ical(raw)
    return calendar, next(iter(calendar.walk("VEVENT")))


def test_an_invitation_reads_back():
    calendar, found = event(invitation(Invitation(ENTRY, ("Koinon", "k@x.example"), ("Ana, O'B", "ana@x.example"), 2)))
    assert (calendar["METHOD"], found["SEQUENCE"], found["UID"]) == ("REQUEST", 2, "meeting-1@koinon")
    assert (found["SUMMARY"], found["DESCRIPTION"]) == (ENTRY.title, ENTRY.text)
    assert (found.decoded("DTSTART"), found.decoded("DTEND")) == (ENTRY.starts, ENTRY.ends)
    assert str(found["ATTENDEE"]) == "mailto:ana@x.example"
    assert found["ATTENDEE"].params["CN"] == "Ana, O'B"
    assert found["ORGANIZER"] == "mailto:k@x.example"
    assert found["STATUS"] == "CONFIRMED"


def test_calling_off_keeps_the_name_and_says_cancel():
    off = Entry(**{**ENTRY.__dict__, "is_cancelled": True})
    calendar, found = event(invitation(Invitation(off, ("K", "k@x.example"), ("A", "a@x.example"), 3)))
    assert (calendar["METHOD"], found["STATUS"], found["UID"]) == ("CANCEL", "CANCELLED", ENTRY.uid)


def test_a_feed_with_whole_days():
    calendar = Calendar.from_ical(write("Deadlines", [ENTRY, Entry("day", "Last day", date(2026, 1, 31))]))
    assert calendar["METHOD"] == "PUBLISH"
    days = [each for each in calendar.walk("VEVENT") if each["UID"] == "day"]
    assert (days[0].decoded("DTSTART"), days[0].decoded("DTEND")) == (date(2026, 1, 31), date(2026, 2, 1))


def test_an_entry_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="before"):
        write("x", [Entry("u", "t", STARTS, STARTS - timedelta(minutes=1))])
    with pytest.raises(ValueError, match="with days"):
        write("x", [Entry("u", "t", STARTS, date(2027, 1, 1))])


@given(title=st.text(min_size=1, max_size=200), text=st.text(max_size=400))
def test_no_text_breaks_out_of_its_line(title, text):
    raw = invitation(
        Invitation(Entry("u@x", title, STARTS, None, text=text), (title, "k@x.example"), (text, "a@x.example"))
    )
    names = [line.split(b":")[0].split(b";")[0] for line in raw.replace(b"\r\n ", b"").split(b"\r\n")]
    assert names.count(b"BEGIN") == 2
    assert names.count(b"ATTENDEE") == 1


def test_clocks_jump_over_a_time_in_spring():
    with pytest.raises(NoSuchTime):
        moment_of(datetime(2027, 3, 28, 3, 30), "Europe/Athens")
    assert moment_of(datetime(2027, 3, 28, 4, 0), "Europe/Athens") == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_clocks_show_a_time_twice_in_autumn():
    with pytest.raises(TwiceThatTime):
        moment_of(datetime(2026, 10, 25, 2, 30), "Europe/Tirane")
    first, second = (moment_of(datetime(2026, 10, 25, 2, 30), "Europe/Tirane", fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)


@given(
    local=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    zone=st.sampled_from(["Europe/Vilnius", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_what_exists_comes_back_as_it_was(local, zone):
    from zoneinfo import ZoneInfo

    try:
        at = moment_of(local, zone)
    except NoSuchTime:
        return
    except TwiceThatTime:
        at = moment_of(local, zone, 1)
    assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


ZONES = ["Europe/Podgorica", "Europe/Athens", "Europe/Vilnius", "Europe/London", "America/New_York"]


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda each: each.replace(microsecond=0)),
    zone=st.sampled_from(ZONES),
    is_off=st.booleans(),
)
def test_the_clocks_of_a_place_travel_with_the_entry(at, zone, is_off):
    starts = at.replace(tzinfo=UTC)
    entry = Entry("u@x", "t", starts, starts + timedelta(hours=1), zone=zone, is_cancelled=is_off)
    calendar, found = event(invitation(Invitation(entry, ("K", "k@x.example"), ("A", "a@x.example"), 4)))
    assert found.decoded("DTSTART") == starts
    zones = [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")]
    if not zones:  # a time that comes twice is written in UTC
        assert found["DTSTART"].to_ical().endswith(b"Z")
        return
    assert (zones, found["DTSTART"].params["TZID"]) == ([zone], zone)
    rules = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    shown = found.decoded("DTSTART").replace(tzinfo=None)
    assert shown.replace(tzinfo=rules).utcoffset() == found.decoded("DTSTART").utcoffset()


def test_an_hour_that_comes_twice_is_written_so_that_nobody_takes_the_other():
    for fold in (0, 1):
        at = moment_of(datetime(2026, 10, 25, 2, 30), "Europe/Podgorica", fold)
        raw = write("x", [Entry("u@x", "t", at, at + timedelta(hours=3), zone="Europe/Podgorica")])
        assert event(raw)[1].decoded("DTSTART") == at
        assert b"VTIMEZONE" not in raw


def test_times_of_utc_need_no_clocks_and_sequence_stands_in_files():
    raw = write("x", [Entry("u@x", "t", STARTS, None, zone="UTC", sequence=3)])
    assert b"VTIMEZONE" not in raw
    assert event(raw)[1]["SEQUENCE"] == 3
