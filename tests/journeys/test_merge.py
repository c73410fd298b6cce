"""A library is in the list twice: the coordinator makes one of the two, sees that nothing is lost, and undoes it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE

COORDINATOR = "coordinator.social-cluster@demo.koinon.example"
NETWORK = "/networks/social-cluster"
STAYS, GOES = "/organisations/demo-library-of-the-lakes/", "/organisations/demo-library-of-the-lakes-twin/"


@pytest.fixture
def coordinator(walk):
    return walk(DESK, "en", who=COORDINATOR)


def test_a_merge_is_seen_done_and_undone(coordinator, walk):
    page = coordinator.page
    visitor = walk(PHONE, "en")  # pages are kept a minute for visitors: this one looks only after each step

    # From the page of the one that stays, the other is proposed by itself: the same web site.
    coordinator.go(STAYS)
    coordinator.sees("Not yet claimed")
    coordinator.follow("Is it here twice?")
    coordinator.follow("Lakes Public Library (demo)")
    coordinator.sees("What would happen")
    coordinator.sees("both were members")
    page.get_by_label("How you know that the two are one").fill("The same web site.")
    coordinator.press("Merge", exact=True)
    expect(page.locator("dl.k-facts")).to_contain_text("Merged")
    done = page.url

    # The old address leads to the one that stays; the other name is still known.
    visitor.go(GOES)
    assert visitor.page.url.endswith(STAYS)

    # Undone: two pages again, as they were.
    coordinator.go(done)
    coordinator.press("Undo the merge")
    coordinator.sees("Undone")
    visitor.go(GOES)
    assert visitor.page.url.endswith(GOES)
    visitor.sees("Lakes Public Library")


def test_a_claim_is_confirmed(coordinator):
    page = coordinator.page
    coordinator.go("/desk/")
    page.get_by_role("link", name=re.compile("Library of the Lakes.* is ours")).first.click()
    coordinator.arrive()
    coordinator.sees("reading-room@library-lakes.example")
    coordinator.press("Confirm")
    coordinator.sees("No claim waits")
    coordinator.go(STAYS)
    expect(page.locator("main")).not_to_contain_text("Not yet claimed")
