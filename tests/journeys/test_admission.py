"""A city applies, a third party endorses it by a link from its mail, it is admitted, reads its letter and begins."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.journeys.walk import link_in

CLUSTER = "/networks/social-cluster"
COORDINATOR = "coordinator.social-cluster@demo.koinon.example"
APPLICANT = "visitor@demo.koinon.example"
ENDORSER = "national-commission@demo.koinon.example"
CITY = "Miestas prie ežero"


@pytest.fixture
def coordinator(walk):
    return walk(DESK, "en", who=COORDINATOR)


def test_a_city_applies_with_an_endorsement_and_is_admitted(coordinator, walk, site):
    # The network wants an endorsement and a first step from now on.
    coordinator.go(f"{CLUSTER}/admission/")
    coordinator.page.get_by_label("An application needs an endorsement").check()
    coordinator.press("Save", within=coordinator.page.locator("#rules"))
    coordinator.told("Saved.")
    coordinator.page.locator("#steps summary").click()
    coordinator.page.locator("#steps").get_by_label("Name (Lithuanian)").fill("Papasakokite apie savo miestą")
    coordinator.page.locator("#steps").get_by_label("Name (English)").fill("Tell us about your city")
    coordinator.press("Add", within=coordinator.page.locator("#steps"))
    coordinator.sees("Tell us about your city")

    # A city applies.
    city = walk(PHONE, "en")
    city.sign_in(APPLICANT)
    city.speak("en")
    city.go(f"{CLUSTER}/apply/")
    city.sees("endorse your application")
    city.page.get_by_label("Name of the organisation").fill(CITY)
    city.page.get_by_label("Kind", exact=True).select_option("municipality")
    city.page.get_by_label("Why do you want to join?").fill("Norime mokytis kartu su kitais miestais.")
    city.page.get_by_label("Country").select_option("LT")
    city.press("Send the application", within=city.page.locator("form.k-form .k-buttons"))
    city.sees("Submitted")
    application = city.page.url

    # The coordinator asks a third party.
    coordinator.go(f"{CLUSTER}/applications/")
    coordinator.follow(CITY)
    coordinator.page.get_by_text("Ask for an endorsement").click()
    coordinator.page.get_by_label("Who endorses").fill("National commission")
    coordinator.page.get_by_label("E-mail", exact=True).fill(ENDORSER)
    coordinator.page.get_by_label("Language of the letter").select_option("en")
    coordinator.press("Send the letter")
    coordinator.sees("Waiting for endorsement")
    city.go(application)
    city.sees("National commission")

    # Who has the link answers without an account, once.
    address = link_in(site.wait_for_letter(ENDORSER), "/endorsements/")
    commission = walk(PHONE, "en")
    commission.go(address)
    commission.sees("Norime mokytis")
    commission.page.get_by_label("Your statement").fill("We know this city and stand behind it.")
    commission.page.get_by_label("Your name and function").fill("Secretary general")
    commission.press("We endorse it")
    commission.sees("Your endorsement of")
    assert commission.go(address).status == 410

    # Both sides see it; the coordinator admits.
    city.go(application)
    city.sees("We know this city and stand behind it.")
    city.sees("Under review")
    letters = len(site.letters())
    coordinator.go(application)
    coordinator.press("Admit", exact=True)
    coordinator.told("Admitted.")

    # The mail leads to the letter, the letter to its PDF.
    mail = site.wait_for_letter(APPLICANT, after=letters)
    city.go(link_in(mail, "/letters/"))
    city.sees(CITY)
    download = city.page.get_by_role("link", name="Download as PDF")
    city.until(lambda: download.count() == 1)
    with city.page.expect_download() as loading:
        download.click()
    with open(loading.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"

    # One first step, and the city is active.
    city.go(application)
    city.sees("Onboarding")
    city.press("Tick as done")
    city.sees("Active member")
    expect(city.page.get_by_text("Tell us about your city")).to_be_visible()
