"""What the database refuses, whoever writes."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from koinon.events.models import Counter, EventForm, EventReport, Registration, Scan
from tests import factories

pytestmark = pytest.mark.django_db


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


@pytest.mark.parametrize("name", ["event", "eventsession", "visitslot", "hold", "guardianconsent", "care", "speaker"])
def test_each_factory_makes_a_row_that_the_database_takes(name):
    assert getattr(factories, name)().pk


def test_a_counter_is_never_overfull():
    counter = factories.eventquota(places=1).counters.get()
    refused(lambda: Counter.objects.filter(pk=counter.pk).update(taken=F("taken") + 2))


def test_one_person_is_registered_once_until_they_withdraw():
    first = factories.registration()
    refused(lambda: factories.registration(event=first.event, person=first.person))
    Registration.objects.filter(pk=first.pk).update(state="withdrawn")
    assert factories.registration(event=first.event, person=first.person).pk


def test_a_minor_is_never_listed_in_public():
    refused(lambda: factories.registration(is_minor=True, listed="all"))


def test_whoever_waits_has_a_last_day():
    refused(lambda: factories.registration(state="offered", due_at=None))


def test_a_scan_stays_as_it_was():
    scan = factories.scan()
    refused(lambda: Scan.objects.filter(pk=scan.pk).update(way="out"))


def test_questions_that_were_answered_stay():
    form = factories.eventform(is_used=True)
    refused(lambda: EventForm.objects.filter(pk=form.pk).update(schema={"parts": []}))


def test_figures_of_a_published_report_stay():
    report = factories.eventreport(state="published", figures={"attended": 12})
    refused(lambda: EventReport.objects.filter(pk=report.pk).update(figures={"attended": 120}))


def test_minutes_that_somebody_says_have_a_reason():
    refused(lambda: factories.presence(said_minutes=30))
