"""At the same instant, with real processes: a letter twice, two clicks on a certificate, two counts of one event."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from koinon.events.actions import certificates, presence, scans
from koinon.events.engine.scans import Item, Letter
from koinon.events.models import Certificate, Event, Presence, Registration, Scan
from koinon.events.tests.racing import race
from koinon.kit.verbs import machine
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 3


@pytest.fixture
def event():
    """Over since an hour, with thirty people."""
    begins = timezone.now() - timedelta(hours=5)
    ends = begins + timedelta(hours=4)
    made = factories.event(state="over", starts_at=begins, ends_at=ends, report_due_on=ends.date())
    factories.eventsession(event=made, starts_at=begins, ends_at=ends)
    for _turn in range(30):
        factories.registration(event=made)
    return made


def letter(event):
    """In and out of everybody."""
    session = event.sessions.get()
    items = []
    for row in event.registrations.all():
        items.append(Item(uuid4(), session.pk, row.code, "in", session.starts_at))
        items.append(Item(uuid4(), session.pk, row.code, "out", session.ends_at))
    return Letter(str(uuid4()), tuple(items))


def test_one_letter_twice_at_the_same_instant_is_one(event):
    def send(sent):
        def act():
            row = Event.objects.get(pk=event.pk)
            answers = scans.receive(by=machine("door"), event=row, letter=sent)[1]
            return sum(each.state == "taken" for each in answers)

        return act

    for turn in range(1, TURNS + 1):
        sent = letter(event)
        backwards = Letter(sent.device, sent.items[::-1])
        assert race(send(sent), send(backwards), send(sent)) == [60, 60, 60]
        assert Scan.objects.count() == 60 * turn


def test_two_counts_at_the_same_instant_neither_wait_for_ever_nor_differ(event):
    scans.receive(by=machine("door"), event=event, letter=letter(event))
    for _turn in range(TURNS):
        Presence.objects.all().delete()
        said = race(*(lambda: presence.count(event.pk) for _each in range(3)))
        assert sorted(said) == [0, 0, 30]
        assert set(Presence.objects.values_list("minutes", "is_open")) == {(240, False)}


def test_two_clicks_make_one_certificate(event):
    def give():
        row = Registration.objects.get(pk=registration.pk)
        certificates.give(by=machine("test"), registration=row, why="Was there")
        return "given"

    for _turn in range(TURNS):
        registration = factories.registration(event=event, state="attended")
        assert sorted(race(give, give, give)) == ["given", "held", "held"]
        assert Certificate.objects.filter(registration=registration).count() == 1


def test_two_decisions_about_one_person_leave_one(event):
    registration = event.registrations.first()

    def say(minutes):
        def act():
            session = Event.objects.get(pk=event.pk).sessions.get()
            row = Registration.objects.get(pk=registration.pk)
            return presence.say(
                by=machine("test"), session=session, registration=row, minutes=minutes, why="Seen"
            ).said_minutes

        return act

    assert set(race(say(10), say(20))) == {10, 20}
    assert Presence.objects.get(registration=registration).said_minutes in (10, 20)
