"""Things done without a connection arrive once, in their order, and by the rules of pages; attackers get nowhere."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from koinon.learning.engine import outbox
from koinon.learning.models import Attempt, Enrolment, Evidence, Happening, Outcome, Post, Received
from koinon.learning.templatetags.offline import owner_of
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESS = "/learn/outbox/"


def thing(kind="viewed", run=None, node=None, sequence=1, at=None, **data):
    return {
        "id": str(uuid4()), "kind": kind, "run": str(run.pk) if run else None, "node": str(node.key) if node else None,
        "sequence": sequence, "at": at or timezone.now().isoformat(), "data": data,
    }  # fmt: skip


@pytest.fixture
def send(enter, acting):
    """send(person, things, …) -> the answers by id, or the whole response when something is refused as a whole."""

    def post(person, things, **more):
        letter = {
            "device": "6a1f9a0e-3b1e-4a55-9d3a-0f2c9a7f1e11", "owner": owner_of(acting(person)),
            "now": timezone.now().isoformat(), "items": things, **more,
        }  # fmt: skip
        answer = enter(person).post(ADDRESS, json.dumps(letter), content_type="application/json")
        if answer.status_code != 200:
            return answer
        return {each["id"]: each for each in answer.json()["items"]}

    return post


def only(found):
    return next(iter(found.values()))


@pytest.fixture
def quiz_thing(run, quiz):
    key = str(quiz.placed.get().question.key)
    return lambda **more: thing("quiz", run, quiz, fields=[[f"on.{key}", "1"], [f"a.{key}", "a"]], **more)


# What learners do.


def test_reading_arrives_once(send, enrolment, luka, run, page):
    read = thing("viewed", run, page)
    assert only(send(luka, [read]))["state"] == "taken"
    assert only(send(luka, [read, read]))["state"] == "taken"
    event = Happening.objects.get(enrolment=enrolment, kind="viewed")
    assert event.client_at == datetime.fromisoformat(read["at"])
    assert event.sequence == 1
    assert event.device
    assert Outcome.objects.get(enrolment=enrolment, node=page.key).state == "done"
    row = Received.objects.get()
    assert (row.person_id, str(row.key), row.run_id, row.node) == (luka.pk, read["id"], run.pk, page.key)


def test_a_practice_quiz_arrives_once_and_is_marked_here(send, enrolment, luka, quiz_thing):
    said = quiz_thing()
    for _ in range(3):
        assert only(send(luka, [said]))["state"] == "taken"
    attempt = Attempt.objects.get(enrolment=enrolment)
    assert (attempt.state, attempt.points) == ("marked", 1.0)


def test_a_contribution_and_evidence_arrive_once(send, course, luka):
    run, talk, task = _course_with(course, {"kind": "discussion"}, {"kind": "task", "settings": {"asks": ["text"]}})
    factories.enrolment(run=run, person=luka)
    said = [thing("post", run, talk, text="I agree."), thing("evidence", run, task, sequence=2, text="We did it.")]
    assert {each["state"] for each in send(luka, said).values()} == {"taken"}
    assert {each["state"] for each in send(luka, said).values()} == {"taken"}
    assert Post.objects.get().text == "I agree."
    assert Evidence.objects.get().text == "We did it."


def _course_with(course, *kinds):
    version = factories.version(course=course, number=9)
    nodes = [factories.node(version=version, **facts) for facts in kinds]
    for node in nodes:
        factories.text(node=node)
    type(version).objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
    version.refresh_from_db()
    return factories.run(course=course, version=version, state="running"), *nodes


def test_things_are_done_in_the_order_of_the_device(send, enrolment, luka, run, page, quiz):
    late, early = thing("viewed", run, page, 9), thing("viewed", run, quiz, 2)
    assert list(send(luka, [late, early])) == [early["id"], late["id"]]


def test_one_that_is_refused_does_not_hold_up_the_others(send, enrolment, luka, run, page):
    wrong, right = thing("viewed", run, page, 1), thing("viewed", run, page, 2)
    wrong["node"] = str(uuid4())
    found = send(luka, [wrong, right])
    assert found[wrong["id"]]["state"] == "conflict"
    assert found[wrong["id"]]["said"]
    assert found[right["id"]]["state"] == "taken"
    assert Received.objects.count() == 1


# What happened meanwhile.


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
def test_somebody_who_left_meanwhile_is_told(send, enrolment, luka, run, page, state):
    Enrolment.objects.filter(pk=enrolment.pk).update(state=state)
    answer = only(send(luka, [thing("viewed", run, page)]))
    assert (answer["state"], answer["said"]) == ("refused", "You are not in this course, or not any more.")
    assert not Happening.objects.exists()


def test_a_course_that_ended_meanwhile_takes_reading_but_no_work(send, enrolment, luka, run, page, quiz_thing):
    type(run).objects.filter(pk=run.pk).update(state="ended")
    found = send(luka, [thing("viewed", run, page), quiz_thing(sequence=2)])
    assert [each["state"] for each in found.values()] == ["taken", "refused"]
    assert not Attempt.objects.exists()


def test_a_part_that_is_gone_from_the_version_of_now_is_a_conflict(send, enrolment, luka, run, page):
    other = factories.version(course=run.course, number=2, state="published")
    type(run).objects.filter(pk=run.pk).update(version=other)
    assert only(send(luka, [thing("viewed", run, page)]))["state"] == "conflict"


def test_a_quiz_that_asks_other_questions_now_is_a_conflict_and_uses_no_try(send, enrolment, luka, run, quiz):
    gone = uuid4()
    said = thing("quiz", run, quiz, fields=[[f"on.{gone}", "1"], [f"a.{gone}", "a"]])
    assert only(send(luka, [said]))["state"] == "conflict"
    assert not Attempt.objects.exists()


def test_a_try_begun_elsewhere_is_a_conflict_and_stays(send, enrolment, luka, quiz, quiz_thing):
    question = quiz.placed.get().question
    open_ = factories.attempt(enrolment=enrolment, node=quiz.key, answers={str(question.key): {"b": True}})
    said = quiz_thing()
    assert only(send(luka, [said]))["state"] == "conflict"
    open_.refresh_from_db()
    assert (open_.state, open_.answers) == ("open", {str(question.key): {"b": True}})
    Attempt.objects.filter(pk=open_.pk).delete()
    assert only(send(luka, [said]))["state"] == "taken"


@pytest.mark.parametrize(("days", "state"), [(2, "taken"), (5, "taken"), (6, "refused")])
def test_a_sealed_quiz_is_taken_until_two_days_after_its_day(send, course, luka, days, state):
    run, quiz = _course_with(course, {"kind": "quiz", "settings": {"attempts": 1, "due_days": 3}})
    question = factories.question(organisation=course.organisation)
    factories.placed(node=quiz, question=question)
    type(run).objects.filter(pk=run.pk).update(starts_on=date.today() - timedelta(days=days))
    factories.enrolment(run=run, person=luka)
    answer = only(
        send(luka, [thing("quiz", run, quiz, fields=[[f"on.{question.key}", "1"], [f"a.{question.key}", "a"]])])
    )
    assert (answer["state"], bool(answer["said"])) == (state, days > 3)


def test_a_quiz_with_a_time_limit_is_not_taken(send, course, luka):
    run, quiz = _course_with(course, {"kind": "quiz", "settings": {"minutes": 10}})
    factories.enrolment(run=run, person=luka)
    answer = only(send(luka, [thing("quiz", run, quiz, fields=[])]))
    assert answer["state"] == "refused"
    assert "time limit" in answer["said"]


def test_evidence_that_was_looked_at_meanwhile_is_not_written_over(send, course, luka):
    run, task = _course_with(course, {"kind": "task", "settings": {"asks": ["text"]}})
    enrolment = factories.enrolment(run=run, person=luka)
    row = factories.evidence(enrolment=enrolment, node=task.key, text="Written at the library.")
    before = (timezone.now() - timedelta(days=1)).isoformat()
    said = thing("evidence", run, task, at=before, text="Written before, in the bus.")
    assert only(send(luka, [said]))["state"] == "conflict"
    row.refresh_from_db()
    assert row.text == "Written at the library."


# Attacks.


def test_nothing_is_said_in_a_course_of_others(send, enrolment, stranger, other_teacher, fatmir, run, page):
    for person in (stranger, other_teacher, fatmir):
        assert only(send(person, [thing("viewed", run, page)]))["state"] == "refused"
    assert not Happening.objects.exists()
    assert not Received.objects.exists()


def test_a_key_that_somebody_else_used_stands_in_nobodys_way(send, enrolment, luka, run, page):
    other = factories.person()
    factories.enrolment(run=run, person=other)
    said = thing("viewed", run, page)
    assert only(send(other, [said]))["state"] == "taken"
    assert only(send(luka, [said]))["state"] == "taken"
    assert Happening.objects.filter(kind="viewed").count() == 2


def test_an_outbox_of_somebody_else_is_refused_whole(send, enrolment, luka, stranger, acting, run, page):
    answer = send(luka, [thing("viewed", run, page)], owner=owner_of(acting(stranger)))
    assert (answer.status_code, answer.json()["error"]) == (409, "other_person")
    assert not Happening.objects.exists()


FORGED = ("scored", "accepted", "attended", "excused", "reopened", "played", "answered", "", None, 7, [])


@pytest.mark.parametrize("kind", FORGED)
def test_what_learners_may_not_say_is_refused(send, enrolment, luka, run, page, kind):
    said = thing("viewed", run, page)
    said["kind"] = kind
    assert only(send(luka, [said]))["state"] == "refused"
    assert not Happening.objects.exists()


def test_ten_thousand_things_are_too_many(send, enrolment, luka, run, page):
    answer = send(luka, [{"id": str(number)} for number in range(10_000)])
    assert (answer.status_code, answer.json()["error"]) == (413, "too_many")


def test_ten_megabytes_are_not_read(send, enrolment, luka, run, page):
    answer = send(luka, [thing("post", run, page, text="x" * 10_000_000)])
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_a_long_text_comes_back_whole_and_nothing_is_cut(send, course, luka):
    run, talk = _course_with(course, {"kind": "discussion"})
    factories.enrolment(run=run, person=luka)
    answer = only(send(luka, [thing("post", run, talk, text="x" * 9_000)]))
    assert answer["state"] == "refused"
    assert "8000" in answer["said"]
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "at", ["2999-12-31T23:59:59Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59", "soon", 7, None]
)
def test_clocks_that_lie_are_kept_but_do_not_decide(send, enrolment, luka, run, page, at):
    said = thing("viewed", run, page)
    said["at"] = at
    assert only(send(luka, [said]))["state"] == "taken"
    event = Happening.objects.get()
    assert abs(event.at - timezone.now()) < timedelta(minutes=1)


def test_without_a_token_nothing_is_taken(enrolment, luka):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(luka, backend="koinon.accounts.adapter.Backend")
    assert client.post(ADDRESS, "{}", content_type="application/json").status_code == 403
    token = client.get(ADDRESS).json()["token"]
    answer = client.post(ADDRESS, "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.json() == {"error": "no_json"}


def test_visitors_are_asked_to_sign_in(visitor):
    answer = visitor.post(ADDRESS, "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in")


# Reading letters.

JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=40),
    lambda more: some.lists(more, max_size=4) | some.dictionaries(some.text(max_size=8), more, max_size=4),
    max_leaves=12,
)  # fmt: skip
ITEMS = some.fixed_dictionaries(
    {}, optional={
        "id": some.uuids().map(str) | JUNK, "kind": some.sampled_from(outbox.KINDS) | JUNK, "sequence": some.integers(),
        "at": some.datetimes().map(str) | JUNK, "run": some.uuids().map(str) | JUNK, "data": JUNK,
    },
)  # fmt: skip


@given(some.lists(ITEMS | JUNK, max_size=6), JUNK, JUNK)
def test_any_letter_is_read_or_refused(items, now, owner):
    letter = {"device": str(uuid4()), "items": items, "now": now, "owner": owner}
    found = outbox.read(json.dumps(letter).encode(), NOW)
    assert [each.sequence for each in found.items] == sorted(each.sequence for each in found.items)
    assert all(found.corrected(each, NOW) <= NOW for each in found.items)


@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    with pytest.raises(outbox.Unreadable):
        outbox.read(body, NOW)


def test_deep_nests_are_refused():
    with pytest.raises(outbox.Unreadable):
        outbox.read(b"[" * 100_000, NOW)


@given(some.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_a_clock_that_is_wrong_by_any_time_is_put_right(wrong):
    done, sent = NOW - timedelta(hours=2), NOW
    item = {"id": str(uuid4()), "kind": "viewed", "sequence": 1, "at": (done + wrong).isoformat(), "data": {}}
    letter = {"device": str(uuid4()), "items": [item], "now": (sent + wrong).isoformat()}
    found = outbox.read(json.dumps(letter).encode(), NOW)
    assert found.corrected(found.items[0], NOW) == done


# A server that falls over.

FALLS = """
import json, os, sys
import django
django.setup()
from django.db import connection
from django.utils import timezone
from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.learning.actions import offline
from koinon.learning.engine import outbox
body, person, most = sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2])
letter = outbox.read(body, timezone.now())
by, taken, take = actor_of(person=Person.objects.get(pk=person)), 0, offline.take
for item in letter.items:
    if taken == most:
        offline.progress.recompute = lambda enrolment: os.kill(os.getpid(), 9)
    print(offline._one(by, item, letter).state, flush=True)
    taken += 1
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [0, 2])
def test_a_server_killed_between_two_things_loses_none_that_was_acknowledged(run, page, luka, send, enrolment, most):
    """Killed in the middle of the next one: what was said to be taken is there, the rest is not, and comes again."""
    things = [thing("viewed", run, page, number) for number in range(4)]
    letter = {"device": str(uuid4()), "owner": "", "now": timezone.now().isoformat(), "items": things}
    address = connection.settings_dict
    url = f"postgresql://{address['USER']}@/{address['NAME']}?host={address['HOST']}&port={address['PORT']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "koinon.config.settings"}
    killed = subprocess.run(
        [sys.executable, "-c", FALLS, str(luka.pk), str(most)], input=json.dumps(letter).encode(), env=environment,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == -9, killed.stderr.decode()[-2000:]
    assert killed.stdout.decode().split() == ["taken"] * most
    assert set(Received.objects.values_list("key", flat=True)) == {UUID(each["id"]) for each in things[:most]}
    assert Happening.objects.count() == most
    assert {each["state"] for each in send(luka, things).values()} == {"taken"}
    assert (Received.objects.count(), Happening.objects.count()) == (4, 4)
