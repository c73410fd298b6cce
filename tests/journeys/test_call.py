"""A call is flooded, its replies are compared, two are accepted, the others thanked; it ends with its outcome."""

from playwright.sync_api import expect

from tests.browser import DESK, PHONE

LIBRARY = "utena-library@demo.koinon.example"
DISTRICT = "utena@demo.koinon.example"
NORWAY = "fleksibel@demo.koinon.example"
COLLEGE = "design-college@demo.koinon.example"
TITLE = "Trys dienos bibliotekoje"
OURS = "Please come to our open day in May."


def test_a_call_is_flooded_and_closed_with_thanks(walk, site):
    call = f"/listings/{site.ask('SELECT id FROM matching_listing WHERE title LIKE %s', TITLE + '%')}/"
    library = walk(DESK, "en", who=LIBRARY)
    page = library.page

    # It has as many replies as it takes; nobody else can write one.
    library.go(call)
    expect(page.locator(".k-lead ~ p").first).to_contain_text("Has enough replies")
    district = walk(PHONE, "lt", javascript=False)
    district.sign_in(DISTRICT)
    district.go(call)
    assert district.page.locator(f"a[href='{call}reply/']").count() == 0

    # One more place, and it is taken at once: on a phone, without a script, with answers to the call's own questions.
    library.go(call + "edit/")
    page.locator("form.k-form details.k-facet").evaluate("one => one.open = true")
    page.locator("[name=reply_cap]").fill("5")
    library.submit()
    district.go(call + "reply/")
    district.page.locator("[name=brings]").fill("Mūsų seniūnijoje savanoriai moko kaimynus prie virtuvės stalo.")
    district.submit()
    expect(district.page.locator("[name=brings]")).to_have_value(
        "Mūsų seniūnijoje savanoriai moko kaimynus prie virtuvės stalo."
    )
    district.page.locator("[name=call-q1]").fill("Septyni.")
    district.page.locator("[name=call-q2]").first.check()
    district.submit()
    district.is_at("/replies/*/")
    answer = district.page.url

    # The five stand side by side; two are accepted with one press.
    library.go(call + "replies/")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(5)
    library.sees("Septyni.")
    for name in ("Utena District", "Biržai District"):
        rows.filter(has_text=name).get_by_role("checkbox").check()
    library.press("Accept", exact=True)
    library.told("2 replies are accepted")
    district.go(answer)
    expect(district.page.locator(".k-state").first).to_be_visible()
    expect(district.page.locator("main a[href^='mailto:']").first).to_be_visible()

    # The others are thanked, each with a reason; the letters are looked at before they go.
    library.follow("Thank those who wait")
    for choice in page.locator("select[name^=kind_]").all():
        choice.select_option("full")
    page.get_by_text("A sentence of your own for each reason").click()
    page.locator("[name=words_full]").fill(OURS)
    letters = len(site.letters())
    library.press("Look at the letters")
    assert page.locator("#letters .k-letter").count() >= 3
    expect(page.locator("#letters .k-letter[lang=en]").first).to_contain_text(OURS)
    library.press("Send 3 letters")
    library.until(lambda: "Nobody waits any more" in library.text())

    # Each reads it in the language that is theirs.
    english = site.wait_for_letter(NORWAY, after=letters)
    assert "We have found as many partners as we can work with." in english
    assert OURS in english
    assert 'lang="lt"' in site.wait_for_post(COLLEGE, after=letters).get_body(("html",)).get_content()

    # Two taps say what came of it.
    library.go(call)
    close = page.locator(f"form[action='{call}close/']")
    assert close.locator("input[name=came]:checked").get_attribute("value") == "partner"
    assert close.locator("input[name=partners]:checked").count() == 2
    close.locator("button").click()
    library.arrive()
    library.told("Thank you for telling what came of it")
    library.sees("Partner found")
    library.sees("A partner found here: ")
