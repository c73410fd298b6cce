"""Feedback: only who came, once each, in whole groups, never with a name; links that are used, old or forged."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.events.actions import feedback as actions
from koinon.events.clock import feedback as clock
from koinon.events.models import EventForm, Feedback
from koinon.events.queries import feedback as queries
from koinon.events.rules.afterwards import FEEDBACK
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused
from tests import factories

pytestmark = pytest.mark.django_db
SAID = {"whole": 4, "useful": 5, "next": "A workshop at home"}


@pytest.fixture
def past(gathering):
    """It ended a day ago."""
    now = timezone.now()
    gathering.starts_at, gathering.ends_at = now - timedelta(days=2), now - timedelta(days=1)
    gathering.state, gathering.report_due_on = "over", (now + timedelta(days=29)).date()
    gathering.save()
    return gathering


@pytest.fixture
def came(past, luka):
    return factories.registration(event=past, person=luka, state="attended")


def answered(event, number, **said):
    """So many people answer."""
    for _each in range(number):
        row = factories.registration(event=event, state="attended")
        link = links.read(FEEDBACK, links.make(FEEDBACK, registration=str(row.pk)))
        actions.answer(by=VISITOR, registration=row, values=said or SAID, language="en", link=link)


def test_who_came_answers_once_and_no_name_stays_with_it(acting, luka, came):
    actions.answer(by=acting(luka), registration=came, values={**SAID, "other": "x"}, language="en")
    row = Feedback.objects.get()
    assert row.answers == SAID
    assert row.id.version == 4
    said = Statement.objects.get(verb="events.feedback_answered")
    assert (said.kind, said.noun) == ("events.event", came.event_id)
    with pytest.raises(ValidationError, match="already"):
        actions.answer(by=acting(luka), registration=came, values=SAID, language="en")


@pytest.mark.parametrize("state", ["missed", "withdrawn", "waiting", "rejected"])
def test_who_was_not_there_says_nothing(acting, past, luka, state):
    row = factories.registration(event=past, person=luka, state=state)
    with pytest.raises(ValidationError):
        actions.answer(by=acting(luka), registration=row, values=SAID, language="en")


def test_nobody_answers_for_others_nor_before_the_end_nor_after_a_month(acting, stranger, luka, came):
    with pytest.raises(Refused):
        actions.answer(by=acting(stranger), registration=came, values=SAID, language="en")
    other = factories.registration(event=came.event, state="attended")
    link = links.read(FEEDBACK, links.make(FEEDBACK, registration=str(other.pk)))
    with pytest.raises(Refused):
        actions.answer(by=acting(stranger), registration=came, values=SAID, language="en", link=link)
    for days in (-1, 40):
        came.event.ends_at = timezone.now() - timedelta(days=days)
        came.event.starts_at = came.event.ends_at - timedelta(hours=3)
        came.event.save()
        with pytest.raises(ValidationError):
            actions.answer(by=acting(luka), registration=came, values=SAID, language="en")


def test_answers_are_shown_five_at_a_time(past):
    answered(past, 4)
    assert queries.shown(past, "en") == []
    answered(past, 5)
    said = {row.key: row for row in queries.shown(past, "en")}
    assert queries.number_of(past) == (9, 5)
    assert (said["whole"].mean, said["whole"].number, len(said["next"].words)) == (4.0, 5, 5)


def test_a_question_that_few_answered_shows_nothing(past):
    answered(past, 4, whole=3)
    answered(past, 6)
    said = {row.key: row for row in queries.shown(past, "en")}
    assert said["whole"].number == 10
    assert said["useful"].mean == 5.0
    answers = list(Feedback.objects.filter(event=past))
    for row in answers[:2]:
        row.answers = {"better": "More breaks"}
        row.save()
    said = {row.key: row for row in queries.shown(past, "en")}
    assert (said["better"].number, said["better"].words) == (2, [])


def test_the_link_of_the_letter_works_once(client, past):
    row = factories.registration(event=past, person=None, email="guest@example.org", state="attended")
    address = reverse("events:feedback_link", args=[links.make(FEEDBACK, registration=str(row.pk))])
    assert "How was the event as a whole?" in client.get(address).content.decode()
    assert "Thank you" in client.post(address, {"whole": "4", "next": "Try it"}).content.decode()
    assert Feedback.objects.count() == 1
    assert "used already" in client.post(address, {"whole": "1"}).content.decode()
    forged = reverse("events:feedback_link", args=["forged"])
    assert "not complete" in client.get(forged).content.decode()
    assert Feedback.objects.count() == 1


def test_an_empty_answer_is_none_and_keeps_the_link(client, past):
    row = factories.registration(event=past, state="attended")
    address = reverse("events:feedback_link", args=[links.make(FEEDBACK, registration=str(row.pk))])
    assert "at least one question" in client.post(address, {"whole": ""}).content.decode()
    assert "Thank you" in client.post(address, {"whole": "4"}).content.decode()


def test_those_who_came_are_asked_once_by_the_clock(past, came, django_capture_on_commit_callbacks):
    guest = factories.registration(event=past, person=None, email="guest@example.org", state="attended")
    factories.registration(event=past, state="missed")
    minor = factories.registration(event=past, person=None, is_minor=True, state="attended")
    clock.ask(0)
    clock.ask(0)
    assert Notice.objects.filter(kind="events.reminder").count() == 1
    guest.refresh_from_db()
    minor.refresh_from_db()
    assert guest.told == ["feedback"]
    assert minor.told == []
    assert not mail.outbox
    assert [row.counts for row in Statement.objects.filter(verb="events.feedback_asked")] == [{"people": 2}]


def test_other_words_make_a_new_version_once_somebody_has_answered(acting, anna, past):
    me = acting(anna)
    first = actions.set_questions(by=me, event=past, wanted={"whole": "Well?", "useful": "", "next": "", "better": ""})
    assert [row["key"] for row in first.schema["parts"][0]["questions"]] == ["whole"]
    answered(past, 5, whole=2)
    second = actions.set_questions(by=me, event=past, wanted={"whole": "And now?"})
    assert (second.number, EventForm.objects.get(number=1).schema) == (2, first.schema)
    with pytest.raises(ValidationError):
        actions.set_questions(by=me, event=past, wanted={"whole": ""})
    with pytest.raises(Refused):
        actions.set_questions(by=acting(factories.person()), event=past, wanted={"whole": "x"})


def test_no_statement_and_no_row_joins_a_person_with_an_answer(past):
    answered(past, 5)
    names = {field.name for field in Feedback._meta.get_fields()}
    assert not names & {"person", "registration", "at", "by"}
    assert uuid4().version == {row.id.version for row in Feedback.objects.all()}.pop()


def test_the_page_takes_as_many_questions_to_the_database_for_six_as_for_sixteen(
    enter, anna, past, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = enter(anna), reverse("events:feedback", args=[past.slug])
    answered(past, 6)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    answered(past, 10)
    with django_assert_num_queries(len(few)):
        client.get(address)
