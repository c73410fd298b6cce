"""Every address of the demo, at two widths: axe sees nothing wrong, nothing is wider than the window, no noise.

The languages take turns, so that each page is seen in two of them; every third page is seen in dark colours.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.screens import LANGUAGES, SCREENS, address_of

SIZES = (("360", PHONE, 0), ("1280", DESK, 2))
PAGES = [
    pytest.param(name, where, who, size, LANGUAGES[(place + shift) % 5], place % 3 == 2, id=f"{name}-{width}")
    for place, (name, where, who) in enumerate(SCREENS)
    for width, size, shift in SIZES
]


@pytest.mark.parametrize(("name", "where", "who", "size", "language", "is_dark"), PAGES)
def test_page_is_open_to_everybody(seats, name, where, who, size, language, is_dark):
    walk = seats(who, size)
    walk.problems.clear()
    walk.speak(language, "dark" if is_dark else "light")
    answer = walk.go(address_of(walk.page, walk.site.url, where))
    if name == "map":
        expect(walk.page.locator("#map[data-ready] .k-map__mark").first).to_be_visible()
        walk.look()
    assert answer.status == (404 if name == "missing" else 200)
    assert walk.language() == language
    assert walk.page.locator("h1").count() == 1
