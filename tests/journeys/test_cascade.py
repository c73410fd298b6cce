"""Training that multiplies: who takes part becomes a facilitator, and the tree has three generations.

Who qualifies delivers; each is asked by who trained them.
Those who run the programme sit at a desk, facilitators have a phone.
"""

from datetime import date

from playwright.sync_api import expect

from tests.browser import PHONE
from tests.journeys.walk import link_in
from tests.screens import SERRES
from tests.screens_of_learning import BEGINNER, LEARNER

NURSE = "nurse@demo.koinon.example"
TITLE = "Evenings that listen"
HERE = "/programmes/evenings-that-listen/"


def test_a_participant_becomes_a_facilitator_and_the_tree_shows_three_generations(walk):
    hub = walk(who=SERRES)
    _opens(hub)

    nurse = walk(PHONE, who=NURSE)
    nurse.go(HERE)
    nurse.press("I want to deliver it")
    nurse.sees("Lead 1 more session that somebody observes.")
    _qualifies(hub)

    first = _delivers(nurse, "An evening at the clinic")
    guide = _goes_on(walk, nurse, first, LEARNER)
    _qualifies(hub)
    second = _delivers(guide, "An evening at the museum")
    seller = _goes_on(walk, guide, second, BEGINNER)
    _qualifies(hub)
    _delivers(seller, "An evening in the shop")

    hub.site.run_clock("programmes.sheets")
    _tree_of_the_programme(hub)
    _own_branch(guide)
    _without_script(walk)


def _opens(hub):
    """A programme without a course: one observed session is asked for."""
    hub.go("/programmes/new/")
    hub.page.locator("[name=name]").fill(TITLE)
    if hub.page.locator("[name=home]").count():
        hub.page.locator("[name=home]").select_option(index=0)
    hub.submit()
    hub.page.locator("[name=evidence_needed]").fill("0")
    hub.page.locator("[name=practice_needed]").fill("1")
    hub.submit()
    hub.is_at(HERE)
    hub.press("Let it run")


def _qualifies(hub):
    """Whoever is on the way leads a session that is observed, and gets a grant."""
    hub.go(f"{HERE}people/")
    hub.touch("#ways h3 a")
    hub.page.locator("main summary", has_text="Write down a session").click()
    form = hub.page.locator("main form[action$='/practice/']")
    form.locator("[name=on]").fill(date.today().isoformat())
    form.locator("[name=words]").fill("Led calmly; everybody spoke.")
    form.locator("[name=counts]").check()
    form.locator("button").click()
    hub.arrive()
    hub.press("Give the grant")


def _delivers(facilitator, title):
    """Opened on a phone, seven people counted; gives its address."""
    facilitator.go(f"{HERE}deliver/")
    facilitator.page.locator("[name=title]").fill(title)
    facilitator.submit()
    address = facilitator.page.url.removeprefix(facilitator.site.url)
    facilitator.go(f"{address}people/")
    facilitator.page.locator("summary", has_text="Count people").click()
    form = facilitator.page.locator("details[open] form")
    form.locator("[name=number]").fill("7")
    form.locator("button").click()
    facilitator.arrive()
    return address


def _goes_on(walk, facilitator, delivery, email):
    """Somebody with an address took part to the end, is asked to go on by a letter, and says yes."""
    facilitator.go(f"{delivery}people/")
    facilitator.page.locator("summary", has_text="Write down one person").click()
    form = facilitator.page.locator("details[open] form")
    form.locator("[name=name]").fill("Somebody who listens")
    form.locator("[name=email]").fill(email)
    form.locator("button").click()
    facilitator.arrive()
    row = facilitator.page.locator("tr", has_text="Somebody who listens")
    row.locator("[name=row]").check()
    facilitator.press("Save who took part to the end")
    facilitator.press("Ask to deliver it, too")
    asked = walk(PHONE, who=email)
    asked.go(link_in(asked.site.wait_for_letter(email), "/deliveries/next/"))
    asked.touch("main form button.btn-primary")
    return asked


def _tree_of_the_programme(hub):
    """Three generations in words, in the picture by keyboard, in the file; nobody past the first has a name."""
    hub.go(f"{HERE}lineage/")
    words = hub.page.locator("#generations")
    expect(words.locator("h3")).to_have_count(3)
    expect(hub.page.locator(".p-rings svg")).to_have_count(1)
    assert "Somebody who listens" not in hub.page.content()
    points = hub.page.locator(".p-rings svg a")
    points.first.focus()
    hub.page.keyboard.press("ArrowDown")
    assert hub.page.evaluate("document.activeElement.dataset.code") == "1.1"
    hub.page.keyboard.press("+")
    assert hub.page.locator(".p-rings svg").get_attribute("viewBox") != "0 0 1000 1000"
    hub.page.keyboard.press("Enter")
    expect(hub.page.locator(".p-way [aria-current]")).to_have_text("Facilitator 1.1")
    hub.look()
    hub.page.go_back()
    expect(hub.page.locator(".p-way")).to_have_count(0)
    hub.page.locator("summary", has_text="Filters").click()
    hub.page.locator("[name=until]").fill("2020-01-01")
    hub.submit("main form[role=search]")
    hub.sees("Nothing fits these filters")


def _own_branch(guide):
    """Who is in the middle sees themselves and who came of them, on a phone, in another language."""
    guide.go(f"{HERE}lineage/")
    expect(guide.page.locator("#generations h3")).to_have_count(2)
    assert guide.page.locator(".p-rings svg circle title").count()
    guide.speak("sq", theme="dark")
    guide.go(f"{HERE}lineage/")
    assert guide.language() == "sq"
    guide.go(f"{HERE}lineage/map/")


def _without_script(walk):
    """The points are links, and the table says the same."""
    plain = walk(PHONE, who=SERRES, javascript=False)
    plain.go(f"{HERE}lineage/")
    plain.touch("#facilitators tbody th a")
    plain.sees("The facilitator of this branch and the next generation")
