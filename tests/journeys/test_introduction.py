"""An introduction ends in a meeting: brokered, answered by links in letters, talked over by e-mail, in calendars."""

import email
import email.policy
import time
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.journeys.walk import link_in
from tests.screens import COORDINATOR

SPEAKER = (
    "SELECT p.email FROM accounts_person p JOIN network_mandate m ON m.person_id = p.id JOIN network_organisation o "
    "ON o.id = m.organisation_id WHERE o.slug = %s AND p.is_active ORDER BY m.id LIMIT 1"
)
NETWORK = "/networks/learning-cities/introductions/"
WORDS = "Both of you look for what the other has: half an hour is enough to find out."
QUESTION = "Good morning. Could we talk next week?"
ANSWER = "Yes, with pleasure. Please propose three times."


def letter_with(site, to, part, after):
    """The newest letter to somebody with an address that holds `part`; the demo may still be sending its own."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for file in reversed(site.letters()[after:]):
            letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if to in letter["To"] and part in letter.get_body(("plain",)).get_content():
                return file.stem, letter
        time.sleep(0.3)
    raise AssertionError(f"no letter to {to} with {part}")


def words_of(letter):
    return letter.get_body(("plain",)).get_content()


def test_an_introduction_ends_in_a_meeting(walk, site):
    # A coordinator chooses one of the pairs that fit, and writes a sentence for each side.
    coordinator = walk(DESK)
    coordinator.sign_in(COORDINATOR)
    coordinator.go(NETWORK)
    idea = coordinator.page.locator("a[href*='/introductions/new/?']").first
    asked = parse_qs(urlsplit(idea.get_attribute("href")).query)
    one, other = (site.ask(SPEAKER, asked[side][0]) for side in ("one", "other"))
    before = len(site.letters())
    idea.click()
    coordinator.arrive()
    for name in ("words_for_one", "words_for_other"):
        coordinator.page.locator(f"[name={name}]").fill(WORDS)
    coordinator.submit()
    coordinator.is_at(NETWORK)

    # Both answer from the letter, on a phone, without signing in. The first yes shows nothing to anybody.
    for address in (one, other):
        reader = walk(PHONE)
        _name, letter = letter_with(site, address, "Both of you look", before)
        reader.go(link_in(words_of(letter), "/by-letter/"))
        reader.page.locator("[name=says][value=yes]").check()
        before_connected = len(site.letters())
        reader.submit()
        expect(reader.heading()).to_be_visible()

    # Both said yes: each reads how to reach the other, and writes.
    _name, letter = letter_with(site, one, "/introductions/", before_connected)
    asker = walk(DESK)
    asker.sign_in(one)
    asker.go(link_in(words_of(letter), "/introductions/"))
    asker.sees(other)
    introduction = asker.page.url
    asker.page.locator("main a[href*='/threads/']").click()
    asker.arrive()
    thread = asker.page.url
    asker.page.locator("[name=text]").fill(QUESTION)
    before = len(site.letters())
    asker.submit()

    # The other side answers by e-mail; the answer lands in the thread without what was quoted.
    name, post = letter_with(site, other, QUESTION, before)
    assert one not in post.as_string(), "no address of a person is in the letter"
    answerer = walk(DESK)
    answerer.go(f"/demo/mailbox/{name}/")
    answerer.page.locator("[name=text]").fill(ANSWER)
    answerer.submit()
    answerer.told("Sent by e-mail")
    asker.until(lambda: ANSWER in asker.text(), seconds=90)
    assert asker.text().count(QUESTION) == 1, "what was quoted stays outside"
    assert asker.page.url == thread

    # Three times are proposed, the other side says which suit it, one is chosen: it reaches both calendars.
    asker.go(introduction)
    asker.page.locator("main a[href$='/meeting/']").click()
    asker.arrive()
    for number in (1, 2, 3):
        day = date.today() + timedelta(days=6 + number)
        asker.page.locator(f"[name=slot_{number}]").fill(f"{day:%Y-%m-%d}T10:00")
    before = len(site.letters())
    asker.submit()
    asker.is_at("/meetings/*/")
    _name, letter = letter_with(site, other, "/meetings/", before)
    answerer.sign_in(other)
    answerer.go(link_in(words_of(letter), "/meetings/"))
    for number, word in enumerate(("no", "yes", "maybe")):
        answerer.page.locator("main fieldset").nth(number).locator(f"input[value={word}]").check()
    answerer.submit()
    asker.go(asker.page.url)
    asker.page.locator("[name=slot]").nth(1).check()
    before = len(site.letters())
    asker.page.locator("form[action$='/choose/'] button").click()
    asker.arrive()
    _name, letter = letter_with(site, other, "/meetings/", before)
    invitation = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(invitation.get_content())
    event = next(iter(calendar.walk("VEVENT")))
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 0)
    assert one not in invitation.get_content()

    # The coordinator sees that they are connected, and nothing of what they write.
    coordinator.go(NETWORK)
    assert coordinator.page.goto(thread).status == 404
