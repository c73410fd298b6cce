"""A representative leaves: a decision, a letter and one tap hand the mandate over; nobody shares a password."""

import re

from playwright.sync_api import expect

from tests.browser import DESK, PHONE

BITOLA = "bitola@demo.koinon.example"
HOME = "/organisations/local-government-bitola"
SUCCESSOR = "naslednik@bitola.example"
DECISION = "Одлука 08-214/2 на Советот"


def test_hands_over_to_a_successor(walk, site):
    # The representative invites the successor by e-mail and names the decision.
    old = walk(DESK, "mk")
    old.sign_in(BITOLA)
    old.go(f"{HOME}/people/")
    old.touch(f"main a[href='{HOME}/invite/']")
    old.page.locator("[name=email]").fill(SUCCESSOR)
    old.page.locator("[name=role]").select_option("representative")
    old.page.locator("main [name=language]").select_option("mk")
    old.page.locator("[name=decision]").fill(DECISION)
    old.page.locator("[name=decided_on]").fill("2026-11-02")
    old.page.locator("[name=message]").fill("Ти благодарам што продолжуваш.")
    old.submit()
    old.is_at(f"{HOME}/people/")
    expect(old.page.locator("#invited")).to_contain_text(SUCCESSOR)

    # A letter comes; its link works on a phone, without an account, and says what will happen before it does.
    letter = site.wait_for_letter(SUCCESSOR)
    assert DECISION in letter
    assert "Ти благодарам" in letter
    link = re.search(r"http\S+/invitations/\S+", letter)[0]
    new = walk(PHONE, "mk", javascript=False)
    new.go(link)
    new.sees(DECISION)
    new.sees(SUCCESSOR)
    assert new.page.locator("button[name=accept]").count() == 1

    # Until the button is pressed nothing has changed: programs that only look at links accept nothing.
    assert old.go(f"{HOME}/edit/").status == 200

    # One tap, and a name the others will know.
    new.page.locator("[name=name]").fill("Наследник на претставникот")
    new.touch("button[name=accept]")
    assert "/invitations/" not in new.page.url
    assert new.go(f"{HOME}/edit/").status == 200
    new.go(f"{HOME}/people/")
    expect(new.page.locator("#now")).to_contain_text("Наследник на претставникот")
    expect(new.page.locator("#now")).to_contain_text(DECISION)
    expect(new.page.locator("#before")).to_be_visible()

    # The old mandate ended at the same moment: that person no longer acts for the organisation, in any open window.
    assert old.go(f"{HOME}/edit/").status in (403, 404)
    assert old.go(f"{HOME}/invite/").status in (403, 404)
    old.go(HOME + "/")
    assert old.page.locator(f"main a[href='{HOME}/edit/']").count() == 0

    # The link works once: whoever opens it again is told so in words.
    late = walk(DESK, "en")
    answer = late.go(link)
    assert answer.status in (404, 409, 410)
    late.sees("This link does not work any more")
    assert late.page.locator("main form").count() == 0


def test_an_invitation_can_be_taken_back(walk, site):
    head = walk(DESK, "en")
    home = "/organisations/school-centre-velenje"
    head.sign_in("velenje@demo.koinon.example")
    head.speak("en")
    head.go(f"{home}/invite/")
    head.page.get_by_label("E-mail").fill("deputy@velenje.example")
    head.page.get_by_label("Role").select_option("deputy")
    head.press("Send the invitation")
    link = re.search(r"http\S+/invitations/\S+", site.wait_for_letter("deputy@velenje.example"))[0]
    head.press("Take back")
    expect(head.page.locator("#invited")).to_have_count(0)
    guest = walk(PHONE, "en")
    guest.go(link)
    guest.sees("This link does not work any more")
