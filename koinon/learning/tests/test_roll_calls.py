"""Roll calls without a connection: the later word holds, whenever and from whichever device it arrives."""

import json
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.utils import timezone

from koinon.learning.models import Attendance, Happening
from koinon.learning.templatetags.offline import owner_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(version, run):
    return factories.session(run=run, node=uuid4())


@pytest.fixture
def call(enter, acting, session, enrolment):
    """call(person, is_there, minutes) -> the answer: a mark made so many minutes ago, on that person's device."""

    def post(person, is_there, minutes, key=None, clock=timedelta(), of=None, learner=None):
        now = timezone.now()
        at = (now - timedelta(minutes=minutes) + clock).isoformat()
        data = {"session": str((of or session).pk), "enrolment": str((learner or enrolment).pk), "is_there": is_there}
        item = {"id": str(key or uuid4()), "kind": "roll", "sequence": 1, "at": at, "data": data}
        letter = {
            "device": str(uuid4()),
            "owner": owner_of(acting(person)),
            "now": (now + clock).isoformat(),
            "items": [item],
        }
        answer = enter(person).post("/learn/outbox/", json.dumps(letter), content_type="application/json")
        return answer.json()["items"][0]

    return post


def test_a_mark_keeps_the_key_of_the_device_and_comes_once(call, fatmir, session, enrolment):
    key = uuid4()
    assert call(fatmir, True, 60, key)["state"] == "taken"
    assert call(fatmir, True, 60, key)["state"] == "taken"
    row = Attendance.objects.get()
    assert (row.pk, row.is_there, row.by_id, row.enrolment_id) == (key, True, fatmir.pk, enrolment.pk)
    assert Happening.objects.filter(kind="attended").count() == 1


@pytest.mark.parametrize("order", list(permutations([(30, True), (20, False), (10, True)])))
def test_two_facilitators_without_a_connection_the_later_word_holds(call, run, fatmir, order):
    other = factories.facilitator(run)
    for place, (minutes, is_there) in enumerate(order):
        assert call((fatmir, other)[place % 2], is_there, minutes)["state"] == "taken"
    assert Attendance.objects.get().is_there is True
    events = list(Happening.objects.order_by("at", "id").values_list("kind", flat=True))
    assert events[-1] == "attended"


def test_a_word_said_here_later_stays_and_the_device_is_told(call, enter, fatmir, session, enrolment):
    enter(fatmir).post(f"/learn/rolls/{session.pk}/", {f"there.{enrolment.pk}": "no"})
    answer = call(fatmir, True, 60)
    assert answer["state"] == "taken"
    assert "later word" in answer["said"]
    assert Attendance.objects.get().is_there is False


@pytest.mark.parametrize("clock", [timedelta(days=400), timedelta(days=-400)])
def test_a_clock_that_is_wrong_gives_nobody_the_last_word(call, run, fatmir, clock):
    other = factories.facilitator(run)
    call(fatmir, True, 30, clock=clock)
    call(other, False, 10)
    assert Attendance.objects.get().is_there is False
    call(fatmir, True, 20, clock=clock)
    assert Attendance.objects.get().is_there is False


def test_only_who_teaches_calls_the_roll(call, luka, mara, stranger, other_teacher, fatmir):
    for person in (luka, stranger, other_teacher):
        assert call(person, True, 5)["state"] == "refused"
    assert not Attendance.objects.exists()
    assert call(mara, True, 5)["state"] == "taken"


def test_learners_of_other_runs_are_not_marked(call, fatmir):
    other = factories.enrolment()
    assert call(fatmir, True, 5, learner=other)["state"] == "refused"
    assert not Attendance.objects.exists()


def test_a_facilitator_who_left_meanwhile_is_told(call, run, fatmir):
    run.facilitations.all().delete()
    assert call(fatmir, True, 5)["state"] == "refused"


def test_the_sheet_works_as_a_plain_form(enter, fatmir, session, enrolment):
    client = enter(fatmir)
    assert "Luka" in client.get(f"/learn/rolls/{session.pk}/").content.decode()
    client.post(f"/learn/rolls/{session.pk}/", {f"there.{enrolment.pk}": "yes"})
    assert Attendance.objects.get().is_there is True
    assert "checked" in client.get(f"/learn/rolls/{session.pk}/saved/").content.decode()


@pytest.mark.parametrize("path", ["", "saved/"])
def test_the_sheet_asks_as_many_questions_for_three_as_for_one(enter, fatmir, session, enrolment, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = enter(fatmir), f"/learn/rolls/{session.pk}/{path}"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(2):
        factories.enrolment(run=session.run)
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(one) == len(three)
