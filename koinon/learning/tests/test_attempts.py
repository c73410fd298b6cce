"""Quizzes: what is acknowledged is kept, twice at once is once, time is the server's, reviews tell what they may."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.learning.actions import attempts, progress, surveys
from koinon.learning.clock import learning as clock
from koinon.learning.models import Answered, Attempt, Happening, Outcome, SurveyAnswer
from koinon.learning.queries import questions_shown
from tests import factories

pytestmark = pytest.mark.django_db

KINDS = {
    "single": ([{"key": "a", "credit": 1.0}, {"key": "b"}], {"a.text": "A", "b.text": "B"}, {"": ["a"]}),
    "multiple": (
        [{"key": "a", "credit": 0.5}, {"key": "b", "credit": 0.5}, {"key": "c", "credit": -1.0}],
        {"a.text": "A", "b.text": "B", "c.text": "C"}, {"": ["a", "b"]},
    ),
    "true_false": ([{"key": "true", "credit": 1.0}, {"key": "false"}], {}, {"": ["true"]}),
    "short": ([{"key": "a", "credit": 1.0}], {"a.text": "Tirana"}, {"": "tirana"}),
    "numeric": ([{"key": "a", "credit": 1.0, "facts": {"value": 4, "tolerance": 0.1}}], {}, {"": "4"}),
    "match": (
        [{"key": "a"}, {"key": "b"}], {"a.text": "one", "a.other": "1", "b.text": "two", "b.other": "2"},
        {"a": "a", "b": "b"},
    ),
    "order": ([{"key": "a"}, {"key": "b"}], {"a.text": "first", "b.text": "second"}, {"a": "1", "b": "2"}),
    "cloze": (
        [
            {"key": "g", "credit": 1.0, "facts": {"kind": "short", "parts": [{"key": "x", "credit": 1.0}]}},
            {"key": "h", "credit": 1, "facts": {"kind": "single", "parts": [{"key": "y", "credit": 1}, {"key": "z"}]}},
        ],
        {"stem": "The sea is [[g]] and the sun [[h]].", "g.x.text": "blue", "h.y.text": "warm", "h.z.text": "cold"},
        {"g": "Blue", "h": "y"},
    ),
    "long": ([], {}, {"": "Because it matters."}),
}  # fmt: skip
"""kind: (parts, texts, the right answer as a form says it)"""


def a_question(kind, organisation):
    parts, texts, _ = KINDS[kind]
    form = {"points": 1, "shuffles": True, "parts": [{"credit": 0.0, "facts": {}, **part} for part in parts]}
    words = {"en": {"stem": f"Question {kind}", **texts}}
    return factories.question(organisation=organisation, kind=kind, form=form, texts=words)


@pytest.fixture
def every_kind(version, quiz, course):
    """The quiz asks one question of each kind; kind -> question."""
    made = {}
    for order, kind in enumerate(KINDS, 2):
        made[kind] = a_question(kind, course.organisation)
        factories.placed(node=quiz, question=made[kind], order=order)
    return made


def form_of(questions):
    """What a browser without JavaScript sends for the right answers."""
    data = {}
    for kind, question in questions.items():
        data[f"on.{question.key}"] = "1"
        for part, value in KINDS[kind][2].items():
            data[f"a.{question.key}.{part}" if part else f"a.{question.key}"] = value
    return data


@pytest.fixture
def attempt(enrolment, quiz, acting, luka):
    return attempts.begin(by=acting(luka), enrolment=enrolment, node=quiz.key)


@pytest.fixture
def only(quiz):
    return str(quiz.placed.get().question.key)


def lesson(run, quiz):
    return reverse("learning:lesson", args=[run.pk, quiz.key])


def test_every_kind_is_asked_and_marked_without_javascript(every_kind, quiz, run, enrolment, enter, luka):
    browser = enter(luka)
    browser.post(reverse("learning:attempt_begin", args=[run.pk, quiz.key]))
    row = Attempt.objects.get()
    page = browser.get(lesson(run, quiz)).content.decode()
    for name in form_of(every_kind):
        question, *part = name.split(".")[1:]
        cover = [questions_shown.cover(question, "field", key) for key in part]
        assert f'name="{".".join([name.split(".")[0], question, *cover])}"' in page
    data = form_of(every_kind) | {f"on.{quiz.placed.first().question.key}": "1"}
    browser.post(reverse("learning:attempt_answer", args=[row.pk]), {**data, "do": "hand_in"})
    row.refresh_from_db()
    shares = {kind: row.marks[str(question.key)]["share"] for kind, question in every_kind.items()}
    assert shares == {**dict.fromkeys(KINDS, 1.0), "long": None}
    assert (row.state, row.points, row.of_points) == ("handed_in", 8.0, 10.0)
    page = browser.get(lesson(run, quiz)).content.decode()
    assert "A facilitator reads it next" in page
    assert "You left this open." in page


def test_what_is_saved_comes_back_into_the_form(every_kind, quiz, run, enrolment, enter, luka):
    browser = enter(luka)
    browser.post(reverse("learning:attempt_begin", args=[run.pk, quiz.key]))
    browser.post(
        reverse("learning:attempt_answer", args=[Attempt.objects.get().pk]), {**form_of(every_kind), "do": "save"}
    )
    page = browser.get(lesson(run, quiz)).content.decode()
    assert "Because it matters.</textarea>" in page
    assert 'value="tirana"' in page
    assert page.count(" checked") == 4
    assert page.count(" selected") >= 5


def test_saving_one_answer_leaves_the_others(attempt, acting, luka):
    attempts.save(by=acting(luka), attempt=attempt, answers={"q1": {"": "one"}})
    attempts.save(by=acting(luka), attempt=attempt, answers={"q2": {"": "two"}})
    attempt.refresh_from_db()
    assert attempt.answers == {"q1": {"": "one"}, "q2": {"": "two"}}


@pytest.mark.parametrize("answer", ["text", None, [1], {"a": {"b": [float("nan"), "\x00\ud800"]}}, {"": "x" * 90_000}])
def test_whatever_a_browser_sends_is_kept_or_left_out_never_an_error(attempt, only, acting, luka, answer):
    attempts.save(by=acting(luka), attempt=attempt, answers={only: answer})
    assert attempts.hand_in(by=acting(luka), attempt=attempt).state == "marked"


def test_too_much_is_refused_and_nothing_is_lost(attempt, acting, luka):
    me = acting(luka)
    attempts.save(by=me, attempt=attempt, answers={"q": {"": "kept"}})
    with pytest.raises(ValidationError):
        attempts.save(by=me, attempt=attempt, answers={f"q{n}": {"": "x" * 49_000} for n in range(12)})
    attempt.refresh_from_db()
    assert attempt.answers == {"q": {"": "kept"}}


def test_only_the_learner_works_on_an_attempt(attempt, acting, fatmir, stranger, other_teacher):
    for who in (fatmir, stranger, other_teacher):
        with pytest.raises(Refused, match="Only who learns here"):
            attempts.save(by=acting(who), attempt=attempt, answers={})
        with pytest.raises(Refused, match="Only who learns here"):
            attempts.hand_in(by=acting(who), attempt=attempt)


def test_no_attempt_in_a_run_that_is_over(run, enrolment, quiz, acting, luka):
    type(run).objects.filter(pk=run.pk).update(state="ended")
    enrolment.refresh_from_db()
    with pytest.raises(Refused):
        attempts.begin(by=acting(luka), enrolment=enrolment, node=quiz.key)


def test_one_is_open_at_a_time_and_tries_are_counted(attempt, enrolment, quiz, acting, luka):
    me = acting(luka)
    assert attempts.begin(by=me, enrolment=enrolment, node=quiz.key) == attempt
    for number in (2, 3):
        attempts.hand_in(by=me, attempt=Attempt.objects.get(state="open"))
        assert attempts.begin(by=me, enrolment=enrolment, node=quiz.key).number == number
    attempts.hand_in(by=me, attempt=Attempt.objects.get(state="open"))
    with pytest.raises(ValidationError, match="all your tries"):
        attempts.begin(by=me, enrolment=enrolment, node=quiz.key)


def test_handing_in_leaves_marks_rows_an_event_and_a_line(attempt, only, enrolment, acting, luka):
    attempts.hand_in(by=acting(luka), attempt=attempt, answers={only: {"a": True}})
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points, attempt.of_points) == ("marked", 1.0, 1.0)
    row = Answered.objects.get()
    assert (row.share, row.parts, row.number) == (1.0, ["a"], 1)
    event = Happening.objects.get(kind="scored")
    assert event.data == {"share": 1.0, "waits": False, "points": 1.0, "of": 1.0, "attempt": str(attempt.pk)}
    assert Outcome.objects.get(enrolment=enrolment, node=attempt.node).state == "done"
    assert Statement.objects.filter(verb="learning.attempt_handed_in").count() == 1


def test_a_second_hand_in_is_told_so(attempt, acting, luka):
    attempts.hand_in(by=acting(luka), attempt=attempt)
    for verb in (attempts.hand_in, attempts.save):
        with pytest.raises(ValidationError, match="handed in already"):
            verb(by=acting(luka), attempt=attempt, answers={"q": {"": "late"}})


@pytest.mark.django_db(transaction=True)
def test_twice_at_the_same_instant_counts_once(attempt, only, acting, luka):
    me, start, results = acting(luka), threading.Barrier(4), []

    def hand_in():
        start.wait(10)
        try:
            attempts.hand_in(by=me, attempt=Attempt.objects.get(pk=attempt.pk), answers={only: {"a": True}})
            results.append("in")
        except ValidationError as problem:
            results.append(problem.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["in", "step", "step", "step"]
    assert Answered.objects.count() == 1
    assert Happening.objects.filter(kind="scored").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_begin_one_attempt(enrolment, quiz, acting, luka):
    me, start, found = acting(luka), threading.Barrier(3), []

    def begin():
        start.wait(10)
        try:
            found.append(attempts.begin(by=me, enrolment=enrolment, node=quiz.key).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 3
    assert len(set(found)) == 1


def late(attempt, seconds):
    Attempt.objects.filter(pk=attempt.pk).update(ends_at=timezone.now() - timedelta(seconds=seconds))
    attempt.refresh_from_db()


def test_a_slow_line_has_a_minute(attempt, only, acting, luka):
    late(attempt, 55)
    attempts.save(by=acting(luka), attempt=attempt, answers={only: {"a": True}})
    late(attempt, 65)
    with pytest.raises(ValidationError, match="time is over"):
        attempts.save(by=acting(luka), attempt=attempt, answers={only: {"b": True}})
    attempts.hand_in(by=acting(luka), attempt=attempt, answers={only: {"b": True}})
    attempt.refresh_from_db()
    assert attempt.answers == {only: {"a": True}}
    assert attempt.points == 1.0


def test_the_page_hands_in_what_was_saved_when_the_time_is_over(attempt, only, run, quiz, enter, luka):
    late(attempt, 120)
    answer = enter(luka).post(
        reverse("learning:attempt_answer", args=[attempt.pk]),
        {f"on.{only}": "1", f"a.{only}": "a", "do": "save"}, headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 409
    assert answer.json()["state"] == "marked"
    attempt.refresh_from_db()
    assert attempt.points == 0.0


def test_the_clock_ends_what_nobody_hands_in(attempt, run, only, acting, luka):
    attempts.save(by=acting(luka), attempt=attempt, answers={only: {"a": True}})
    clock.end_attempts(0)
    attempt.refresh_from_db()
    assert attempt.state == "open"
    late(attempt, 61)
    clock.end_attempts(0)
    clock.end_attempts(0)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points) == ("marked", 1.0)


def test_the_clock_ends_attempts_of_a_run_that_has_ended(attempt, run):
    type(run).objects.filter(pk=run.pk).update(state="ended")
    clock.end_attempts(0)
    attempt.refresh_from_db()
    assert attempt.state == "marked"


def test_long_answers_wait_and_are_settled(every_kind, quiz, enrolment, acting, luka):
    row = attempts.begin(by=acting(luka), enrolment=enrolment, node=quiz.key)
    attempts.hand_in(by=acting(luka), attempt=row, answers={str(every_kind["long"].key): {"": "I think"}})
    waiting = Answered.objects.get(share=None)
    waiting.share = 0.5
    waiting.save()
    row.refresh_from_db()
    attempts.settle(by=machine("test"), attempt=row)
    row.refresh_from_db()
    assert (row.state, row.points) == ("marked", 0.5)
    assert row.marks[str(every_kind["long"].key)]["share"] == 0.5


@pytest.mark.parametrize(("review", "seen"), [("each", True), ("last", False), ("never", False)])
def test_the_review_tells_what_the_quiz_allows(version, course, run, enter, luka, enrolment, acting, review, seen):
    node = factories.node(version=version, kind="quiz", settings={"attempts": 2, "review": review}, rule={"score": 0.9})
    question = factories.question(organisation=course.organisation)
    question.texts["en"] |= {"b.feedback": "Look at page two", "wrong": "Read it again"}
    question.save()
    factories.placed(node=node, question=question)
    row = attempts.begin(by=acting(luka), enrolment=enrolment, node=node.key)
    attempts.hand_in(by=acting(luka), attempt=row, answers={str(question.key): {"b": True}})
    page = enter(luka).get(lesson(run, node)).content.decode()
    assert ("Look at page two" in page) is seen
    assert ("Read it again" in page) is seen
    row = attempts.begin(by=acting(luka), enrolment=enrolment, node=node.key)
    attempts.hand_in(by=acting(luka), attempt=row, answers={str(question.key): {"b": True}})
    page = enter(luka).get(lesson(run, node)).content.decode()
    assert ("Look at page two" in page) is (review != "never")


def test_a_survey_is_answered_once_and_by_nobody(survey, run, enrolment, acting, luka):
    key = str(survey.placed.get().question.key)
    surveys.answer(by=acting(luka), enrolment=enrolment, node=survey.key, answers={key: {"a": True}})
    with pytest.raises(ValidationError, match="already"):
        surveys.answer(by=acting(luka), enrolment=enrolment, node=survey.key, answers={key: {"b": True}})
    kept = SurveyAnswer.objects.get()
    assert kept.answers == {key: {"a": True}}
    assert kept.pk.version == 4
    assert not Statement.objects.filter(noun=kept.pk).exists()
    assert Happening.objects.get(kind="answered").data == {}


def test_an_empty_survey_is_not_sent(survey, enrolment, acting, luka):
    with pytest.raises(ValidationError, match="at least one"):
        surveys.answer(by=acting(luka), enrolment=enrolment, node=survey.key, answers={})


def test_only_outcomes_that_change_are_written_anew(enrolment, attempt, page, quiz, acting, luka, every_kind):
    progress.recompute(enrolment)
    before = dict(Outcome.objects.filter(enrolment=enrolment).values_list("node", "pk"))
    attempts.hand_in(by=acting(luka), attempt=attempt, answers={})
    after = dict(Outcome.objects.filter(enrolment=enrolment).values_list("node", "pk"))
    assert after.keys() == before.keys()
    assert after[page.key] == before[page.key]
    assert after[quiz.key] != before[quiz.key]
