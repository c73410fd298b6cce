"""Meetings: times across zones, answers, the choice in calendars, moved, called off, and whether it took place."""

import base64
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar
from procrastinate.contrib.django.models import ProcrastinateJob

from koinon.accounts.models import Notice
from koinon.accounts.seams import calendar_entries, desk_items
from koinon.kit import mail
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import meetings
from koinon.matching.clock import hourly_meetings
from koinon.matching.forms.meetings import Call
from koinon.matching.models import Meeting
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduction(network, organisation, other):
    return factories.introduction(network=network, one=organisation, other=other, state="connected")


def times(*days):
    base = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
    return [base + timedelta(days=day) for day in days]


@pytest.fixture
def meeting(acting, milos, ana, network, organisation, other, introduction):
    return meetings.call(
        by=acting(milos), network=network, organiser=organisation, guests=[other], introduction=introduction,
        title="A first talk", slots=times(3, 4, 5), zone="Europe/Tirane", person=milos, link="https://meet.example/x",
    )  # fmt: skip


@pytest.fixture
def fixed(meeting, acting, milos, ana, other):
    slots = {slot.pk: "yes" for slot in meeting.slots.all()}
    meetings.say(by=acting(ana), meeting=meeting, organisation=other, says=slots)
    return meetings.choose(by=acting(milos), meeting=meeting, slot=meeting.slots.all()[1].pk)


def invitations(person):
    jobs = ProcrastinateJob.objects.filter(task_name="kit.deliver", args__to=person.email, args__has_key="invitation")
    found = []
    for job in jobs.order_by("id"):
        calendar = Calendar.from_ical(base64.b64decode(job.args["invitation"]))
        found.append((calendar, next(iter(calendar.walk("VEVENT")))))
    return found


def desk(acting, person):
    return [(item.title, item.is_mine, item.whose) for lent in desk_items.gather(acting(person)) for item in lent]


def test_the_other_side_reads_the_times_in_its_own_zone(meeting, ana, acting, milos, enter):
    ana.zone = "Asia/Kathmandu"
    ana.save()
    at = meeting.slots.first().starts_at
    page = enter(ana).get(f"/meetings/{meeting.pk}/").content.decode()
    assert (at + timedelta(hours=5, minutes=45)).strftime("%H:%M") in page
    assert "(UTC+05:45)" in page
    assert ("A first talk", True, "") in desk(acting, ana)
    assert any(title == "A first talk" and not is_mine for title, is_mine, _ in desk(acting, milos))


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival"])
def test_nobody_else_calls_or_answers(request, acting, who, meeting, network, organisation, other, introduction):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        meetings.call(
            by=by, network=network, organiser=organisation, guests=[other], introduction=introduction,
            title="x", slots=times(1, 2, 3), zone="UTC",
        )  # fmt: skip
    with pytest.raises(Refused):
        meetings.say(by=by, meeting=meeting, organisation=other, says={})


def test_not_before_both_said_yes(acting, milos, network, organisation, other):
    row = factories.introduction(network=network, one=organisation, other=other, state="proposed")
    with pytest.raises(Refused):
        meetings.call(
            by=acting(milos), network=network, organiser=organisation, guests=[other], introduction=row,
            title="x", slots=times(1, 2, 3), zone="UTC",
        )  # fmt: skip


@pytest.mark.parametrize("days", [(1, 2), (1, 1, 2), (1, 2, 3, 4, 5, 6), (-1, 2, 3)])
def test_three_to_five_times_to_come(acting, milos, network, organisation, other, introduction, days):
    with pytest.raises(ValidationError):
        meetings.call(
            by=acting(milos), network=network, organiser=organisation, guests=[other], introduction=introduction,
            title="x", slots=times(*days), zone="UTC",
        )  # fmt: skip


def test_answering_each_time_tells_the_organiser(meeting, acting, enter, milos, ana):
    client = enter(ana)
    assert client.post(f"/meetings/{meeting.pk}/answer/", {}).status_code == 200, "every time wants an answer"
    words = {
        f"slot_{slot.pk.hex}": word for slot, word in zip(meeting.slots.all(), ("yes", "maybe", "no"), strict=True)
    }
    assert client.post(f"/meetings/{meeting.pk}/answer/", words).status_code == 302
    assert Notice.objects.filter(person=milos, kind="matching.meeting").count() == 1
    assert ("A first talk", True, "") in desk(acting, milos)
    page = enter(milos).get(f"/meetings/{meeting.pk}/").content.decode()
    assert "If need be" in page


def test_the_chosen_time_reaches_every_calendar(fixed, milos, ana):
    for person in (milos, ana):
        [(calendar, event)] = invitations(person)
        assert (calendar["METHOD"], event["SEQUENCE"], event["UID"]) == ("REQUEST", 0, fixed.uid)
        assert event.decoded("DTSTART") == fixed.starts_at
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=45)
        other = ana if person is milos else milos
        assert other.email not in calendar.to_ical().decode(), "an invitation gives away nobody's address"


def test_moving_keeps_the_name_and_raises_the_sequence(fixed, acting, milos, ana, other):
    meetings.move(by=acting(milos), meeting=fixed, slots=times(7, 8, 9), zone="UTC")
    assert fixed.state == "asked"
    says = {slot.pk: "yes" for slot in fixed.slots.filter(round=2)}
    old = fixed.slots.filter(round=1).first()
    with pytest.raises(ValidationError):
        meetings.choose(by=acting(milos), meeting=fixed, slot=old.pk)
    meetings.say(by=acting(ana), meeting=fixed, organisation=other, says=says)
    meetings.choose(by=acting(milos), meeting=fixed, slot=next(iter(says)))
    (_, first), (_, second) = invitations(ana)
    assert (first["UID"], second["UID"], second["SEQUENCE"]) == (fixed.uid, fixed.uid, 1)
    assert second.decoded("DTSTART") == fixed.starts_at


def test_calling_off_takes_it_out_of_calendars(fixed, acting, ana, milos, other):
    with pytest.raises(ValidationError):
        meetings.cancel(by=acting(ana), meeting=fixed, organisation=other, reason=" ")
    meetings.cancel(by=acting(ana), meeting=fixed, organisation=other, reason="We are ill.")
    calendar, event = invitations(milos)[-1]
    assert (calendar["METHOD"], event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    entries = [entry for lent in calendar_entries.gather(acting(milos)) for entry in lent if entry.uid == fixed.uid]
    assert [entry.is_cancelled for entry in entries] == [True]


def test_a_meeting_without_a_time_sends_nothing_to_calendars(meeting, acting, milos, organisation, ana):
    meetings.cancel(by=acting(milos), meeting=meeting, organisation=organisation, reason="Later.")
    assert not invitations(ana)


def test_the_letter_is_one_that_mail_programs_understand(fixed, ana, mailoutbox):
    job = ProcrastinateJob.objects.get(task_name="kit.deliver", args__to=ana.email, args__has_key="invitation")
    mail.deliver(**job.args)
    letter = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=policy.default)
    parts = {part.get_content_type(): part for part in letter.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["text/calendar"].get_content_charset() == "utf-8"
    assert "BEGIN:VEVENT" in parts["text/calendar"].get_content()
    assert parts["application/ics"].get_filename() == "invite.ics"


def pass_time(meeting, **ago):
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(**ago))


def test_did_you_meet_is_asked_once_and_one_tap_is_enough(fixed, visitor, ana, milos, introduction):
    hourly_meetings(0)
    assert not Notice.objects.filter(title="Did you meet?").exists()
    pass_time(fixed, hours=20)
    hourly_meetings(0)
    hourly_meetings(0)
    assert Notice.objects.filter(person=ana, title="Did you meet?").count() == 1
    address = Notice.objects.get(person=ana, title="Did you meet?").address
    assert "Did you meet?" in visitor.get(address).content.decode()
    visitor.post(address, {"took_place": "yes"})
    fixed.refresh_from_db()
    introduction.refresh_from_db()
    assert (fixed.state, introduction.state) == ("held", "met")


def test_nothing_is_told_before_it_took_place(fixed, acting, ana, other):
    with pytest.raises(ValidationError, match="not taken place"):
        meetings.tell(by=acting(ana), meeting=fixed, organisation=other, took_place=True)


def test_what_nobody_answers_ends_by_itself(fixed, meeting, acting, milos):
    pass_time(fixed, days=15)
    hourly_meetings(0)
    hourly_meetings(0)
    fixed.refresh_from_db()
    assert fixed.state == "past"


def test_no_time_found(meeting, milos):
    Meeting.objects.update(last_at=timezone.now() - timedelta(hours=1))
    hourly_meetings(0)
    hourly_meetings(0)
    meeting.refresh_from_db()
    assert meeting.state == "lapsed"
    assert Notice.objects.filter(person=milos, title__contains="No time was found").count() == 1


def form(zone="Europe/Tirane", **said):
    year = timezone.now().year + 2
    first = {f"slot_{number}": f"{year}-05-0{number}T10:00" for number in (1, 2, 3)}
    return Call({"title": "A talk", "minutes": "45", **first, **said}, zone=zone)


def last_sunday(month, zone_year=None):
    year = zone_year or timezone.now().year + 2
    day = datetime(year, month + 1, 1) - timedelta(days=1)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def test_a_time_that_clocks_jump_over_is_refused_beside_its_field():
    spring = last_sunday(3)
    bad = form(slot_2=f"{spring:%Y-%m-%d}T02:30")
    assert not bad.is_valid()
    assert "jump over" in bad.errors["slot_2"][0]
    assert form(zone="Asia/Kathmandu", slot_2=f"{spring:%Y-%m-%d}T02:30").is_valid()


def test_a_time_that_comes_twice_is_asked_about():
    autumn = last_sunday(10)
    said = {"slot_2": f"{autumn:%Y-%m-%d}T02:30"}
    asked = form(**said)
    assert not asked.is_valid()
    assert "fold_2" in asked.fields
    hours = []
    for fold in ("0", "1"):
        told = form(**said, fold_2=fold)
        assert told.is_valid()
        hours.append(told.cleaned_data["slot_2"])
    assert hours[1] - hours[0] == timedelta(hours=1)


def test_times_are_moments_whatever_the_zone_of_the_server():
    here = form()
    assert here.is_valid()
    assert here.said()["slots"][0].astimezone(UTC).hour == 8, "ten o'clock in Tirana in May"


def test_a_link_is_an_address(acting, milos, network, organisation, other, introduction):
    for link in ("javascript:alert(1)", "meet.example", "data:text/html,x"):
        with pytest.raises(ValidationError):
            meetings.call(
                by=acting(milos), network=network, organiser=organisation, guests=[other], introduction=introduction,
                title="x", slots=times(1, 2, 3), zone="UTC", link=link,
            )  # fmt: skip


def test_the_pages_of_proposing_and_moving(enter, milos, introduction, meeting):
    client = enter(milos)
    year = timezone.now().year + 2
    first = {f"slot_{number}": f"{year}-05-0{number}T10:00" for number in (1, 2, 3)}
    answer = client.post(f"/introductions/{introduction.pk}/meeting/", {"title": "A talk", "minutes": "45", **first})
    assert answer.status_code == 302
    assert client.post(f"/meetings/{meeting.pk}/move/", first).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.round, meeting.slots.filter(round=2).count()) == (2, 3)


def test_meetings_of_later_chapters_stand_alone(network, organisation, other):
    """No introduction: whoever calls (an event, a project) decides who may; slots and answers are the same."""
    row = meetings.call(
        by=machine("events"), network=network, organiser=organisation, guests=[other], introduction=None,
        title="Round", slots=times(1, 2, 3), zone="UTC",
    )  # fmt: skip
    assert row.introduction is None
    assert row.slots.count() == 3


def test_whose_turn_it_is_hears_of_it_once_more(meeting, acting, milos, ana, other):
    hourly_meetings(0)
    Meeting.objects.update(moved_at=timezone.now() - timedelta(days=3))
    for _ in range(2):
        hourly_meetings(0)
    assert Notice.objects.filter(person=ana, title__contains="your turn").count() == 1
    assert not Notice.objects.filter(person=milos, title__contains="your turn").exists()
    Meeting.objects.update(asked_on=None)
    says = {slot.pk: "yes" for slot in meeting.slots.all()}
    meetings.say(by=acting(ana), meeting=meeting, organisation=other, says=says)
    hourly_meetings(0)
    assert Notice.objects.filter(person=milos, title__contains="your turn").count() == 1
