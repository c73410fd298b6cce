"""One running site and one browser for all journeys; they run in one worker (see conftest.py), one after the other.

Both end with the last journey: a browser that is driven keeps an event loop, and in it no test may ask the database.
"""

from contextlib import contextmanager

import pytest

from tests import site as sites
from tests.browser import DESK, chromium, launched, opened
from tests.journeys import house as houses
from tests.journeys.walk import Walk


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="package")
def site():
    with sites.running("journeys") as running:
        yield running


@pytest.fixture(scope="package")
def browser():
    if chromium() is None:
        pytest.skip("no chromium on this machine: apt install chromium")
    with launched() as running:
        yield running


@pytest.fixture
def plain_browser(browser):
    """One that cannot draw in three dimensions."""
    with opened(browser.browser_type, "--disable-3d-apis") as running:
        yield running


def window(browser, *, viewport=DESK, language="en", javascript=True, theme="light"):
    """A browser of its own: no cookies of anybody else."""
    context = browser.new_context(
        viewport=viewport,
        locale=language,
        java_script_enabled=javascript,
        color_scheme=theme,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def live_server(live_server, settings):
    """It serves files under their own names, whether or not a site beside it has collected them under others."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return live_server


@contextmanager
def walks(site, browser):
    """begin(viewport, language, javascript, theme, who) -> a Walk, of somebody signed in; all are closed at the end."""
    contexts = []

    def begin(viewport=DESK, language="en", javascript=True, theme="light", who=""):
        context = window(browser, viewport=viewport, language=language, javascript=javascript, theme=theme)
        contexts.append(context)
        begun = Walk(site, context, javascript)
        if who:
            begun.sign_in(who)
            begun.speak(language, theme)
        return begun

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def walk(site, browser):
    """Through the demo, at a site of several processes."""
    with walks(site, browser) as begin:
        yield begin


@pytest.fixture
def house(live_server, settings, tmp_path):
    """A site without the demo, whose jobs and clock a journey holds in its hands."""
    with houses.opened(live_server.url, tmp_path / "data", settings) as open_house:
        yield open_house


@pytest.fixture
def visit(house, browser):
    """Through the house."""
    with walks(house, browser) as begin:
        yield begin


@pytest.fixture(scope="package")
def seats(site, browser):
    """seats(who, viewport) -> a Walk of somebody signed in, kept for all pages that they look at."""
    taken = {}

    def sit(who, viewport):
        key = who, viewport["width"]
        if key not in taken:
            taken[key] = Walk(site, window(browser, viewport=viewport), True)
            if who:
                taken[key].sign_in(who)
        return taken[key]

    yield sit
    for seat in taken.values():
        seat.context.close()
