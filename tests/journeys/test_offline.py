"""Learning without a connection in a real browser: with a card on a shared phone, and a roll call in a cellar."""

import gzip
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from koinon.accounts.queries import actor_of
from koinon.learning.actions import cards
from koinon.learning.models import Attempt, Attendance, Happening, Received
from tests import factories
from tests.browser import PHONE, violations

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "Kept on this device."


@pytest.fixture
def school(live_server, settings, tmp_path):
    """A course that is running: a page, a practice quiz, a session; who teaches, and somebody with a card."""
    settings.KOINON_URL, settings.CSRF_TRUSTED_ORIGINS = live_server.url, [live_server.url]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    course = factories.course(title="Reading a city budget")
    version = factories.version(course=course)
    page, quiz = (factories.node(version=version, kind=kind) for kind in ("page", "quiz"))
    factories.text(node=page, said={"title": "A plan in numbers", "blocks": [_words("A budget is a promise.")]})
    factories.text(node=quiz, said={"title": "Try yourself", "blocks": []})
    factories.placed(node=quiz, question=factories.question(organisation=course.organisation, is_used=True))
    type(version).objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
    version.refresh_from_db()
    run = factories.run(course=course, version=version, state="running")
    teacher = factories.facilitator(run, name="Fatmir")
    by = actor_of(person=teacher)
    learner = cards.assist(by=by, run=run, name="Shpresa", language="en", agreed=True)
    _card, secret, code = cards.make(by=by, enrolment=learner)
    session = factories.session(run=run, node=page.key, title="In the cellar of the town hall")
    return SimpleNamespace(
        url=live_server.url, run=run, page=page, quiz=quiz, session=session, teacher=teacher, learner=learner,
        secret=secret, code=code,
    )  # fmt: skip


def _words(text):
    return {"id": "b1", "type": "paragraph", "data": {"text": text}}


@pytest.fixture
def phone(browser):
    """phone(person | None) -> a page on a phone of its own, signed in or not."""
    contexts = []

    def take(person=None, url=""):
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="en-GB")
        context.set_default_timeout(15_000)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person, backend="koinon.accounts.adapter.Backend")
            context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": url}])
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


def look(page):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


def offline(page, is_off):
    page.context.set_offline(is_off)


def save(page, school):
    page.goto(f"{school.url}/learn/{school.run.pk}/save/")
    page.get_by_role("button", name="Save (").click()
    expect(page.locator("#save-said")).to_contain_text("You can read it without a connection now")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    look(page)


def all_sent(page, school):
    """Waits until the page of the device says so."""
    page.goto(f"{school.url}/learn/offline/")
    expect(page.locator("#waiting-none")).to_be_visible()


def test_somebody_with_a_card_learns_without_a_connection_and_it_arrives_once(school, phone):
    page = phone()
    page.goto(f"{school.url}/cards/{school.secret}/")
    for picture in school.code:
        page.locator(f"button[name=pick][value='{picture}']").click()
        page.wait_for_load_state()
    page.goto(f"{school.url}/learn/{school.run.pk}/{school.page.key}/")
    page.get_by_role("link", name="Save this lesson").click()
    assert page.get_by_label("A plan in numbers").is_checked()
    save(page, school)

    offline(page, True)
    page.goto(f"{school.url}/learn/{school.run.pk}/{school.page.key}/")
    expect(page.get_by_text("A budget is a promise.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.goto(f"{school.url}/learn/{school.run.pk}/{school.quiz.key}/")
    page.get_by_label("This one").check()
    look(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.goto(f"{school.url}/learn/")
    expect(page.locator("#waiting > li")).to_have_count(2)
    look(page)
    assert not Received.objects.exists()
    letters = _outbox(page)

    offline(page, False)
    all_sent(page, school)
    _again(page, school, letters)
    assert Received.objects.count() == 2
    assert Happening.objects.filter(enrolment=school.learner, kind="viewed").count() == 1
    assert Attempt.objects.get(enrolment=school.learner).points == 1.0


def _outbox(page):
    """What waits on the device, as it will be sent."""
    return page.evaluate("window.koinonOffline.all('outbox')")


def _again(page, school, items):
    """The same outbox from the same device once more, as after an answer that was lost on the way."""
    said = page.evaluate(
        """async (items) => {
            const who = await (await fetch("/learn/outbox/")).json();
            const letter = {device: crypto.randomUUID(), owner: who.owner, now: new Date().toISOString(), items};
            const body = JSON.stringify(letter);
            const headers = {"Content-Type": "application/json", "X-CSRFToken": who.token};
            return (await fetch("/learn/outbox/", {method: "POST", body, headers})).json();
        }""",
        items,
    )
    assert [each["state"] for each in said["items"]] == ["taken"] * len(items), json.dumps(said)


def test_a_roll_is_called_without_a_connection(school, phone):
    page = phone(school.teacher, school.url)
    page.goto(f"{school.url}/learn/rolls/{school.session.pk}/")
    look(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("button", name="Save this sheet").click()
    expect(page.get_by_text("you can call the roll without a connection")).to_be_visible()
    offline(page, True)
    page.goto(f"{school.url}/learn/rolls/{school.session.pk}/")
    page.get_by_role("group", name="Shpresa").get_by_label("Was there").check()
    look(page)
    page.get_by_role("button", name="Keep the roll call").click()
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert not Attendance.objects.exists()
    offline(page, False)
    all_sent(page, school)
    assert Attendance.objects.get().is_there is True


SLOW = """
    const open = CacheStorage.prototype.open;
    CacheStorage.prototype.open = async function (name) {
        const put = name === "koinon-state" && Cache.prototype.put, cache = await open.call(this, name);
        const later = () => new Promise((go) => setTimeout(go, 700));
        if (put) cache.put = async (...what) => { await later(); return put.apply(cache, what); };
        return cache;
    };
"""
"""A phone so slow that its owner is written down after the list of what can be saved has come."""


@pytest.mark.parametrize("is_slow", [False, True], ids=["quick", "slow"])
def test_a_shared_phone_keeps_nothing_for_the_next_person(school, phone, is_slow):
    page = phone(school.teacher, school.url)
    if is_slow:
        page.add_init_script(SLOW)
    save(page, school)
    offline(page, True)
    page.goto(f"{school.url}/learn/{school.run.pk}/{school.page.key}/")
    expect(page.get_by_role("heading", name="A plan in numbers")).to_be_visible()
    offline(page, False)
    page.goto(f"{school.url}/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url(f"{school.url}/")
    assert not [name for name in page.evaluate("caches.keys()") if name.startswith("koinon-saved")]
    offline(page, True)
    page.goto(f"{school.url}/learn/{school.run.pk}/{school.page.key}/")
    expect(page.get_by_role("heading", name="On this device")).to_be_visible()
    expect(page.locator("#saved-none")).to_be_visible()
    assert page.evaluate("window.koinonOffline.all('saved')") == []


def test_another_person_finds_neither_lessons_nor_words_of_the_one_before(school, phone):
    page = phone(school.teacher, school.url)
    save(page, school)
    offline(page, True)
    page.goto(f"{school.url}/learn/{school.run.pk}/{school.page.key}/")
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_text(KEPT)).to_be_visible()
    other = factories.person(name="Olga")
    client = Client()
    client.force_login(other, backend="koinon.accounts.adapter.Backend")
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": school.url}])
    offline(page, False)
    page.goto(f"{school.url}/learn/")
    page.wait_for_timeout(1500)
    page.goto(f"{school.url}/learn/offline/")
    expect(page.get_by_text("Something of another person waits here too.")).to_be_visible()
    expect(page.locator("#waiting > li")).to_have_count(0)
    look(page)
    assert not [name for name in page.evaluate("caches.keys()") if name.startswith("koinon-saved")]
    assert not Received.objects.exists()


def test_home_is_light_on_a_first_visit(school, phone):
    """At most 150 KB and 15 requests, the worker and its shell included."""
    page = phone(school.learner.person, school.url)
    seen = []
    page.context.on("requestfinished", lambda request: seen.append(request))
    page.goto(f"{school.url}/learn/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(1500)
    weights = [(request.url.removeprefix(school.url), _weight(request)) for request in seen]
    print(len(weights), "requests,", sum(weight for _, weight in weights), "bytes:", weights)
    assert len(weights) <= 15
    assert sum(weight for _, weight in weights) <= 150_000


def _weight(request):
    """As a server sends it: the server of the tests does not compress style and script, the real one does."""
    sizes = request.sizes()
    if sizes["responseBodySize"] and request.url.endswith((".css", ".js")):
        return len(gzip.compress(request.response().body())) + sizes["responseHeadersSize"]
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def test_pages_work_without_javascript(school, browser):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    client = Client()
    client.force_login(school.teacher, backend="koinon.accounts.adapter.Backend")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": school.url}])
    page = context.new_page()
    page.goto(f"{school.url}/learn/{school.run.pk}/save/")
    expect(page.get_by_text("Saving needs JavaScript")).to_be_visible()
    page.get_by_role("link", name="Print view").click()
    expect(page.get_by_text("A budget is a promise.")).to_be_visible()
    page.goto(f"{school.url}/learn/rolls/{school.session.pk}/")
    page.get_by_label("Was there").first.check()
    page.get_by_role("button", name="Keep the roll call").click()
    page.wait_for_load_state()
    assert Attendance.objects.get().at > timezone.now() - timedelta(minutes=1)
    context.close()
