"""The fixtures hold: what was published cannot be changed behind the verbs' back."""

import pytest
from django.db import IntegrityError, transaction

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_published_version_stays_as_it_is(version, page):
    for row, change in (
        (version, {"texts": {}}),
        (page, {"kind": "quiz"}),
        (page.texts.get(), {"said": {}}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)


def test_a_course_has_one_draft_at_a_time(course):
    factories.version(course=course)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.version(course=course)


def test_a_run_never_has_more_learners_than_places(run):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(run).objects.filter(pk=run.pk).update(taken=run.capacity + 1)


def test_who_sees_a_run(run, enrolment, acting, mara, fatmir, luka, stranger, other_teacher):
    seen = type(run).objects.visible_to
    assert [run in seen(acting(who)) for who in (mara, fatmir, luka, stranger, other_teacher)] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_every_model_can_be_made():
    made = [
        factories.authorship(), factories.placed(), factories.package(), factories.competence(), factories.proposal(),
        factories.card(), factories.announcement(), factories.happening(), factories.answered(),
        factories.evidencefile(),
        factories.outcome(), factories.playstate(), factories.attendance(), factories.post(), factories.surveyanswer(),
        factories.award(), factories.badgeendorsement(), factories.courseimport(),
    ]  # fmt: skip
    assert all(row.pk for row in made)
