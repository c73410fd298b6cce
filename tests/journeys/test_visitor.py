"""A visitor, not signed in, looks for a partner: in their own words and language, on a phone or at a desk."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE

# language, network, what they write, whom they find (who writes in another language), window, javascript
ASKED = [
    pytest.param("en", "talentjourney-circle", "vocational school with workshops", "school-centre-velenje", DESK, True,
                 id="english-finds-slovene"),
    pytest.param("el", "social-cluster", "δημόσια βιβλιοθήκη", "utena-public-library", PHONE, True,
                 id="greek-finds-lithuanian"),
    pytest.param("sq", "social-cluster", "bibliotekë publike", "utena-public-library", DESK, False,
                 id="albanian-finds-lithuanian-without-javascript"),
    pytest.param("mk", "learning-cities", "дистанционо учење за возрасни", "fleksibel-utdanning-norge", PHONE, False,
                 id="macedonian-finds-norwegian-without-javascript"),
    pytest.param("lt", "digital-cities", "kūrybinis centras jauniems verslininkams", "creative-hub-tirana", PHONE, True,
                 id="lithuanian-finds-albanian"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "network", "words", "partner", "viewport", "javascript"), ASKED)
def test_finds_a_partner_by_meaning(walk, language, network, words, partner, viewport, javascript):
    visitor = walk(viewport, language, javascript)
    page = visitor.page

    # The home page speaks their language at once, and leads into a network.
    visitor.go("/")
    assert visitor.language() == language
    visitor.touch(f"main a[href='/networks/{network}/']")
    visitor.touch(f"main a[href='/networks/{network}/organisations/']")

    # They describe what they look for; the one who writes in another language is among the first.
    page.locator("#q").fill(words)
    page.locator("#q").press("Enter")
    page.wait_for_url("**/organisations/?*q=*")
    best = page.locator(f"#results .k-list > .k-item:nth-child(-n+3) h2 a[href='/organisations/{partner}/']")
    expect(best).to_be_visible()
    visitor.look()

    # The page of the organisation says who they are and what they offer and need.
    best.click()
    visitor.is_at(f"/organisations/{partner}/")
    visitor.look()
    original = page.locator("#about [lang]")
    assert language == "en" or original.count() or page.locator("#about .k-origin").count()
    listing = visitor.main.locator("a[href^='/listings/']").first
    title = listing.inner_text()
    listing.click()
    visitor.is_at("/listings/*/")
    visitor.look()
    expect(visitor.heading()).to_contain_text(title)
    assert page.locator("main .k-prose[lang]").get_attribute("lang") != language
    assert page.locator("main .k-origin").count() == 1, "it says that no translation has been made"


def test_narrows_the_search_by_country_and_takes_it_back(walk):
    visitor = walk(DESK, "en")
    page = visitor.page
    visitor.go("/networks/social-cluster/organisations/")
    everybody = visitor.number("#count")
    page.locator("#country-NO").check()
    page.wait_for_url("**country=NO**")
    expect(page.locator("#results > .k-chips")).to_contain_text("Norway")
    assert 0 < visitor.number("#count") < everybody
    visitor.look()
    page.locator("#results > .k-chips a").first.click()
    expect(page.locator("#results > .k-chips")).to_have_count(0)
    assert visitor.number("#count") == everybody


def test_reaches_a_partner_with_the_keyboard_alone(walk):
    visitor = walk(DESK, "en")
    page = visitor.page
    visitor.go("/")

    # The first Tab shows a way around the menus.
    page.keyboard.press("Tab")
    assert visitor.focused(".k-skip")
    page.keyboard.press("Enter")
    assert visitor.focused("#main")

    visitor.tab_to("main a[href='/networks/talentjourney-circle/']")
    page.keyboard.press("Enter")
    visitor.is_at("/networks/talentjourney-circle/")
    visitor.tab_to(".k-nav a[href='/networks/talentjourney-circle/organisations/']")
    page.keyboard.press("Enter")
    visitor.is_at("/networks/talentjourney-circle/organisations/")

    visitor.tab_to("#q")
    page.keyboard.type("circular economy in construction")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=circular*")
    expect(page.locator("#count")).to_contain_text("best first")
    visitor.tab_to("#results .k-item h2 a")
    page.keyboard.press("Enter")
    visitor.is_at("/organisations/*/")
    visitor.tab_to("main a[href^='/listings/']")
    page.keyboard.press("Enter")
    visitor.is_at("/listings/*/")


def test_a_menu_opens_on_a_phone_by_keyboard_and_closes_with_escape(walk):
    visitor = walk(PHONE, "en")
    page = visitor.page
    visitor.go("/networks/learning-cities/")
    visitor.tab_to(".k-menu")
    expect(page.locator("#k-nav")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#k-nav")).to_be_visible()
    visitor.look()
    page.keyboard.press("Escape")
    expect(page.locator("#k-nav")).to_be_hidden()


def test_sees_members_on_a_map_with_the_list_beside_it(walk):
    visitor = walk(DESK, "en")
    page = visitor.page
    visitor.go("/networks/talentjourney-circle/map/")
    expect(page.locator("#map[data-ready]")).to_be_visible()
    marks = page.locator("#map .k-map__mark")
    expect(marks.first).to_be_visible()
    assert page.locator("#map canvas").bounding_box()["height"] > 300, "the map fills its box"
    visitor.look()

    # A cluster opens by keyboard; a place says who is there and leads to them.
    visitor.tab_to("#map .k-map__mark")
    for _ in range(8):
        if page.locator("#map .k-map__mark:not(.k-map__mark--many)").count():
            break
        page.locator("#map .k-map__mark--many").first.press("Enter")
        page.wait_for_timeout(200)
    place = page.locator("#map .k-map__mark:not(.k-map__mark--many)").first
    place.press("Enter")
    member = page.locator("#map .maplibregl-popup a").first
    expect(member).to_be_focused()
    page.keyboard.press("Escape")
    expect(member).to_be_hidden()
    expect(place).to_be_focused()
    place.press("Enter")
    expect(member).to_be_visible()
    member.press("Enter")
    visitor.is_at("/organisations/*/")


def test_sees_a_picture_where_no_map_can_be_drawn(site, plain_browser):
    """No WebGL (old telephones, remote desktops): a picture with the same points, made by the server."""
    page = plain_browser.new_page(viewport=PHONE, locale="en")
    page.goto(site.url + "/networks/talentjourney-circle/map/")
    picture = page.locator("#map img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.locator("#map canvas").count() == 0
    expect(page.locator("#results .k-item").first).to_be_visible()
