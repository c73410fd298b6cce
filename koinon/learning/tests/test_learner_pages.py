"""The learner's pages: nobody else's, the same number of queries, small, in the reader's language, writing nothing."""

from datetime import date, timedelta

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.accounts.queries import waiting_for
from koinon.accounts.seams import calendar_entries, data_of, forget
from koinon.kit import files
from koinon.kit.verbs import Refused
from koinon.learning.actions import attempts, enrolled, evidence, progress
from koinon.learning.actions import talk as verbs
from koinon.learning.models import Attempt, Evidence, Happening, Post
from koinon.learning.queries import lesson_pages, my_learning
from koinon.learning.views.lessons import shown as show
from tests import factories

pytestmark = pytest.mark.django_db


def lesson(run, node):
    return reverse("learning:lesson", args=[run.pk, node.key])


def test_the_empty_home_teaches(enter, luka):
    page = enter(luka).get(reverse("learning:home")).content.decode()
    assert "Here your courses will stand" in page


def test_home_says_what_comes_next_and_why(run, enrolment, page, enter, luka):
    said = enter(luka).get(reverse("learning:home")).content.decode()
    assert run.title in said
    assert lesson(run, page) in said
    assert 'class="btn btn-primary"' in said


def test_home_is_as_many_queries_for_three_courses_as_for_one(run, enrolment, enter, luka, django_assert_num_queries):
    browser = enter(luka)
    address = reverse("learning:home")
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    number = len(asked)
    for _ in range(2):
        factories.enrolment(run=factories.run(course=run.course, version=run.version, state="running"), person=luka)
    browser.get(address)
    with django_assert_num_queries(number):
        browser.get(address)


def test_home_is_light(run, enrolment, enter, luka):
    """150 KB and 15 requests on a first visit: the page with every style, script and font it names."""
    import gzip
    import re

    page = enter(luka).get(reverse("learning:home")).content
    named = {
        each.split("?")[0]
        for each in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2|svg|png|ico))', page.decode())
    }
    weight = len(gzip.compress(page))
    for each in named:
        path = find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", each.removeprefix("/static/")))
        assert path, each
        with open(path, "rb") as file:
            data = file.read()
        weight += len(data) if each.endswith((".woff2", ".png")) else len(gzip.compress(data))
    assert len(named) + 1 <= 15
    assert weight <= 150_000


def test_a_look_writes_nothing(run, enrolment, page, enter, luka):
    browser = enter(luka)
    for address in (reverse("learning:my_run", args=[run.pk]), lesson(run, page)):
        browser.get(address)
    assert not Happening.objects.exists()


def test_one_button_reads_and_goes_on(run, enrolment, page, quiz, enter, luka):
    answer = enter(luka).post(reverse("learning:lesson_viewed", args=[run.pk, page.key]), {"in": "en"})
    assert answer["Location"] == f"{lesson(run, quiz)}?in=en"
    assert Happening.objects.get().kind == "viewed"
    enrolment.refresh_from_db()
    assert enrolment.done == 1


def test_a_quiz_is_not_done_by_opening_it(run, enrolment, quiz, enter, luka):
    enter(luka).post(reverse("learning:lesson_viewed", args=[run.pk, quiz.key]))
    assert not Happening.objects.exists()


def test_next_is_first_what_is_required(run, enrolment, page, quiz, acting, luka):
    way = my_learning.walk(run, ("en",), enrolment)
    assert way.next.node.key == str(page.key)
    progress.note(by=acting(luka), enrolment=enrolment, node=page.key, kind="viewed")
    assert my_learning.walk(run, ("en",), enrolment).next.node.key == str(quiz.key)


def test_what_is_hidden_is_not_there(version, run, enrolment, enter, luka):
    hidden = factories.node(version=version, settings={"is_hidden": True})
    factories.text(node=hidden, said={"title": "For facilitators only", "blocks": []})
    below = factories.node(version=version, parent=hidden.key)
    factories.text(node=below)
    browser = enter(luka)
    assert "For facilitators only" not in browser.get(reverse("learning:my_run", args=[run.pk])).content.decode()
    assert browser.get(lesson(run, hidden)).status_code == 404
    assert browser.get(lesson(run, below)).status_code == 404


def test_the_words_are_in_my_language_or_the_next_best(version, run, page, enrolment, enter, luka):
    factories.text(node=page, language="sq", said={"title": "Një faqe", "blocks": []})
    type(version).objects.filter(pk=version.pk)
    browser = enter(luka)
    other = browser.get(f"{lesson(run, page)}?in=sq").content.decode()
    assert "Words." in browser.get(lesson(run, page)).content.decode()
    assert 'href="?in=sq"' in other or "Një faqe" in other
    assert "Words." in browser.get(f"{lesson(run, page)}?in=mk").content.decode()


def test_little_data_shows_pictures_as_links(version, run, course, enrolment, enter, luka, picture):
    asset = factories.asset(organisation=course.organisation, upload=picture, alt={"en": "A leaf"})
    node = factories.node(version=version)
    block = {"id": "i", "type": "image", "data": {"asset": asset.key, "caption": ""}}
    factories.text(node=node, said={"title": "Leaves", "blocks": [block]})
    address = reverse("learning:lesson_file", args=[run.pk, asset.key])
    browser = enter(luka)
    assert f'<img src="{address}"' in browser.get(lesson(run, node)).content.decode()
    light = browser.get(f"{lesson(run, node)}?light=1").content.decode()
    assert "<img" not in light.split("<main")[1].split("</main>")[0]
    assert address in light


def test_files_go_out_in_parts_and_never_as_pages(version, run, course, enrolment, enter, luka):
    html = files.keep_paper(b"<script>alert(1)</script>" * 10, name="x.html", media_type="text/html")
    asset = factories.asset(organisation=course.organisation, upload=html, name="x.html")
    address = reverse("learning:lesson_file", args=[run.pk, asset.key])
    browser = enter(luka)
    whole = browser.get(address)
    assert whole["Content-Disposition"].startswith("attachment")
    assert "sandbox" in whole["Content-Security-Policy"]
    some = browser.get(address, headers={"Range": "bytes=3-9"})
    assert (some.status_code, b"".join(some.streaming_content)) == (206, (b"<script>alert(1)</script>" * 10)[3:10])
    assert browser.get(address, headers={"Range": "bytes=900-"}).status_code == 416


def test_a_file_of_another_organisation_is_not_there(run, enrolment, enter, luka, picture):
    foreign = factories.asset(upload=picture)
    assert enter(luka).get(reverse("learning:lesson_file", args=[run.pk, foreign.key])).status_code == 404


def test_a_withdrawn_learner_finds_nothing(run, enrolment, page, enter, luka):
    type(enrolment).objects.filter(pk=enrolment.pk).update(state="withdrawn")
    browser = enter(luka)
    assert browser.get(reverse("learning:my_run", args=[run.pk])).status_code == 404
    assert browser.get(lesson(run, page)).status_code == 404


def test_a_preview_writes_nothing_and_needs_no_run(version, page, quiz, task, survey, talk, acting, arben):
    where = lesson_pages.preview(acting(arben), version, lambda key: f"/see/{key}/", lambda key: f"/file/{key}")
    for node in (page, quiz, task, survey, talk):
        found = lesson_pages.lesson_page(where, node.key)
        assert found["is_preview"]
        assert not found["works"]
    assert lesson_pages.quiz_part(where, lesson_pages.lesson_page(where, quiz.key))["questions"]


def test_help_is_asked_for_and_taken_back(run, enrolment, enter, luka, acting, stranger):
    address = reverse("learning:help_asked", args=[run.pk])
    enter(luka).post(address)
    enrolment.refresh_from_db()
    assert enrolment.needs_help
    with pytest.raises(Refused):
        enrolled.ask_for_help(by=acting(stranger), enrolment=enrolment)


@pytest.fixture
def shown(task, enrolment, acting, luka):
    return evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="We planted twelve trees.")


# --- desk, calendar, data --------------------------------------------------------------------------


def test_the_desk_says_whose_turn_it_is(run, enrolment, shown, acting, luka):
    Evidence.objects.filter(pk=shown.pk).update(state="returned")
    items = waiting_for(acting(luka))
    assert [(item.kind, item.is_mine) for item in items if item.kind in ("Course", "Practice task")] == [
        ("Practice task", True), ("Course", True),
    ]  # fmt: skip


def test_deadlines_stand_in_the_calendar_until_they_are_met(run, task, enrolment, acting, luka):
    entries = [each for lent in calendar_entries.gather(acting(luka)) for each in lent]
    due = run.starts_on + timedelta(days=10)
    assert {each.starts for each in entries} == {due, run.ends_on}
    evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="Done")
    assert {each.starts for lent in calendar_entries.gather(acting(luka)) for each in lent} == {run.ends_on}


def test_a_deadline_is_told_once(run, task, enrolment, luka):
    from koinon.accounts.models import Notice
    from koinon.learning.clock import learning as clock

    type(run).objects.filter(pk=run.pk).update(starts_on=date.today() - timedelta(days=9))
    clock.remind_of_deadlines(0)
    clock.remind_of_deadlines(0)
    assert Notice.objects.filter(person=luka, kind="learning.deadline").count() == 1


def test_all_that_i_wrote_is_in_my_data_and_goes_with_me(run, quiz, talk, shown, enrolment, acting, luka):
    me = acting(luka)
    verbs.post(by=me, run=run, node=talk.key, text="My contribution")
    row = attempts.begin(by=me, enrolment=enrolment, node=quiz.key)
    attempts.hand_in(by=me, attempt=row, answers={str(quiz.placed.get().question.key): {"a": True}})
    said = str(data_of.gather(luka))
    for words in ("My contribution", "We planted twelve trees.", "'a': True"):
        assert words in said
    forget.gather(luka)
    said = str(data_of.gather(luka))
    for words in ("My contribution", "We planted twelve trees.", "'a': True"):
        assert words not in said
    assert Attempt.objects.get().points == 1.0
    assert Post.objects.get().person is None
    enrolment.refresh_from_db()
    assert enrolment.done == 2


# --- reached ---------------------------------------------------------------------------------------


def test_competences_are_those_of_parts_that_are_done(version, page, run, enrolment, acting, luka, enter):
    page.competences.add(factories.competence(names={"en": "Reads a budget"}))
    browser = enter(luka)
    address = reverse("learning:my_competences")
    assert "Reads a budget" not in browser.get(address).content.decode()
    progress.note(by=acting(luka), enrolment=enrolment, node=page.key, kind="viewed")
    assert "Reads a budget" in browser.get(address).content.decode()


def test_outcomes_are_a_sheet_too(run, enrolment, page, acting, luka, enter):
    progress.note(by=acting(luka), enrolment=enrolment, node=page.key, kind="viewed")
    sheet = enter(luka).get(reverse("learning:my_outcomes_sheet"))
    assert sheet.content[:2] == b"PK"


def test_the_language_is_mine_to_choose(run, enrolment, acting, luka, fatmir, enter):
    type(run).objects.filter(pk=run.pk).update(languages=["en", "sq"])
    enrolment.refresh_from_db()
    with pytest.raises(Refused):
        enrolled.change_language(by=acting(fatmir), enrolment=enrolment, language="sq")
    browser = enter(luka)
    browser.post(reverse("learning:my_language", args=[run.pk]), {"language": "sq"})
    enrolment.refresh_from_db()
    assert enrolment.language == "sq"
    browser.post(reverse("learning:my_language", args=[run.pk]), {"language": "xx"})
    enrolment.refresh_from_db()
    assert enrolment.language == "sq"


def test_a_preview_is_a_page_like_the_learners(version, page, quiz, task, survey, talk, acting, arben, rf):
    me = acting(arben)
    where = lesson_pages.preview(me, version, lambda key: f"/see/{key}/", lambda key: f"/file/{key}", "/course/")
    for node in (page, quiz, task, survey, talk):
        request = rf.get("/see/")
        request.me, request.user, request._messages = me, arben, CookieStorage(request)
        said = show(request, where, str(node.key)).content.decode()
        assert 'href="/course/"' in said
        assert "<button" not in said.split("<main")[1].split("</main>")[0]
