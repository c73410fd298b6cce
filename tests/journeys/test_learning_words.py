"""Words in a browser: one course read in three languages and counted once; what is half-written is not lost."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.learning.actions import courses, nodes, texts
from tests import factories
from tests.browser import PHONE, violations

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = "These words were left on this device; they are not saved yet."
TITLES = {"en": "A plan in numbers", "lt": "Planas skaičiais", "mk": "План во бројки"}
RIGHT = {"en": "This one", "lt": "Šitas", "mk": "Овој"}


def block(text):
    return {"id": "b1", "type": "paragraph", "data": {"text": text}}


@pytest.fixture
def school(live_server, settings, tmp_path):
    """A course in three languages that is running: a page, a quiz of one question, a talk and a task; who teaches."""
    settings.KOINON_URL, settings.CSRF_TRUSTED_ORIGINS = live_server.url, [live_server.url]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    spoken = list(TITLES)
    course = factories.course(title="Reading a city budget", languages=spoken)
    version = factories.version(course=course, languages=spoken)
    parts = {kind: factories.node(version=version, kind=kind) for kind in ("page", "quiz", "discussion", "task")}
    for node in parts.values():
        for language, title in TITLES.items():
            factories.text(node=node, language=language, said={"title": title, "blocks": [block(title)]})
    words = {each: {"stem": TITLES[each], "a.text": RIGHT[each], "b.text": f"{RIGHT[each]} (2)"} for each in spoken}
    question = factories.question(organisation=course.organisation, texts=words, is_used=True)
    factories.placed(node=parts["quiz"], question=question)
    type(version).objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
    version.refresh_from_db()
    run = factories.run(course=course, version=version, state="running", languages=spoken)
    return SimpleNamespace(url=live_server.url, run=run, teacher=factories.facilitator(run), **parts)


@pytest.fixture
def screen(browser, live_server):
    """screen(person) -> a page of somebody signed in, on a phone of its own."""
    contexts = []

    def take(person):
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="en-GB")
        context.set_default_timeout(15_000)
        contexts.append(context)
        client = Client()
        client.force_login(person, backend="koinon.accounts.adapter.Backend")
        context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


def look(page):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


def at(school, part):
    return f"{school.url}/learn/{school.run.pk}/{part.key}/"


def learner(school, language="en"):
    person = factories.person(language=language)
    factories.enrolment(run=school.run, person=person, language=language)
    return person


def test_one_course_is_read_in_three_languages_and_counted_as_one(school, screen):
    for place, (language, title) in enumerate(TITLES.items()):
        page = screen(learner(school, language))
        page.goto(at(school, school.page))
        expect(page.locator(f"article[lang={language}]")).to_contain_text(title)
        page.goto(at(school, school.quiz))
        page.locator("main form button.btn-primary").click()
        wanted = RIGHT[language] if place else f"{RIGHT[language]} (2)"
        page.get_by_label(wanted, exact=True).check()
        look(page)
        page.locator("main button[value=hand_in]").click()
        expect(page.locator("#answers")).to_be_visible()
    teacher = screen(school.teacher)
    teacher.goto(f"{school.url}/runs/{school.run.pk}/teach/results/")
    look(teacher)
    expect(teacher.locator("main h3")).to_have_count(1)
    expect(teacher.locator("main .k-facts")).to_contain_text("3 (English 1")
    expect(teacher.locator("main .k-facts")).to_contain_text("67 %")
    expect(teacher.locator("main tbody tr").first).to_contain_text("2 (67 %)")


@pytest.fixture
def draft(school):
    """A page that the teacher writes, as somebody who speaks for the school."""
    by = actor_of(person=factories.representative(school.run.organisation))
    course = courses.create(by=by, organisation=school.run.organisation, title="Budgets", language="en")
    node = nodes.add(by=by, course=course, kind="page", title="First")
    texts.write(by=by, node=node, language="en", blocks=[block("The first line.")])
    address = f"{school.url}/courses/{course.slug}/write/parts/{node.key}/"
    return SimpleNamespace(person=Person.objects.get(pk=by.person), node=node, url=address)


def test_half_a_page_in_the_editor_is_there_again_after_a_reload(draft, screen):
    page = screen(draft.person)
    page.goto(draft.url)
    line = page.locator("#rich-page [contenteditable=true]").first
    expect(line).to_have_text("The first line.")
    line.click()
    page.keyboard.press("End")
    page.keyboard.type(" And half a")
    expect(page.locator("[name=blocks]")).to_have_value(re.compile("half a"))
    page.reload()
    expect(page.get_by_text(LEFT)).to_be_visible()
    expect(page.locator("#rich-page")).to_contain_text("The first line. And half a")
    look(page)
    with page.expect_navigation():
        page.locator("#page button[value=save]").click()
    assert "And half a" in draft.node.texts.get(language="en").said["blocks"][0]["data"]["text"]
    page.goto(draft.url)
    expect(page.locator("#rich-page")).to_contain_text("And half a")
    expect(page.get_by_text(LEFT)).to_have_count(0)


def test_who_wants_what_was_saved_gets_it_back(draft, screen):
    page = screen(draft.person)
    page.goto(draft.url)
    page.locator("[name=title]").fill("Second")
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Second")
    page.get_by_role("button", name="Back to what was saved").click()
    expect(page.locator("[name=title]")).to_have_value("First")
    expect(page.get_by_text(LEFT)).to_have_count(0)


def test_half_a_contribution_waits_for_its_writer_alone_and_is_not_offered_twice(school, screen):
    page = screen(learner(school))
    page.goto(at(school, school.discussion))
    page.locator("#say [name=text]").fill("I wonder whether")
    page.goto(at(school, school.page))
    page.goto(at(school, school.discussion))
    expect(page.locator("#say [name=text]")).to_have_value("I wonder whether")
    other = Client()
    other.force_login(learner(school), backend="koinon.accounts.adapter.Backend")
    mine = page.context.cookies()
    theirs = {"name": "session", "value": other.cookies["session"].value, "url": school.url}
    page.context.add_cookies([theirs])
    page.reload()
    expect(page.locator("#say [name=text]")).to_have_value("")
    page.context.add_cookies(mine)
    page.reload()
    page.locator("#say button.btn-primary").click()
    expect(page.locator("#talk")).to_contain_text("I wonder whether")
    page.goto(at(school, school.discussion))
    expect(page.locator("#say [name=text]")).to_have_value("")


def test_words_begun_without_a_connection_survive_a_reload(school, screen):
    page = screen(learner(school))
    page.goto(f"{school.url}/learn/{school.run.pk}/save/")
    page.locator("#save button").click()
    expect(page.locator("#save-said")).to_contain_text("You can read it without a connection now")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(at(school, school.task))
    page.locator("[name=text]").fill("We asked three people")
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("We asked three people")
    look(page)
    page.locator("form[data-outbox=evidence] button").click()
    expect(page.get_by_text("Kept on this device.")).to_be_visible()
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("")
