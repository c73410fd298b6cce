"""What devices keep: its price, nothing about who reads, and the same number of questions for any course."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koinon.learning.queries.offline import FRAME
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(enter, enrolment, luka):
    return enter(luka)


def course_of(course, lessons, number=5):
    """A published version with so many pages, each with a picture and a sound, and one package."""
    version = factories.version(course=course, number=number)
    for place in range(lessons):
        blocks = []
        for kind, media, size in (("image", "image/webp", 1000), ("audio", "audio/ogg", 5000)):
            upload = factories.upload(media_type=media, size=size)
            asset = factories.asset(organisation=course.organisation, upload=upload, alt={"en": "A square"})
            blocks.append({"id": f"{kind}{place}", "type": kind, "data": {"asset": asset.key, "caption": "Look"}})
        node = factories.node(version=version)
        factories.text(node=node, said={"title": f"Page {place}", "blocks": blocks})
    factories.text(node=factories.node(version=version, kind="package"), said={"title": "Old package"})
    quiz = factories.node(version=version, kind="quiz")
    factories.text(node=quiz, said={"title": "Quiz"})
    for _ in range(lessons):
        factories.placed(node=quiz, question=factories.question(organisation=course.organisation))
    type(version).objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
    version.refresh_from_db()
    return factories.run(course=course, version=version, state="running")


def test_the_list_says_what_each_lesson_costs_and_what_stays_behind(enter, course, luka):
    run = course_of(course, 2)
    factories.enrolment(run=run, person=luka)
    said = enter(luka).get(f"/learn/{run.pk}/offline.json").json()
    assert [each["title"] for each in said["lessons"]] == ["Page 0", "Page 1", "Quiz"]
    assert all(each["bytes"] > FRAME and re.fullmatch("[0-9a-f]{16}", each["hash"]) for each in said["lessons"])
    assert sorted((each["kind"], each["bytes"]) for each in said["files"].values()) == [
        ("picture", 1000), ("picture", 1000), ("sound", 5000), ("sound", 5000),
    ]  # fmt: skip
    assert [each["title"] for each in said["left_out"]] == ["Old package"]
    assert "Packages" in said["left_out"][0]["why"]


def test_the_price_of_a_lesson_is_about_what_it_weighs(learner, run, page):
    said = learner.get(f"/learn/{run.pk}/offline.json").json()
    lesson = next(each for each in said["lessons"] if each["node"] == str(page.key))
    real = len(learner.get(lesson["page"]).content)
    assert real * 0.6 < lesson["bytes"] < real * 1.6


def test_a_lesson_has_another_mark_when_its_words_are_others(enter, course, luka):
    first, second = course_of(course, 1, 5), course_of(course, 2, 6)
    marks = []
    for run in (first, second):
        factories.enrolment(run=run, person=luka)
        lessons = enter(luka).get(f"/learn/{run.pk}/offline.json").json()["lessons"]
        marks.append({each["hash"] for each in lessons})
    assert not marks[0] & marks[1]


@pytest.mark.parametrize("address", ["save/", "offline.json", "saved/", "print/", "print/?light=1"])
def test_three_lessons_ask_as_many_questions_as_one(enter, course, luka, address):
    counts = []
    for number, lessons in ((5, 1), (6, 3)):
        run = course_of(course, lessons, number)
        factories.enrolment(run=run, person=luka)
        client = enter(luka)
        assert client.get(f"/learn/{run.pk}/{address}").status_code == 200
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/learn/{run.pk}/{address}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def kept_pages(run, version):
    return [f"/learn/{run.pk}/saved/", *(f"/learn/{run.pk}/{node.key}/saved/" for node in version.nodes.all())]


def test_kept_pages_hold_nothing_of_who_reads(enter, luka, enrolment, fatmir, run, version):
    for address in [*kept_pages(run, version), "/learn/offline/"]:
        answers = [enter(person).get(address).content.decode() for person in (luka, fatmir)]
        assert answers[0] == answers[1]
        for word in ("Luka", luka.email, "csrfmiddlewaretoken", "data-owner", str(enrolment.pk)):
            assert word not in answers[0]


def test_pages_of_the_site_are_kept_by_nobody_on_the_way(learner, run, version):
    for address in [*kept_pages(run, version), "/learn/", f"/learn/{run.pk}/save/"]:
        answer = learner.get(address)
        assert "private" in answer["Cache-Control"]


def test_a_kept_quiz_does_not_say_what_is_right(learner, run, quiz):
    text = learner.get(f"/learn/{run.pk}/{quiz.key}/saved/").content.decode()
    assert "This one" in text
    assert 'data-outbox="quiz"' in text
    assert "is_right" not in text
    assert "credit" not in text


def test_a_limited_quiz_says_that_it_is_sealed_and_until_when(learner, run, quiz):
    assert "They must have been sent by" in learner.get(f"/learn/{run.pk}/{quiz.key}/saved/").content.decode()


def test_the_printed_course_has_all_words_and_no_players(enter, course, luka):
    run = course_of(course, 2)
    factories.enrolment(run=run, person=luka)
    text = enter(luka).get(f"/learn/{run.pk}/print/").content.decode()
    assert "Page 0" in text
    assert "Page 1" in text
    assert "Which one?" in text
    assert "<audio" not in text
    assert text.count("<img") == 2
    assert "<img" not in enter(luka).get(f"/learn/{run.pk}/print/?light=1").content.decode()


def test_the_worker_is_ours_and_is_asked_for_anew(client):
    answer = client.get("/learn/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    facts = json.loads(answer.content.decode().split("const FACTS = ", 1)[1].split(";\n", 1)[0])
    assert re.fullmatch("[0-9a-f]{12}", facts["version"])
    assert facts["home"] == "/learn/"


def test_the_manifest_has_what_phones_ask_for(client):
    said = client.get("/learn/manifest.webmanifest").json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/learn/", "/learn/", "standalone")
    assert {"192x192", "512x512"} <= {each["sizes"] for each in said["icons"]}


def test_signing_out_leads_past_the_worker(enter, luka):
    answer = enter(luka).post("/accounts/logout/")
    assert (answer.status_code, answer["Location"]) == (302, "/learn/out/")
