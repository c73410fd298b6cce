"""Every address of the demo: axe sees nothing wrong, nothing is wider than the window, no noise.

Widths and languages take turns; every third page is seen in dark colours. The page of the endorser has a journey.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.screens import ENDORSER, LANGUAGES, SCREENS, go

SIZES = (("360", PHONE), ("1280", DESK))
PAGES = [
    pytest.param(name, where, who, size, LANGUAGES[place % 5], place % 3 == 2, id=f"{name}-{width}")
    for place, (name, where, who) in enumerate(SCREENS)
    for width, size in (SIZES if place < 20 else SIZES[place % 2 :][:1])
    if where != ENDORSER
]


@pytest.mark.parametrize(("name", "where", "who", "size", "language", "is_dark"), PAGES)
def test_page_is_open_to_everybody(seats, name, where, who, size, language, is_dark):
    walk = seats(who, size)
    walk.problems.clear()
    walk.speak(language, "dark" if is_dark else "light")
    missing = go(walk.page, walk.site.url, where)
    assert not missing, f"nothing found for {missing}"
    walk.look()
    answer = walk.page.reload()
    if name == "map":
        expect(walk.page.locator("#map[data-ready] .k-map__mark").first).to_be_visible()
        walk.look()
    assert answer.status == (404 if name == "missing" else 200)
    assert walk.language() == language
    assert walk.page.locator("h1").count() == 1
