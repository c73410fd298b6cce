"""Two clicks at the same instant: one answer, one report, one list of groups, one draft."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from koinon.events.actions import feedback, reports
from koinon.events.models import EventReport, Feedback, ReportPart
from koinon.events.queries.feedback import FEW
from koinon.events.tests.test_registering_races import at_once
from koinon.kit.verbs import machine
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
CLERK = machine("test")


@pytest.fixture
def past(gathering):
    now = timezone.now()
    gathering.starts_at, gathering.ends_at = now - timedelta(days=2), now - timedelta(days=1)
    gathering.state, gathering.report_due_on, gathering.kind = "over", (now + timedelta(days=29)).date(), "study_visit"
    gathering.save()
    return gathering


def answer(row):
    return lambda: feedback.answer(by=CLERK, registration=row, values={"whole": 4}, language="en")


def test_the_same_answer_from_six_windows_is_one(past):
    row = factories.registration(event=past, state="attended")
    found = at_once(*[answer(row) for _window in range(6)])
    assert found.count(ValidationError) == 5
    assert Feedback.objects.count() == 1


def test_groups_are_whole_though_all_answer_at_once(past):
    feedback.form_of(past)
    rows = [factories.registration(event=past, state="attended") for _each in range(12)]
    at_once(*[answer(row) for row in rows])
    groups = Counter(Feedback.objects.values_list("group", flat=True))
    assert groups == {0: FEW, 1: FEW, 2: 2}


def test_a_draft_is_begun_once_and_each_part_asked_once(past, organisation):
    factories.registration(event=past, state="attended", organisation=organisation)
    found = at_once(*[lambda: reports.draft(by=CLERK, event=past)] * 5)
    assert {row.pk for row in found} == {EventReport.objects.get().pk}
    assert ReportPart.objects.count() == 1


def test_a_report_is_published_once(past):
    report = factories.eventreport(event=past, text="We met.")

    def publish():
        return reports.publish(by=CLERK, report=EventReport.objects.select_related("event").get(pk=report.pk))

    found = at_once(*[publish] * 5)
    assert found.count(ValidationError) == 4
    past.refresh_from_db()
    assert past.state == "reported"
