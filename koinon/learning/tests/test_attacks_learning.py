"""Learners who look behind the page, answer for others, come twice, or come late."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from koinon.kit.verbs import machine
from koinon.learning.actions import cards, enrolments, evidence, surveys
from koinon.learning.models import Course, Enrolment, Run, Text, Version
from koinon.learning.queries import statistics
from tests import factories

pytestmark = pytest.mark.django_db

RIGHT = ("Lake", "River", "Hill", "Wood")


def asked(kind, **more):
    """A question whose parts stand in the right order, with keys that say so."""
    parts = [{"key": f"p{number}", "credit": 1.0} for number in range(4)]
    said = {"stem": "Which?"}
    for number, word in enumerate(RIGHT):
        said |= {f"p{number}.text": f"left {word}", f"p{number}.other": word}
    return {"kind": kind, "form": {"parts": parts, "shuffles": True, **more}, "texts": {"en": said}}


@pytest.fixture
def placed(quiz, course):
    """Put a question into the quiz instead of the one that is there."""

    def place(**facts):
        quiz.placed.all().delete()
        question = factories.question(organisation=course.organisation, is_used=True, **facts)
        factories.placed(node=quiz, question=question)
        return question

    return place


def page_of(enter, luka, run, quiz):
    client = enter(luka)
    client.post(reverse("learning:attempt_begin", args=[run.pk, quiz.key]))
    return client, client.get(reverse("learning:lesson", args=[run.pk, quiz.key])).content.decode()


def saved_page(enter, luka, run, quiz):
    client = enter(luka)
    return client, client.get(reverse("learning:saved_lesson", args=[run.pk, quiz.key])).content.decode()


@pytest.mark.parametrize("look", [page_of, saved_page])
def test_names_of_fields_do_not_tell_what_belongs_together(enter, luka, enrolment, run, quiz, placed, look):
    placed(**asked("match"))
    _client, page = look(enter, luka, run, quiz)
    form = page[page.index("left Lake") - 2000 : page.index("left Wood") + 2000]
    names = {each.rsplit(".", 1)[-1] for each in re.findall(r'<select name="([^"]+)"', form)}
    values = set(re.findall(r'<option value="([^"]+)"', form))
    assert len(names) == 4
    assert len(values) == 4
    assert not names & values
    assert not re.search(r'["-.]p[0-3]["-]', form)


@pytest.mark.parametrize("look", [page_of, saved_page])
def test_names_of_fields_do_not_tell_the_order(enter, luka, enrolment, run, quiz, placed, look):
    placed(**asked("order"))
    _client, page = look(enter, luka, run, quiz)
    labels = re.findall(r'<label for="([^"]+)">left (\w+)</label>', page)
    assert len(labels) == 4
    by_label = [RIGHT.index(word) for _ident, word in sorted(labels)]
    assert by_label != sorted(by_label)
    assert not re.search(r'name="[^"]*\.p[0-3]"', page)


def test_what_a_page_sends_is_what_was_chosen(enter, luka, enrolment, run, quiz, placed):
    question = placed(**asked("match"))
    client, page = page_of(enter, luka, run, quiz)
    fields = {f"on.{question.key}": "1", "do": "hand_in"}
    for ident, word in re.findall(r'<label for="([^"]+)">left (\w+)</label>', page):
        select = re.search(rf'<select name="([^"]+)" id="{ident}">(.*?)</select>', page, re.DOTALL)
        value = re.search(rf'<option value="([^"]+)"[^>]*>{word}</option>', select[2])
        fields[select[1]] = value[1]
    client.post(re.search(r'action="(/learn/attempts/[^"]+)"', page)[1], fields)
    row = enrolment.attempts.get()
    assert row.answers == {str(question.key): {f"p{number}": f"p{number}" for number in range(4)}}
    assert row.points == row.of_points


def test_choices_have_no_keys_of_their_makers(enter, luka, enrolment, run, quiz, placed):
    said = {"stem": "Which?", "right.text": "Lake", "wrong.text": "Hill"}
    parts = [{"key": "right", "credit": 1.0}, {"key": "wrong", "credit": 0.0}]
    placed(kind="single", form={"parts": parts, "shuffles": True}, texts={"en": said})
    _client, page = page_of(enter, luka, run, quiz)
    assert "Lake" in page
    assert not re.search(r'value="(?:right|wrong)"', page)


def test_nobody_is_their_own_witness(acting, luka, enrolment, task):
    with pytest.raises(ValidationError) as problem:
        evidence.hand_in(
            by=acting(luka), enrolment=enrolment, node=task.key, text="I did it.", witness="My aunt",
            witness_email=f"  {luka.email.upper()} ",
        )  # fmt: skip
    assert "witness_email" in problem.value.message_dict


def test_who_has_finished_takes_one_place_only(acting, fatmir, enrolment, run):
    Run.objects.filter(pk=run.pk).update(taken=1)
    Enrolment.objects.filter(pk=enrolment.pk).update(state="finished")
    enrolment.refresh_from_db()
    with pytest.raises(ValidationError):
        enrolments.take_back(by=acting(fatmir), enrolment=enrolment)
    run.refresh_from_db()
    assert run.taken == 1


def test_answers_to_a_quiz_that_is_gone_meanwhile_are_no_error_of_ours(enter, luka, enrolment, run, quiz):
    attempt = factories.attempt(enrolment=enrolment, node=uuid4())
    answer = enter(luka).post(
        reverse("learning:attempt_answer", args=[attempt.pk]), {"do": "save"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert answer.json()["problem"]


@pytest.fixture
def crowd(run, survey):
    """Eleven learners who may answer the survey."""
    return [factories.enrolment(run=run) for _each in range(11)]


def said_by(one, survey, number):
    question = survey.placed.get().question
    key = question.form["parts"][0]["key"]
    surveys.answer(by=machine("demo"), enrolment=one, node=survey.key, answers={str(question.key): {key: True}})


def test_one_more_answer_is_not_seen_alone(run, survey, crowd):
    """Who looks before and after an answer, and sees whose it was on the list of learners, must not read it there."""
    seen = []
    for number, one in enumerate(crowd):
        said_by(one, survey, number)
        seen.append(statistics.results(run, "en")["surveys"][0]["number"] or 0)
    steps = [after - before for before, after in zip([0, *seen], seen, strict=False)]
    assert all(step == 0 or step >= 5 for step in steps), seen
    assert max(seen) == 10


def test_a_learner_does_not_write_to_the_whole_world(settings, acting, luka, enrolment, task):
    settings.KOINON_LIMITS = True
    asked = {"by": acting(luka), "enrolment": enrolment, "node": task.key, "text": "I did it.", "witness": "W"}
    for number in range(evidence.WITNESSES_A_DAY):
        evidence.hand_in(**asked, witness_email=f"w{number}@example.org")
    with pytest.raises(ValidationError) as problem:
        evidence.hand_in(**asked, witness_email="one-more@example.org")
    assert "witness_email" in problem.value.message_dict


def test_a_class_behind_one_router_comes_in(settings, client, run):
    """Thirty people with cards, five taps each, share one network address."""
    settings.KOINON_LIMITS = True
    _made, secret, _code = cards.make(by=machine("demo"), enrolment=cards.assist(
        by=machine("demo"), run=run, name="Ana", language="en", agreed=True
    ))  # fmt: skip
    assert {client.get(reverse("learning:card", args=[secret])).status_code for _each in range(150)} == {200}


RUNS = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)" style="x">x</a><svg/onload=x>'
)
LEADS = "javascript:alert(1)//"
BAD_BLOCKS = [
    {"id": "p" + RUNS, "type": "paragraph", "data": {"text": RUNS}},
    {"id": "h", "type": "header", "data": {"text": RUNS, "level": 2}},
    {"id": "l", "type": "list", "data": {"style": RUNS, "items": [{"content": RUNS, "items": []}]}},
    {"id": "q", "type": "quote", "data": {"text": RUNS, "caption": RUNS}},
    {"id": "c", "type": "callout", "data": {"tone": RUNS, "title": RUNS, "text": RUNS}},
    {"id": "t", "type": "table", "data": {"withHeadings": True, "content": [[RUNS], [RUNS]]}},
    {"id": "k", "type": "link", "data": {"url": LEADS, "title": RUNS, "text": RUNS}},
    {"id": "v", "type": "video", "data": {"url": LEADS, "caption": RUNS}},
    {"id": "f", "type": "file", "data": {"asset": RUNS, "title": RUNS}},
    {"id": "i", "type": "image", "data": {"asset": RUNS, "caption": RUNS}},
    {"id": "a", "type": "audio", "data": {"asset": RUNS, "caption": RUNS}},
]


def runs(page):
    """What in a page would run or lead into a script, read as a browser does."""
    from lxml import html

    found = []
    for each in html.fromstring(page).iter():
        if not isinstance(each.tag, str):
            continue
        bad = [name for name in each.attrib if name.startswith("on") or name == "style"]
        bad += [
            name for name in ("href", "src", "action") if each.get(name, "").strip().lower().startswith("javascript:")
        ]
        if bad or (each.tag == "script" and not each.get("src") and "alert(1)" in (each.text or "")):
            found.append((each.tag, bad))
    return found


@pytest.fixture
def poisoned(quiz, page, task, talk, survey, run, course, placed):
    """All words of the course are what somebody wrote past every check."""
    words = {"stem": RUNS, f"{RUNS}.text": RUNS, f"{RUNS}.other": RUNS, "b.text": RUNS, "b.other": "b"}
    parts = [{"key": RUNS, "credit": 1.0}, {"key": "b", "credit": 1.0}]
    placed(kind="match", form={"parts": parts}, texts={"en": words})
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    Text.objects.all().update(said={"title": RUNS, "blocks": BAD_BLOCKS, "whole.text": RUNS, "rubric.whole": RUNS})
    Version.objects.filter(pk=run.version_id).update(texts={"en": {"title": RUNS, "summary": RUNS, "learn": RUNS}})
    Run.objects.filter(pk=run.pk).update(title=RUNS, place=RUNS)
    Course.objects.filter(pk=course.pk).update(title=RUNS, credit=RUNS)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
    return quiz


def test_nothing_that_was_written_runs(enter, luka, mara, enrolment, run, poisoned, page, task, talk, survey):
    attempt = factories.attempt(enrolment=enrolment, node=poisoned.key)
    factories.evidence(enrolment=enrolment, node=task.key, text=RUNS, feedback=RUNS, witness=RUNS)
    factories.post(run=run, node=talk.key, person=luka, text=RUNS)
    factories.announcement(run=run, title=RUNS)
    factories.session(run=run, title=RUNS, place=RUNS)
    learner, owner = enter(luka), enter(mara)
    found = {}
    for node in (page, poisoned, task, talk, survey):
        for name in ("lesson", "saved_lesson"):
            answer = learner.get(reverse(f"learning:{name}", args=[run.pk, node.key]))
            found[name, node.kind] = runs(answer.content) if answer.status_code == 200 else []
    for name in ("my_run", "saved_run", "print_course", "run"):
        found[name] = runs(learner.get(reverse(f"learning:{name}", args=[run.pk])).content)
    for name in ("teach", "cohort", "sessions", "results", "run_people", "run_settings", "messages", "run"):
        found[name, "owner"] = runs(owner.get(reverse(f"learning:{name}", args=[run.pk])).content)
    for name in ("course", "write", "write_about", "write_check", "write_languages"):
        found[name] = runs(owner.get(reverse(f"learning:{name}", args=[run.course.slug])).content)
    assert attempt.pk
    assert {key: value for key, value in found.items() if value} == {}
