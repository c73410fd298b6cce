"""A draft that somebody forgot: heard of after two weeks and before the network takes no more, once each."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.kit.templatetags import kit
from koinon.network.actions import drafts
from koinon.network.clock.admission import go_on
from koinon.network.models import Application, Window, last_day
from tests import factories

pytestmark = pytest.mark.django_db


def told(person):
    return list(Notice.objects.filter(person=person, title__startswith="Your turn").values_list("text", flat=True))


def begun(network, milos, days, **facts):
    """A draft begun so many days ago."""
    row = factories.application(
        network=network,
        organisation=factories.organisation(),
        applicant=milos,
        state="draft",
        turn="applicant",
        **facts,
    )
    Application.objects.filter(pk=row.pk).update(made_at=timezone.now() - timedelta(days=days))
    return row


def closing_in(network, days):
    today = date.today()
    Window.objects.filter(network=network).delete()
    return factories.window(
        network=network, period=DateRange(today - timedelta(days=60), today + timedelta(days=days + 1))
    )


def test_a_draft_is_remembered_after_fourteen_days(network, milos, acting):
    factories.formversion(form=factories.form(network=network), state="published")
    organisation = factories.organisation()
    mine = factories.representative(organisation)
    row = drafts.begin(by=acting(mine), network=network, organisation=organisation, applicant=mine)
    assert row.remind_on == date.today() + timedelta(days=14)
    go_on(date.today() + timedelta(days=13))
    assert told(mine) == []
    go_on(row.remind_on)
    go_on(row.remind_on)
    assert len(told(mine)) == 1


@pytest.mark.parametrize(
    ("days", "closes_in", "reminded", "wanted"),
    [
        (10, 7, None, 1),
        (10, 8, None, 0),
        (10, 0, None, 1),
        (1, 5, None, 0),  # begun yesterday: not forgotten yet
        (20, 7, 3, 0),  # heard of it three days ago
        (20, 2, 8, 1),
    ],
)
def test_and_once_more_a_week_before_the_network_takes_no_more(network, milos, days, closes_in, reminded, wanted):
    closing_in(network, closes_in)
    at = timezone.now() - timedelta(days=reminded) if reminded else None
    begun(network, milos, days, reminded_at=at)
    for _again in range(2):
        go_on(date.today())
    assert len(told(milos)) == wanted


def test_the_letter_names_the_last_day_of_the_network_and_of_no_other(network, milos):
    window = closing_in(network, 6)
    begun(network, milos, 10)
    other = factories.network()
    begun(other, milos, 10)
    go_on(date.today())
    assert len(told(milos)) == 1
    assert kit.day(last_day(window.period)) in told(milos)[0]


def test_what_was_handed_in_is_not_a_forgotten_draft(network, milos):
    closing_in(network, 5)
    for state in ("submitted", "returned", "withdrawn"):
        row = begun(network, milos, 10)
        Application.objects.filter(pk=row.pk).update(state=state)
    go_on(date.today())
    assert told(milos) == []
