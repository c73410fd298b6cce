"""Packages in a real browser, two origins on one machine: played, resumed, scored; and what a bad one cannot do."""

import copy
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings as ours
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from koinon.accounts.queries import actor_of
from koinon.learning.actions import taking
from koinon.learning.formats import read
from koinon.learning.models import Happening, Outcome, PlayState
from koinon.learning.tests import playable
from tests import factories
from tests.browser import PHONE, violations

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
SOURCE, PLACE = ROOT / "tests" / "judges" / "packages", ROOT / "var" / "judges-packages"


@pytest.fixture
def house(live_server, settings, tmp_path):
    """Where the two origins are; files of their own."""
    port = live_server.url.rsplit(":", 1)[1]
    settings.KOINON_URL, settings.KOINON_PLAY_URL = f"http://127.0.0.1:{port}", f"http://play.localhost:{port}"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "play.localhost", "localhost"]
    settings.CSRF_TRUSTED_ORIGINS = [settings.KOINON_URL]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # whatever was collected elsewhere
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["frame-src"] = ["'self'", settings.KOINON_PLAY_URL]
    settings.CONTENT_SECURITY_POLICY = policy
    return settings


@pytest.fixture
def lesson(house):
    """lesson(file) -> (enrolment, address of the lesson that plays it)."""

    def make(path):
        school = factories.member(factories.network(), names={"en": "School"})
        document, _report = read(path)
        course = taking.take(
            by=actor_of(person=factories.representative(school)), organisation=school, document=document
        )
        version = course.versions.get()
        type(version).objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
        type(course).objects.filter(pk=course.pk).update(is_published=True)
        version.refresh_from_db()
        run = factories.run(course=course, version=version, state="running")
        enrolment = factories.enrolment(run=run, person=factories.person(name="Luka"))
        return enrolment, f"{house.KOINON_URL}/learn/{run.pk}/{version.nodes.get(kind='package').key}/"

    return make


@pytest.fixture
def seat(browser, house):
    """seat(person) -> a page of somebody signed in at the main origin; what went wrong in it, and what it asked."""
    contexts = []

    def sit(person, **options):
        client = Client()
        client.force_login(person, backend="koinon.accounts.adapter.Backend")
        context = browser.new_context(locale="en", **options)
        contexts.append(context)
        value = client.cookies[ours.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": "session", "value": value, "url": house.KOINON_URL, "httpOnly": True}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.asked, page.problems = [], []
        page.on("request", lambda request: page.asked.append(request))
        page.on("pageerror", lambda problem: page.problems.append(str(problem)))
        page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
        return page

    yield sit
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")
        context.close()
    time.sleep(1)  # what a page says last is still on its way, and the database is wiped next


def content(page, *frames):
    """The frame inside the frames: of the lesson, of our runtime, and more."""
    found = page.frame_locator("iframe[data-play]")
    for each in frames:
        found = found.frame_locator(each)
    return found


def soon(what, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


def test_scorm_12_plays_resumes_and_scores(seat, lesson, house, tmp_path):
    enrolment, address = lesson(playable.scorm12(tmp_path))
    page = seat(enrolment.person)
    page.goto(address)
    sco = content(page, "#content")
    expect(sco.locator("#place")).to_have_text("start")
    expect(sco.locator("#entry")).to_have_text("ab-initio")
    sco.locator("#go").click()
    expect(page.locator("#play-said")).to_have_text("Saved.")
    assert violations(page) == []

    page.goto(f"{house.KOINON_URL}/learn/")
    page.goto(address)
    expect(sco.locator("#place")).to_have_text("page 7")
    expect(sco.locator("#kept")).to_have_text("60000")
    expect(sco.locator("#status")).to_have_text("incomplete")
    expect(sco.locator("#entry")).to_have_text("resume")
    sco.locator("#pass").click()
    expect(page.locator("#play-said")).to_have_text("Saved, and done. You can go on.")
    outcome = Outcome.objects.get(enrolment=enrolment, node__isnull=False)
    assert (outcome.state, outcome.why, outcome.share) == ("done", "passed", 0.85)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Passed.")
    assert page.problems == []
    cookies = [request for request in page.asked if request.url.startswith(house.KOINON_PLAY_URL)]
    assert len(cookies) > 5
    assert not any("cookie" in request.all_headers() for request in cookies)


def test_what_was_said_last_is_kept_when_the_page_goes(seat, lesson, house, tmp_path):
    sco = playable.SCO_12.replace("api.LMSCommit('');", "").replace("60001", "601")
    enrolment, address = lesson(playable.scorm12(tmp_path, sco))
    page = seat(enrolment.person)
    page.goto(address)
    content(page, "#content").locator("#go").click()
    page.goto(f"{house.KOINON_URL}/learn/")
    state = soon(lambda: PlayState.objects.filter(enrolment=enrolment).first())
    assert state.data["cmi"]["core"]["lesson_location"] == "page 7"


def test_scorm_2004_plays_resumes_and_scores(seat, lesson, tmp_path):
    enrolment, address = lesson(playable.scorm2004(tmp_path))
    page = seat(enrolment.person, viewport=PHONE)
    page.goto(address)
    sco = content(page, "#content")
    expect(sco.locator("#place")).to_have_text("start")
    sco.locator("#go").click()
    expect(page.locator("#play-said")).to_have_text("Saved.")
    page.goto(address)
    expect(sco.locator("#place")).to_have_text("page 3")
    expect(sco.locator("#entry")).to_have_text("resume")
    sco.locator("#pass").click()
    expect(page.locator("#play-said")).to_contain_text("done")
    outcome = Outcome.objects.get(enrolment=enrolment, node__isnull=False)
    assert (outcome.state, outcome.share) == ("done", 0.9)
    assert page.problems == []


def test_h5p_plays_resumes_and_scores(seat, lesson, house, tmp_path):
    enrolment, address = lesson(playable.h5p(tmp_path))
    page = seat(enrolment.person)
    page.goto(address)
    tiny = content(page, "iframe.h5p-iframe")
    expect(tiny.locator("#count")).to_have_text("0")
    tiny.locator("#more").click()
    tiny.locator("#more").click()
    page.goto(f"{house.KOINON_URL}/learn/")
    soon(
        lambda: (
            '"count":2' in (PlayState.objects.filter(enrolment=enrolment).first() or PlayState()).data.get("state", "")
        )
    )
    page.goto(address)
    expect(tiny.locator("#count")).to_have_text("2")
    tiny.locator("#done").click()
    expect(page.locator("#play-said")).to_contain_text("done")
    outcome = Outcome.objects.get(enrolment=enrolment, node__isnull=False)
    assert (outcome.state, outcome.share) == ("done", 0.75)
    assert Happening.objects.filter(enrolment=enrolment, kind="played").count() == 1
    assert page.problems == []


def test_a_package_cannot_reach_the_main_site(seat, lesson, house, tmp_path):
    enrolment, address = lesson(playable.spy(tmp_path, house.KOINON_URL))
    page = seat(enrolment.person)
    page.goto(address)
    said = content(page, "#content").locator("#got")
    expect(said).not_to_be_empty()
    got = json.loads(said.inner_text())
    assert got == {
        "top": "refused", "page": "refused", "health": "refused", "cookie": "none", "worker": "refused",
        "navigate": got.get("navigate"),
    }  # fmt: skip
    assert page.url == address
    assert not any(request.url.startswith(f"{house.KOINON_URL}/desk") and request.response() for request in page.asked)


@pytest.fixture(scope="module")
def packer():
    """packer(folder, version) -> a package made by public authoring libraries; skips where npm cannot install them."""

    def absent(why):
        (pytest.fail if os.environ.get("KOINON_JUDGES") == "must" else pytest.skip)(why)

    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        absent("the authoring libraries need node and npm")
    PLACE.mkdir(parents=True, exist_ok=True)
    lock, kept = SOURCE / "package-lock.json", PLACE / "installed.json"
    if not kept.exists() or kept.read_text() != lock.read_text():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, PLACE / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run(command, cwd=PLACE, check=True, capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            absent(f"npm could not install the authoring libraries: {str(problem.stderr or problem)[-300:]}")
        kept.write_text(lock.read_text())
    shutil.copy(SOURCE / "pack.cjs", PLACE / "pack.cjs")

    def pack(folder, version):
        (folder / "source").mkdir()
        shutil.copy(SOURCE / "index.html", folder / "source" / "index.html")
        command = [node, "pack.cjs", str(folder / "source"), str(folder / "made"), version]
        subprocess.run(command, cwd=PLACE, check=True, capture_output=True, timeout=60)
        return next((folder / "made").glob("*.zip"))

    return pack


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.2", "2004 3rd Edition", "2004 4th Edition"])
def test_packages_of_public_authoring_libraries(seat, lesson, packer, tmp_path, version):
    enrolment, address = lesson(packer(tmp_path, version))
    page = seat(enrolment.person)
    page.goto(address)
    sco = content(page, "#content")
    expect(sco.locator("#place")).to_have_text("start")
    sco.locator("#go").click()
    expect(page.locator("#play-said")).to_have_text("Saved.")
    page.goto(address)
    expect(sco.locator("#place")).to_have_text("page 5")
    sco.locator("#pass").click()
    expect(page.locator("#play-said")).to_contain_text("done")
    outcome = Outcome.objects.get(enrolment=enrolment, node__isnull=False)
    assert (outcome.state, outcome.share) == ("done", 0.88)
    assert page.problems == []
