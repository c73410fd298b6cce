"""One running site and one browser for all journeys; they run in one worker, one after the other."""

import pytest

from tests import site as sites
from tests.browser import DESK, PHONE, chromium, launched, violations


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def site():
    with sites.running("journeys") as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    if chromium() is None:
        pytest.skip("no chromium on this machine: apt install chromium")
    with launched() as running:
        yield running


class Walk:
    """A person at a browser: `go` opens a page and lets axe look at it."""

    def __init__(self, site, context, javascript):
        self.site, self.context, self.javascript = site, context, javascript
        self.page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda problem: self.problems.append(str(problem)))
        self.problems = []

    def _listen(self, message):
        if message.type == "error" and "404" not in message.text and "409" not in message.text:
            self.problems.append(message.text)

    def sign_in(self, email):
        self.site.sign_in(self.page, email)

    def go(self, address):
        answer = self.page.goto(self.site.url + address if address.startswith("/") else address)
        self.look()
        return answer

    def look(self):
        """Axe sees no violation; nothing is wider than the window; the browser has nothing to complain about."""
        if not self.javascript:
            return
        assert violations(self.page) == [], self.page.url
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{self.page.url} is {wide} px wider than the window"
        assert self.problems == [], self.page.url

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        self.look()

    def text(self):
        return self.page.locator("main").inner_text()


@pytest.fixture
def walk(site, browser):
    """walk(width, language, javascript) -> a Walk; all of them are closed at the end."""
    contexts = []

    def begin(viewport=DESK, language="en", javascript=True, theme="light"):
        context = browser.new_context(
            viewport=viewport,
            locale=language,
            java_script_enabled=javascript,
            color_scheme=theme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        return Walk(site, context, javascript)

    yield begin
    for context in contexts:
        context.close()


__all__ = ["DESK", "PHONE"]
