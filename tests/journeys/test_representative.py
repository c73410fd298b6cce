"""A representative writes what the organisation needs, and sees who can help, in other languages, with the reason."""

from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.screens import COORDINATOR, SERRES, VELENJE

NEED = "Μαθήματα ψηφιακών δεξιοτήτων για ηλικιωμένους"
MORE = (
    "Ζητάμε έμπειρο φορέα που έχει διδάξει σε ηλικιωμένους να χρησιμοποιούν κινητό και ηλεκτρονικές υπηρεσίες. "
    "Έχουμε αίθουσα και εθελοντές από τη βιβλιοθήκη, χρειαζόμαστε υλικό και μέθοδο για δύο ομάδες των δώδεκα ατόμων."
)


def test_writes_a_need_and_gets_matches_without_javascript(walk):
    serres = walk(PHONE, "el", javascript=False)
    page = serres.page
    serres.sign_in(SERRES)

    # Five minutes, in Greek, on a phone, with no script at all.
    serres.go("/listings/new/?side=need&network=learning-cities")
    page.locator("[name=title]").fill(NEED)
    page.locator("[name=kind]").select_option("expertise")
    page.locator("[name=text]").fill(MORE)
    serres.submit()
    serres.is_at("/listings/*/")
    address = page.url
    expect(serres.heading()).to_have_text(NEED)
    expect(page.locator("#matches [role=status], #matches .k-why").first).to_be_visible()  # looking, or found already

    # Within a minute those who can help stand there, each with the reason.
    serres.until(lambda: page.locator("#matches .k-why").count() > 0)
    rows = page.locator("#matches .k-item")
    assert rows.count() >= 2
    for why in page.locator("#matches .k-why").all_inner_texts():
        assert len(why.split()) >= 5, why
    titles = page.locator("#matches .k-item__title a")
    foreign = [title for title in titles.all() if title.locator("[lang]").count()]
    assert foreign, "some of them are written in another language"

    # "Not for us because …" sets one aside, they are not told, and it can be taken back.
    first = titles.first.inner_text()
    serres.touch("#matches a[href$='/aside/']")
    page.locator("input[name=why]").first.check()
    serres.submit()
    serres.is_at("/networks/learning-cities/matches/")
    expect(page.locator("#aside")).to_contain_text(first)
    assert page.locator(".k-why").count() > 0
    serres.touch(".k-message a[href$='#aside']")
    page.locator("#aside .k-item", has_text=first).locator("button").click()
    expect(page.locator("#aside .k-item", has_text=first)).to_have_count(0)
    page.goto(address)
    expect(titles.filter(has_text=first)).to_have_count(1)

    # An introduction is asked of the coordinator.
    serres.touch("#matches a[href$='/ask/']")
    page.locator("[name=message]").fill("Θέλουμε να δούμε το υλικό σας πριν από τον Σεπτέμβριο.")
    serres.submit()
    serres.is_at("/introductions/*/")
    introduction = page.url.removeprefix(serres.site.url)

    # It lies on the coordinator's desk, who passes it on.
    coordinator = walk(DESK, "en")
    coordinator.sign_in(COORDINATOR)
    coordinator.go("/desk/")
    coordinator.touch(f"#mine a[href='{introduction}']")
    coordinator.sees("Θέλουμε να δούμε")
    coordinator.touch("main a[href$='/pass-on/']")
    coordinator.submit()
    serres.go(introduction)
    assert page.locator("input[name=says]").count() >= 2, "now both sides answer in private"


def test_waits_on_the_page_with_javascript_and_pauses_an_offer(walk):
    velenje = walk(DESK, "en")
    page = velenje.page
    velenje.sign_in(VELENJE)
    velenje.speak("en")
    velenje.go("/listings/new/?side=offer&network=talentjourney-circle")
    velenje.sees("Examples")
    page.get_by_label("In one line").fill("Usposabljanje o gradbenih odpadkih za občine")
    page.get_by_label("What is it about?").select_option("expertise")
    page.get_by_label("A few sentences more").fill(
        "Občinske uslužbence in izvajalce v dveh dneh naučimo ločevati gradbene odpadke in jih znova uporabiti."
    )
    velenje.press("Put it into the lists")
    velenje.told("It is in the lists")

    # Nobody reloads: the page asks by itself and shows who fits when the worker has found them:
    # needs of cities that write in other languages.
    expect(page.locator("#matches .k-why").first).to_be_visible(timeout=75_000)
    expect(page.locator("#matches .k-item__title [lang=lt], #matches .k-item__title [lang=mk]").first).to_be_visible()
    velenje.look()

    # Pausing takes it out of the lists, opening it brings it back.
    velenje.press("Pause", exact=True)
    velenje.told("Paused")
    velenje.press("Open again")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
