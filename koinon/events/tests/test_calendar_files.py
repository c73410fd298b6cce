"""Calendar files of others: floating times, zones, days, repetition, times that are not there; all of it or nothing."""

from datetime import UTC, date, datetime, timedelta
from importlib import util

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from koinon.events.actions import calendar_files as actions
from koinon.events.engine.calendar_files import MOST, read
from koinon.events.models import Event
from koinon.events.queries import calendars as queries
from koinon.kit import calendars
from koinon.kit.verbs import Refused

ZONE = "Europe/Podgorica"


def file(*entries, head=""):
    body = "".join(f"BEGIN:VEVENT\nUID:{number}@x\n{entry}\nEND:VEVENT\n" for number, entry in enumerate(entries))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def one(entry, zone=ZONE):
    found = read(file(f"SUMMARY:A\n{entry}"), zone)
    return (found.rows[0].starts_at, found.rows[0].ends_at, found.rows[0].zone) if found.rows else found.faults


def at(*when):
    return datetime(*when, tzinfo=UTC)


def test_a_floating_time_is_by_the_clocks_of_the_event():
    floating = "DTSTART:20270328T090000\nDTEND:20270328T103000"
    assert one(floating) == (at(2027, 3, 28, 7), at(2027, 3, 28, 8, 30), ZONE)
    assert one(floating, "America/New_York")[0] == at(2027, 3, 28, 13)
    assert one("DTSTART:20270327T090000\nDURATION:PT2H") == (at(2027, 3, 27, 8), at(2027, 3, 27, 10), ZONE)


def test_utc_and_zones_are_the_moments_they_say():
    assert one("DTSTART:20270610T070000Z\nDTEND:20270610T080000Z")[::2] == (at(2027, 6, 10, 7), ZONE)
    said = "DTSTART;TZID=Europe/London:20270610T090000\nDTEND;TZID=Europe/London:20270610T100000"
    assert one(said)[::2] == (at(2027, 6, 10, 8), "Europe/London")


@pytest.mark.parametrize(
    ("zone", "jumped"),
    [(ZONE, "20270328T023000"), ("Europe/Athens", "20270328T033000"), ("Europe/Vilnius", "20270328T033000"),
     ("Europe/London", "20270328T013000"), ("America/New_York", "20270314T023000")],
)  # fmt: skip
def test_times_that_clocks_jump_over_are_refused(zone, jumped):
    assert one(f"DTSTART:{jumped}\nDURATION:PT1H", zone) == [("jumped", "A")]
    assert one(f"DTSTART;TZID={zone}:{jumped}\nDURATION:PT1H") == [("jumped", "A")]


def test_a_time_that_comes_twice_is_the_first_and_said():
    found = read(file("SUMMARY:A\nDTSTART:20261025T023000\nDTEND:20261025T050000"), ZONE)
    assert found.rows[0].starts_at == at(2026, 10, 25, 0, 30)
    assert found.notes == [("twice", "A")]


def test_days_without_hours_count_from_nine_to_five():
    found = read(file("SUMMARY:A\nDTSTART;VALUE=DATE:20270610\nDTEND;VALUE=DATE:20270612"), ZONE)
    assert (found.rows[0].starts_at, found.rows[0].ends_at) == (at(2027, 6, 10, 7), at(2027, 6, 11, 15))
    assert ("days", "A") in found.notes


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"", "broken"), (b"hello", "broken"), (b"\xff\xfe\x00BEGIN", "broken"), (b"BEGIN:VCALENDAR" * 100_000, "broken"),
     (file(), "empty"), (file("SUMMARY:A"), "no_time"),
     (file("SUMMARY:A\nDTSTART:20270610T100000\nDTEND:20270610T090000"), "backwards"),
     (file("SUMMARY:A\nSTATUS:CANCELLED\nDTSTART:20270610T100000"), "empty"),
     (file(*[f"SUMMARY:{number}\nDTSTART:20270610T100000" for number in range(MOST + 1)]), "many")],
)  # fmt: skip
def test_what_cannot_be_read_is_said(data, fault):
    assert fault in [what for what, _title in read(data, ZONE).faults]


@given(st.binary(max_size=300), st.text(max_size=200))
def test_nothing_that_strangers_write_raises(data, text):
    read(data, ZONE)
    read(file(f"SUMMARY:{text}\nDTSTART:{text}"), ZONE)
    read(file(f"SUMMARY:A\nDTSTART:20270610T100000\nRRULE:{text}"), ZONE)


@pytest.mark.skipif(util.find_spec("recurring_ical_events") is None, reason="recurring-ical-events is not installed")
def test_what_is_repeated_is_taken_date_by_date_over_a_change_of_clocks():
    said = "SUMMARY:A\nDTSTART;TZID=Europe/Podgorica:20261018T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    found = read(file(said + "\nEXDATE;TZID=Europe/Podgorica:20261101T090000"), ZONE)
    assert [row.starts_at for row in found.rows] == [at(2026, 10, 18, 7), at(2026, 10, 25, 8)]
    endless = read(file("SUMMARY:A\nDTSTART:20270101T090000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY"), ZONE)
    assert ("many", "") in endless.faults


def test_without_the_library_repetition_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda _name: None)
    found = read(file("SUMMARY:A\nDTSTART:20270101T090000Z\nRRULE:FREQ=DAILY;COUNT=3"), ZONE)
    assert ("repeats", "A") in found.faults
    assert found.rows == []


def test_what_we_write_we_read(gathering):
    raw = calendars.write("x", [queries.entry_of(gathering)])
    row = read(raw, "Europe/London").rows[0]
    assert (row.starts_at, row.ends_at, row.zone) == (gathering.starts_at, gathering.ends_at, gathering.zone)


SOON = date.today() + timedelta(days=60)


def entry(title, hour, day=SOON):
    return f"SUMMARY:{title}\nDTSTART:{day:%Y%m%d}T{hour:02}0000\nDURATION:PT90M\nLOCATION:Hall"


@pytest.mark.django_db
def test_an_event_begins_with_a_file(acting, mara, house, network):
    data = file(entry("Opening", 9), entry("End", 15), head="X-WR-CALNAME:Days of hubs\n")
    made = actions.begin(
        by=acting(mara), organisation=house, kind="conference", zone=ZONE, data=data, language="en", network=network
    )
    assert (str(made), made.state, made.zone) == ("Days of hubs", "draft", ZONE)
    assert [str(each) for each in made.sessions.all()] == ["Opening", "End"]
    assert made.ends_at - made.starts_at == timedelta(hours=7, minutes=30)


@pytest.mark.django_db
def test_one_fault_takes_nothing_and_others_take_nothing(acting, mara, rival, house):
    bad = file(entry("Opening", 9), "SUMMARY:Never\nDTSTART:20270610T100000\nDTEND:20270610T090000")
    facts = {"organisation": house, "kind": "conference", "zone": ZONE, "language": "en"}
    with pytest.raises(ValidationError, match="Never"):
        actions.begin(by=acting(mara), data=bad, **facts)
    with pytest.raises(ValidationError, match="past"):
        actions.begin(by=acting(mara), data=file(entry("Old", 9, date(2020, 1, 1))), **facts)
    with pytest.raises(Refused):
        actions.begin(by=acting(rival), data=file(entry("Opening", 9)), **facts)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_programme_is_read_once_though_the_file_comes_twice(enter, anna, gathering):
    day = gathering.starts_at.date()
    sent = file(entry("A", 9, day), entry("B", 11, day))
    client, address = enter(anna), reverse("events:sessions_from_file", args=[gathering.slug])
    before = gathering.sessions.count()
    for _time in range(2):
        upload = SimpleUploadedFile("x.ics", sent, "text/calendar")
        assert client.post(address, {"file": upload}).status_code == 302
    assert gathering.sessions.count() == before + 2
    broken = SimpleUploadedFile("x.ics", b"no calendar", "text/calendar")
    assert "not a calendar file" in client.post(address, {"file": broken}).content.decode()


@pytest.mark.django_db
def test_the_page_begins_an_event(enter, mara, house):
    sent = {"file": SimpleUploadedFile("x.ics", file(entry("Talk", 9)), "text/calendar"), "kind": "webinar",
            "zone": ZONE, "organisation": str(house.pk), "network": ""}  # fmt: skip
    answer = enter(mara).post(reverse("events:event_from_file"), sent)
    assert answer["Location"] == reverse("events:desk", args=[Event.objects.get().slug])
