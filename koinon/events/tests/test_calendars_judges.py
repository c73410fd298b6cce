"""Readers that are not ours take our files: ical.js in Node, recurring-ical-events; mail is read by Python's own.

The life of an invitation is played with letters as they leave (django.core.mail, read back by email.parser with its
default policy): a calendar kept by ical.js takes what is newer by SEQUENCE, however the letters arrive.
"""

import base64
import email
import itertools
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email import policy
from importlib import import_module, util
from pathlib import Path

import pytest
from django.core import mail

from koinon.events.models import Registration
from koinon.events.notices.calendars import part_of
from koinon.kit import calendars
from koinon.kit.calendars import Entry, Invitation, invitation, write
from koinon.kit.mail import deliver
from tests import factories

ROOT = Path(__file__).resolve().parents[3]
SOURCE, PLACE = ROOT / "tests" / "judges" / "calendars", ROOT / "var" / "judges" / "calendars"
MUST = os.environ.get("KOINON_JUDGES") == "must"
"""Set where judges must be there (the gate): then their absence fails."""

ZONES = ["Europe/Podgorica", "Europe/Athens", "Europe/Vilnius", "Europe/London", "America/New_York"]
CHANGES = [datetime(2026, 3, 8), datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 11, 1),
           datetime(2027, 3, 14), datetime(2027, 3, 28), datetime(2027, 10, 31), datetime(2027, 11, 7)]  # fmt: skip
"""Sundays on which clocks change in one of these zones."""

pytestmark = pytest.mark.slow


def absent(why):
    if MUST:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def judge():
    """Installs ical.js once, as its lock says; skips with the reason where that is not possible."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        absent("the judge needs node and npm")
    PLACE.mkdir(parents=True, exist_ok=True)
    lock, kept = SOURCE / "package-lock.json", PLACE / "installed.json"
    if not kept.exists() or kept.read_text() != lock.read_text():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, PLACE / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run(command, cwd=PLACE, check=True, capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            absent(f"npm could not install the judge: {str(problem.stderr or problem)[-300:]}")
        kept.write_text(lock.read_text())
    shutil.copy(SOURCE / "judge.mjs", PLACE / "judge.mjs")

    def ask(**asked):
        done = subprocess.run(
            [node, "judge.mjs"], cwd=PLACE, input=json.dumps(asked), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return ask


def around(zone):
    """Whole hours around each change of clocks that exist in this zone."""
    for day, hour in itertools.product(CHANGES, range(-3, 8)):
        local = day + timedelta(hours=hour)
        for fold in (0, 1):
            try:
                yield calendars.moment_of(local, zone, fold)
            except calendars.NoSuchTime:
                break


def entries(zone):
    moments = sorted(set(around(zone)))
    return [
        Entry(f"{number}@koinon", "Σέρρες, Велење; „talk“", at, at + timedelta(minutes=90), text="One\nTwo", zone=zone)
        for number, at in enumerate(moments)
    ]


def test_ical_js_reads_the_same_moments_over_all_changes_of_clocks(judge):
    files = {zone: write(zone, entries(zone)).decode() for zone in ZONES}
    found = judge(files=files)["files"]
    for zone in ZONES:
        told = {row["uid"]: (row["starts"], row["ends"], row["zone"], row["title"]) for row in found[zone]}
        for each in entries(zone):
            starts, ends, where, title = told[each.uid]
            assert (datetime.fromisoformat(starts), datetime.fromisoformat(ends)) == (each.starts, each.ends)
            assert (where in (zone, "UTC"), title) == (True, each.title)


def test_recurring_ical_events_reads_the_same_moments():
    if util.find_spec("recurring_ical_events") is None:
        absent("recurring-ical-events is not installed")
    from icalendar import Calendar

    query = import_module("recurring_ical_events")
    for zone in ZONES:
        rows = query.of(Calendar.from_ical(write(zone, entries(zone)))).between((2026, 1, 1), (2028, 1, 1))
        found = {str(row["UID"]): row["DTSTART"].dt.astimezone(UTC) for row in rows}
        for each in entries(zone):
            assert found[each.uid] == each.starts


def posted(row):
    """The letter of `row` as it is on the wire."""
    raw = base64.b64encode(part_of(row)).decode()
    deliver(to=row.email, subject="Event", text="Text", html="<p>Text</p>", language="en", invitation=raw)
    return mail.outbox[-1].message().as_bytes()


def part(raw):
    """(method in the MIME part, calendar) as a mail program finds it."""
    letter = email.message_from_bytes(raw, policy=policy.default)
    (found,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    return found.get_param("method"), found.get_content()


@pytest.mark.django_db
def test_an_invitation_lives_through_changes_in_whatever_order_letters_arrive(judge, gathering):
    row = factories.registration(event=gathering, person=None, name="Guest", email="guest@example.org")
    said = []

    def send(state="confirmed", **changes):
        nonlocal row
        for name, value in changes.items():
            setattr(gathering, name, value)
        gathering.save()
        Registration.objects.filter(pk=row.pk).update(
            state=state, left_from="confirmed" if state == "withdrawn" else ""
        )
        row = Registration.objects.select_related("event").get(pk=row.pk)
        method, calendar = part(posted(row))
        assert f"METHOD:{method}" in calendar
        assert "BEGIN:VTIMEZONE" in calendar
        said.append(calendar)

    moved = gathering.starts_at + timedelta(days=1)
    send()
    send(starts_at=moved, ends_at=moved + timedelta(hours=8), sequence=1)
    send("withdrawn")
    row = factories.registration(event=gathering, person=None, name="Guest", email="guest@example.org")
    send()
    send(venue="Library", sequence=2)
    kept = judge(letters=said)["kept"]
    assert [len(each) for each in kept] == [1, 1, 0, 1, 1]
    assert {event["uid"] for each in kept for event in each} == {gathering.uid}
    assert datetime.fromisoformat(kept[-1][0]["starts"]) == moved
    numbers = [int(line.split(":")[1]) for calendar in said for line in calendar.splitlines() if "SEQUENCE:" in line]
    assert numbers == sorted(set(numbers))
    for order in ([4, 0, 2, 1, 3], [3, 4, 2, 0, 1], [1, 0, 4, 3, 2]):
        last = judge(letters=[said[number] for number in order])["kept"][-1]
        assert (len(last), last[0]["sequence"]) == (1, numbers[-1])
    send(state="confirmed", sequence=3)
    gathering.state, gathering.sequence = "cancelled", 4
    send(state="confirmed")
    for order in itertools.permutations(said[-2:]):
        assert judge(letters=list(order))["kept"][-1] == []


def test_an_invitation_names_only_the_reader(judge):
    at = datetime(2027, 5, 1, 9, tzinfo=UTC)
    entry = Entry("u@koinon", "Talk", at, at + timedelta(hours=1), zone="Europe/Athens")
    raw = invitation(Invitation(entry, ("Koinon", "k@x.example"), ("Ana, O'B", "ana@x.example"), 2)).decode()
    (event,) = judge(files={"one": raw})["files"]["one"]
    assert (event["attendees"], event["sequence"]) == (["mailto:ana@x.example"], 2)
