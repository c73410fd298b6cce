"""A person at a browser: goes, presses, fills in; and at every page axe has a look."""

import re

from playwright.sync_api import expect

from tests.browser import violations

EXPECTED_NOISE = ("404", "409", "410", "422")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

WHERE = "document.activeElement.outerHTML.slice(0, 200)"
SHOWS_FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return true;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
    return ring && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


def link_in(letter, part):
    """The one address in a letter whose path holds `part`."""
    found = {address.rstrip(".)") for address in re.findall(rf"https?://[^/\s]+\S*{part}\S*", letter)}
    assert len(found) == 1, letter
    return found.pop()


class Walk:
    """`go` opens an address, `press` a button or link; after each of them the page is looked at."""

    def __init__(self, site, context, javascript):
        self.site, self.context, self.javascript = site, context, javascript
        self.problems = []
        self.page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda problem: self.problems.append(str(problem)))

    def _listen(self, message):
        if message.type == "error" and not any(code in message.text for code in EXPECTED_NOISE):
            self.problems.append(message.text)

    # Moving.

    def sign_in(self, email):
        """By one click, as people do in the demo."""
        self.site.sign_in(self.page, email)

    def speak(self, language, theme="light"):
        """What a click on a language and on a colour theme leaves: two cookies."""
        cookies = [{"name": "language", "value": language}, {"name": "theme", "value": theme}]
        self.context.add_cookies([{**cookie, "url": self.site.url} for cookie in cookies])

    def go(self, address):
        answer = self.page.goto(self.site.url + address if address.startswith("/") else address)
        self.look()
        return answer

    def press(self, name, role="button", within=None, exact=False):
        """Press what has this name and arrive on the next page."""
        (within or self.page).get_by_role(role, name=name, exact=exact).first.click()
        self.arrive()

    def follow(self, name, within=None):
        self.press(name, "link", within)

    def touch(self, selector):
        """Press what the selector finds, where words differ from language to language, and arrive."""
        self.page.locator(selector).first.click()
        self.arrive()

    def tab_to(self, selector, most=120):
        """With the Tab key alone; whatever is focused on the way shows it and lies in the window."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(SHOWS_FOCUS), f"no visible focus: {self.page.evaluate(WHERE)}"
            if self.focused(selector):
                return
        raise AssertionError(f"{most} times Tab did not reach {selector} at {self.page.url}")

    def focused(self, selector):
        return self.page.evaluate("selector => document.activeElement.matches(selector)", selector)

    def submit(self, form="main form.k-form"):
        """Press the main button of a form, whatever the language it speaks."""
        self.page.locator(form).first.locator("button.btn-primary, button.btn-danger").first.click()
        self.arrive()

    def arrive(self):
        self.page.wait_for_load_state()
        self.look()

    # Looking.

    def look(self):
        """Axe sees no violation; nothing is wider than the window; the browser has nothing to complain about."""
        found = violations(self.page) if self.javascript else []
        wide = self.page.evaluate(TOO_WIDE)
        if wide > 1:
            found.append(f"the page is {wide} px wider than the window")
        if found + self.problems:
            raise AssertionError("\n".join([self.page.url, *found, *self.problems]))

    @property
    def main(self):
        return self.page.locator("main")

    def heading(self):
        return self.page.locator("h1")

    def text(self):
        return self.main.inner_text()

    def sees(self, words):
        """Waits until the page says so."""
        expect(self.main).to_contain_text(words)

    def told(self, words):
        """Waits until a message says so."""
        expect(self.page.locator("#messages")).to_contain_text(words)

    def number(self, selector):
        """The first number in a text."""
        return int(re.search(r"\d+", self.page.locator(selector).inner_text())[0])

    def is_at(self, address):
        """Waits until this address is open; `*` stands for anything."""
        self.page.wait_for_url(self.site.url + address)

    def language(self):
        return self.page.locator("html").get_attribute("lang")

    def until(self, seen, seconds=60):
        """Reload until `seen()` is true: how people wait who have no JavaScript."""
        for _ in range(seconds):
            if seen():
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(f"waited {seconds} s in vain at {self.page.url}: {self.text()[:2000]}")
