"""Somebody comes without an account, makes one by a letter, sets it up, takes the data along, and is forgotten."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.screens import LANGUAGES

NEWCOMER = "drita@example.org"
STAYING = "ilir@example.org"


def join(walk, site, email, viewport=DESK, javascript=True):
    """An account by a letter with a link: no password to invent."""
    person = walk(viewport, "en", javascript)
    person.go("/accounts/signup/")
    person.page.locator("#link-email").fill(email)
    person.submit()
    person.sees(email)
    link = re.search(r"http\S+/accounts/join/\S+", site.wait_for_letter(email))[0]
    person.go(link)
    person.sees(email)  # it says what it will do before it does it
    person.submit()
    person.is_at("/accounts/welcome/")
    return person


def test_joins_sets_up_takes_the_data_and_is_forgotten(walk, site):
    person = join(walk, site, NEWCOMER)
    page = person.page

    # The profile: a name, the languages spoken, the time zone.
    person.go("/accounts/profile/")
    page.get_by_label("Name", exact=True).fill("Drita of the test")
    page.get_by_label("About you").fill("I look after a reading room.")
    page.locator("[name=zone]").select_option("Europe/Tirane")
    page.locator("[name=languages][value=sq]").check()
    person.press("Save", exact=True)
    person.go("/accounts/profile/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Drita of the test")
    expect(page.locator("[name=zone]")).to_have_value("Europe/Tirane")
    expect(page.locator("[name=languages][value=sq]")).to_be_checked()

    # Who sees what, what was agreed to, which letters come.
    person.go("/accounts/consents/")
    person.press("I agree")
    expect(page.locator("main")).to_contain_text("Agreed on")
    person.press("Withdraw")
    expect(page.locator("#past")).to_be_visible()
    person.go("/accounts/notices/")
    choice = page.locator("main select").first
    choice.select_option("weekly")
    person.press("Save", exact=True)
    person.go("/accounts/notices/")
    expect(page.locator("main select").first).to_have_value("weekly")

    # Everything that is kept about them, in one ZIP, gathered while they wait or go away.
    person.go("/accounts/data/")
    person.press("Gather my data")
    person.until(lambda: page.get_by_role("link", name="Download", exact=True).count() > 0, seconds=40)
    with page.expect_download() as loading:
        page.get_by_role("link", name="Download", exact=True).click()
    with zipfile.ZipFile(loading.value.path()) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names).decode(errors="replace")
        tables = [json.loads(archive.read(name)) for name in names if name.endswith(".json")]
    assert tables
    assert NEWCOMER in everything
    assert "I look after a reading room." in everything

    # Being forgotten says what goes and what stays, and ends every session.
    person.go("/accounts/forget/")
    person.sees("What stays")
    page.locator("#id_sure").check()
    person.press("Forget me")
    person.sees("It is done")
    assert NEWCOMER not in person.text()
    person.go("/desk/")
    assert "/accounts/" in page.url, "signed out"
    assert site.ask("SELECT count(*) FROM accounts_person WHERE email = %s", NEWCOMER) == 0
    assert site.ask("SELECT count(*) FROM accounts_person WHERE about LIKE %s", "%reading room%") == 0


def test_signs_in_again_by_a_link_without_javascript(walk, site):
    join(walk, site, STAYING, PHONE, javascript=False)
    later = walk(PHONE, "en", javascript=False)
    later.go("/accounts/link/?next=/accounts/profile/")
    before = len(site.letters())
    later.page.locator("main input[name=email]").fill(STAYING)
    later.submit()
    letter = site.wait_for_letter(STAYING, after=before)
    link = re.search(r"http\S+/accounts/link/\S+", letter)[0]
    later.go(link)
    later.submit()
    later.is_at("/accounts/profile/")

    # The same link signs nobody in a second time.
    thief = walk(DESK, "en")
    thief.go(link)
    assert thief.page.get_by_role("button", name="Sign in", exact=True).count() == 0
    thief.go("/desk/")
    assert "/accounts/" in thief.page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_switches_language_and_colours_by_one_click(walk, javascript):
    visitor = walk(PHONE, "en", javascript)
    page = visitor.page
    visitor.go("/networks/learning-cities/organisations/?q=school")
    for language in (*LANGUAGES[1:], "en"):
        page.locator(f".k-languages button[value={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.url.endswith("?q=school"), "the same page as before, in other words"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".k-theme button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    visitor.look()
    visitor.go("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")  # kept
    page.locator(".k-theme button[value=system]").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_a_language_clicked_is_kept_for_pages_and_letters(walk, site):
    person = walk(DESK, "en")
    person.sign_in("visitor@demo.koinon.example")
    person.page.locator(".k-languages button[value=lt]").click()
    expect(person.page.locator("html")).to_have_attribute("lang", "lt")
    assert site.ask("SELECT language FROM accounts_person WHERE email = %s", "visitor@demo.koinon.example") == "lt"
    elsewhere = walk(PHONE, "sq")
    elsewhere.sign_in("visitor@demo.koinon.example")
    elsewhere.go("/desk/")
    assert elsewhere.language() == "lt"
