"""Files of conference tools as they really look: found, matched, shown, brought in as a whole, twice without effect."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from koinon.events.actions import presence, scans
from koinon.events.engine import online as engine
from koinon.events.models import CallName, Presence, Scan
from koinon.events.queries import online
from koinon.kit import sheets
from tests import factories

pytestmark = pytest.mark.django_db
ZONE = "Europe/Podgorica"


@pytest.fixture
def event(network, house):
    return factories.event(
        organisation=house, network=network, slug="webinar", kind="webinar", zone=ZONE,
        starts_at=datetime(2026, 11, 12, 13, tzinfo=UTC), ends_at=datetime(2026, 11, 12, 15, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def session(event):
    """From 14 to 16 o'clock by the clocks of Podgorica."""
    return factories.eventsession(event=event, starts_at=event.starts_at, ends_at=event.ends_at)


@pytest.fixture
def arta(event):
    return factories.registration(event=event, person=None, name="Arta Hoxha", email="arta@example.org")


@pytest.fixture
def goran(event):
    return factories.registration(event=event, person=None, name="Ѓоран Петровски", email="goran@example.org")


ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
812 3456,Webinar of hubs,11/12/2026 01:50:00 PM,11/12/2026 04:05:00 PM,host@example.org,135,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
"Arta Hoxha (Host)",ARTA@example.org,11/12/2026 01:55:00 PM,11/12/2026 02:30:00 PM,35,No
Arta Hoxha,arta@example.org,11/12/2026 02:45:00 PM,11/12/2026 04:05:00 PM,80,No
iPhone (Ѓоран Петровски),,11/12/2026 02:00:00 PM,11/12/2026 04:00:00 PM,120,Yes
Somebody else,else@example.org,11/12/2026 02:00:00 PM,11/12/2026 02:10:00 PM,10,Yes
"""
TEAMS = """1. Summary
Meeting title\tWebinar of hubs
Attended participants\t2

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Arta Hoxha\t11/12/26, 1:55:00 PM\t11/12/26, 4:05:00 PM\t1h 55m\tarta@example.org\tarta@example.org\tOrganizer
Ѓоран Петровски\t11/12/26, 2:00:00 PM\t11/12/26, 4:00:00 PM\t2h\tgoran@example.org\tgoran@example.org\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Arta Hoxha\t11/12/26, 1:55:00 PM\t11/12/26, 2:30:00 PM\t35m\tarta@example.org\tOrganizer
Arta Hoxha\t11/12/26, 2:45:00 PM\t11/12/26, 4:05:00 PM\t1h 20m\tarta@example.org\tOrganizer
Ѓоран Петровски\t11/12/26, 2:00:00 PM\t11/12/26, 4:00:00 PM\t2h\tgoran@example.org\tAttendee
"""
MEET = """First name,Last name,Email,Duration,Time joined,Time exited
Arta,Hoxha,arta@example.org,35 min,1:55 PM,2:30 PM
Arta,Hoxha,arta@example.org,1 hr 20 min,2:45 PM,4:05 PM
Ѓоран,Петровски,goran@example.org,2 hr,2:00 PM,4:00 PM
"""
BIGBLUEBUTTON = """Name,Moderator,Activity Score,Talk time,Webcam,Messages,Join,Left,Duration
Arta Hoxha,FALSE,1.2,00:00:10,00:00:00,3,2026-11-12 13:55:00,2026-11-12 14:30:00,00:35:00
Arta Hoxha,FALSE,1.2,00:00:10,00:00:00,3,2026-11-12 14:45:00,2026-11-12 16:05:00,01:20:00
Ѓоран Петровски,TRUE,2.0,00:20:10,00:00:00,0,2026-11-12 14:00:00,2026-11-12 16:00:00,02:00:00
"""
WEBEX = '''Meeting Name\tName\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration
"=""Webinar"""\tArta Hoxha\tarta@example.org\t"=""2026-11-12 13:55:00"""\t"=""2026-11-12 14:30:00"""\t35 mins
"=""Webinar"""\tArta Hoxha\tarta@example.org\t"=""2026-11-12 14:45:00"""\t"=""2026-11-12 16:05:00"""\t80 mins
"=""Webinar"""\tЃоран Петровски\tgoran@example.org\t"=""2026-11-12 14:00:00"""\t"=""2026-11-12 16:00:00"""\t120 mins
'''
FILES = {"zoom": ZOOM, "teams": TEAMS, "meet": MEET, "bigbluebutton": BIGBLUEBUTTON, "webex": WEBEX}


def read(session, text, encoding="utf-8", zone=ZONE):
    return online.read(BytesIO(text.encode(encoding)), session, zone)


def bring_in(preview, session, by, **choices):
    found = online.listed(preview.signed, session, choices)
    return scans.keep_stays(by=by, session=session, stays=found.stays, names=found.names)[1]


def minutes(event):
    presence.count(event.pk)
    return {
        row.registration.name: (row.minutes, row.is_open) for row in Presence.objects.select_related("registration")
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("tool", FILES)
def test_the_files_of_all_tools_say_the_same(event, session, arta, goran, acting, mara, tool, encoding):
    preview = read(session, FILES[tool], encoding)
    assert (preview.faults, preview.found) == (0, 3)
    assert preview.strangers == (1 if tool == "zoom" else 0)
    bring_in(preview, session, acting(mara))
    assert minutes(event) == {"Arta Hoxha": (105, False), "Ѓоран Петровски": (120, False)}


def test_the_same_file_twice_changes_nothing(event, session, arta, goran, acting, mara):
    assert bring_in(read(session, ZOOM), session, acting(mara)) == 6
    assert bring_in(read(session, ZOOM), session, acting(mara)) == 0
    assert Scan.objects.count() == 6
    assert set(Scan.objects.values_list("source", flat=True)) == {"online"}


def test_a_workbook_is_read_as_well(session, arta):
    file = BytesIO()
    at = datetime(2026, 11, 12, 14, 0)
    rows = [["Arta Hoxha", "arta@example.org", at, at + timedelta(hours=1)]]
    sheets.write_xlsx(file, [sheets.Table("Attendance", ["Name", "Email", "Join Time", "Leave Time"], rows)])
    file.seek(0)
    [row] = online.read(file, session, ZONE).rows
    assert (row.registration, row.fault) == (arta, "")
    assert row.met.comes == datetime(2026, 11, 12, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("11/12/2026 02:00:00 PM", 13), ("12/11/2026 14:00:00", 13), ("12.11.2026 14:00", 13), ("12.11.26 14:00", 13),
        ("2026-11-12T14:00:00", 13), ("2026-11-12T14:00:00Z", 14), ("2026-11-12T14:00:00+03:00", 11),
        ("2026-11-12 14:00 GMT+2", 12), ("2026-11-12 14:00 (UTC+05:30)", 8.5), ("Nov 12, 2026, 2:00 PM", 13),
        ("12 November 2026 14:00", 13), ("14:00", 13), ("2:00 PM", 13), ("2:00pm", 13), ("2026/11/12 14:00:00", 13),
        ("12 Nov 2026, 14:00", 13), ("2026-11-12 14:00 UTC", 14),
    ],
)  # fmt: skip
def test_times_are_read_in_the_manner_of_the_file(session, arta, said, expected):
    text = f'Name,Join Time,Leave Time\nArta Hoxha,"{said}",\nArta Hoxha,"{said}",\n'
    row = read(session, text).rows[0]
    assert row.fault == ""
    assert row.met.comes == datetime(2026, 11, 12, tzinfo=UTC) + timedelta(hours=expected)


def test_one_wrong_row_and_nothing_is_brought_in(session, arta, enter, mara):
    text = "Name,Join Time,Leave Time\nArta Hoxha,14:00,13:00\nArta Hoxha,soon,15:00\nArta Hoxha,14:10,15:00\n"
    preview = read(session, text)
    assert [bool(row.fault) for row in preview.rows] == [True, True, False]
    file = SimpleUploadedFile("list.csv", text.encode())
    address = reverse("events:online", args=[session.event.slug])
    page = enter(mara).post(address, {"file": file, "session": session.pk, "zone": ZONE}).content.decode()
    assert "2 rows cannot be read" in page
    assert "Bring all of it in" not in page


def test_a_missing_leave_time_waits_for_a_decision(event, session, arta, acting, mara):
    preview = read(session, "Name,Join Time,Leave Time\nArta Hoxha,14:00,\n")
    assert "somebody has to decide" in preview.rows[0].doubt
    bring_in(preview, session, acting(mara))
    assert minutes(event) == {"Arta Hoxha": (0, True)}


def test_two_people_of_one_name_are_left_out_unless_the_address_tells(event, session, arta):
    factories.registration(event=event, person=None, name="Hoxha Arta", email="other@example.org")
    text = "Name,Email,Join Time,Leave Time\nArta Hoxha,,14:00,15:00\nArta Hoxha,other@example.org,14:00,15:00\n"
    without, with_address = read(session, text).rows
    assert without.registration is None
    assert "Several people" in without.doubt
    assert with_address.registration.email == "other@example.org"


def test_accents_order_and_scripts_of_a_name_do_not_matter(event, session):
    row = factories.registration(event=event, person=None, name="Žydrė Šimkutė", email="z@example.org")
    text = "Name,Join Time\nSIMKUTE; Zydre,14:00\n"
    assert read(session, text).rows[0].registration == row


def test_who_withdrew_is_not_found(event, session):
    factories.registration(event=event, person=None, name="Who Left", email="left@example.org", state="withdrawn")
    assert read(session, "Name,Email,Join Time\nWho Left,left@example.org,14:00\n").strangers == 1


def test_another_day_is_a_mistake(session, arta):
    assert "not on the day" in read(session, "Name,Join Time\nArta Hoxha,2026-10-01 14:00\n").rows[0].fault


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Name,Duration\nArta,3\n", "\x00\x01\x02"])
def test_a_file_without_times_is_refused_in_words(session, text):
    with pytest.raises(ValidationError):
        read(session, text)


def test_a_list_of_another_session_cannot_be_slipped_in(event, session, arta, enter, mara):
    other = factories.eventsession(event=event)
    signed = read(session, "Name,Join Time,Leave Time\nArta Hoxha,14:00,15:00\n").signed
    address = reverse("events:online_keep", args=[event.slug])
    for key, listed in ((other.pk, signed), (session.pk, "x" + signed), (session.pk, "")):
        assert enter(mara).post(address, {"session": key, "listed": listed}).status_code == 302
    assert not Scan.objects.exists()
    enter(mara).post(address, {"session": session.pk, "listed": signed})
    assert Scan.objects.count() == 2


def test_an_hour_that_clocks_jump_over_is_said_and_one_that_comes_twice_is_the_nearer(network, house):
    event = factories.event(organisation=house, network=network, zone=ZONE)
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    session = factories.eventsession(event=event, starts_at=at, ends_at=at + timedelta(hours=3))
    row = factories.registration(event=event, person=None, name="Arta Hoxha", email="a@example.org")
    [found] = read(session, "Name,Join Time\nArta Hoxha,2026-10-25 02:30\n").rows
    assert (found.met.comes, found.registration) == (at, row)
    spring = factories.eventsession(event=event, starts_at=datetime(2027, 3, 28, tzinfo=UTC),
                                    ends_at=datetime(2027, 3, 28, 3, tzinfo=UTC))  # fmt: skip
    assert "cannot read this time" in read(spring, "Name,Join Time\nArta Hoxha,2027-03-28 02:30\n").rows[0].fault


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=8))
def test_any_cells_give_rows_or_nothing(cells):
    rows = [(number, row) for number, row in enumerate([["Name", "Join Time", "Leave Time"], *cells], 1)]
    table = engine.table_of([row for _line, row in rows])
    found = engine.met(rows, table, date(2026, 11, 12), lambda shown: shown.replace(tzinfo=ZoneInfo(ZONE)))
    assert all(row.fault or row.comes is not None for row in found)


STRANGERS = """Name,Email,Join Time,Leave Time
Arta Hoxha,arta@example.org,14:00,15:00
iPhone,,14:00,14:30
Galaxy,goran@home.example.org,14:10,15:10
iPhone,,14:40,15:30
"""


def test_rows_that_matched_nobody_are_given_to_somebody_and_known_next_time(event, session, arta, goran, acting, mara):
    by, first = acting(mara), read(session, STRANGERS)
    assert [row.name for row in first.rows] == ["", "who-1", "who-2", "who-1"]
    assert [len(row.people) for row in first.rows] == [0, 2, 2, 0], "each name is asked about once"
    bring_in(first, session, by, **{"who-1": str(arta.pk), "who-2": str(goran.pk)})
    assert minutes(event) == {"Arta Hoxha": (90, False), "Ѓоран Петровски": (60, False)}
    other = factories.eventsession(event=event, starts_at=session.starts_at, ends_at=session.ends_at)
    again = read(other, STRANGERS)
    assert (again.found, again.strangers) == (4, 0)
    assert [row.chosen for row in again.rows] == ["", str(arta.pk), str(goran.pk), str(arta.pk)]


def test_a_row_that_is_of_nobody_here_is_left_out_from_then_on_and_can_be_called_back(
    event, session, arta, acting, mara
):
    by = acting(mara)
    bring_in(read(session, STRANGERS), session, by, **{"who-1": online.NOBODY})
    assert minutes(event) == {"Arta Hoxha": (60, False)}
    [named] = CallName.objects.all()
    assert (named.said, named.registration) == ("iphone", None)
    row = read(session, STRANGERS).rows[1]
    assert (row.chosen, row.doubt) == (online.NOBODY, "")
    bring_in(read(session, STRANGERS), session, by, **{"who-1": str(arta.pk)})
    named.refresh_from_db()
    assert named.registration == arta


def test_what_nothing_is_said_of_is_left_out_and_asked_again(event, session, arta, acting, mara):
    bring_in(read(session, STRANGERS), session, acting(mara))
    assert not CallName.objects.exists()
    assert minutes(event) == {"Arta Hoxha": (60, False)}


def test_nobody_of_another_event_is_slipped_in(event, session, arta, acting, mara):
    other = factories.registration()
    for key in (str(other.pk), "nonsense"):
        with pytest.raises(ValidationError):
            bring_in(read(session, STRANGERS), session, acting(mara), **{"who-1": key})
    with pytest.raises(ValidationError):
        scans.keep_stays(by=acting(mara), session=session, stays=[], names={"iphone": other})
    assert not CallName.objects.exists()


def test_who_has_left_is_not_taken_for_the_name_any_more(event, session, arta, goran):
    factories.callname(registration=goran, said="iphone")
    assert read(session, STRANGERS).rows[1].chosen == str(goran.pk)
    goran.state = "withdrawn"
    goran.save()
    assert read(session, STRANGERS).rows[1].chosen == ""


def test_the_list_decides_before_what_was_said(event, session, arta):
    factories.callname(event=event, said="arta@example.org")
    assert read(session, STRANGERS).rows[0].registration == arta


def test_a_long_list_offers_the_names_that_are_most_alike(event, session, arta, goran, monkeypatch):
    monkeypatch.setattr(online, "MOST_CHOICES", 1)
    monkeypatch.setattr(online, "ALIKE", 1)
    row = read(session, "Name,Join Time\nHoxha (phone),14:00\n").rows[0]
    assert [label for _key, label in row.people] == ["Arta Hoxha"]


def test_the_page_asks_whose_and_keeps_it(event, session, arta, enter, mara):
    client, file = enter(mara), SimpleUploadedFile("list.csv", STRANGERS.encode())
    said = {"file": file, "session": session.pk, "zone": ZONE}
    page = client.post(reverse("events:online", args=["webinar"]), said).content.decode()
    assert page.count('<select form="keep"') == 2
    signed = page.split('name="listed" value="')[1].split('"')[0]
    keep = reverse("events:online_keep", args=["webinar"])
    said = {"session": session.pk, "listed": signed, "who-1": online.NOBODY, "who-2": str(arta.pk)}
    assert client.post(keep, said).status_code == 302
    assert CallName.objects.count() == 2
    assert Scan.objects.count() == 4
