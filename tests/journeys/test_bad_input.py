"""Somebody makes mistakes on a phone, in Macedonian: nothing typed is lost, each mistake is named beside its field."""

from playwright.sync_api import expect

from tests.browser import PHONE

APPLY = "/networks/talentjourney-circle/apply/?organisation=new"
NAME = "Средно училиште „Гоце“ <Штип>"
MOTIVE = "Сакаме да учиме од другите & да ги отвориме нашите работилници."
TYPED = {
    "name": NAME,
    "place": "Незнајград",
    "website": "ова не е адреса",
    "about": "Училиште со 600 ученици.",
    "contribution": "Работилници, наставници.",
}


def test_mistakes_are_named_and_nothing_is_lost(walk):
    person = walk(PHONE, "mk")
    person.sign_in("visitor@demo.koinon.example")
    person.speak("mk")
    mistakes(person)
    summary = person.page.locator("#error-summary")
    expect(summary).to_be_focused()

    # A line of the summary leads into its field.
    summary.locator("a[href='#id_motivation']").press("Enter")
    expect(person.page.locator("[name=motivation]")).to_be_focused()
    put_right(person)


def test_the_same_without_javascript(walk):
    person = walk(PHONE, "mk", javascript=False)
    person.sign_in("visitor@demo.koinon.example")
    person.speak("mk")
    mistakes(person)
    assert person.page.locator("#error-summary[autofocus][tabindex='-1']").count() == 1
    summary = person.page.locator("#error-summary a").first
    assert person.page.locator(summary.get_attribute("href")).count() == 1


def mistakes(person):
    """No motivation, a town that nobody knows, something that is no address."""
    page = person.page
    person.go(APPLY)
    for name, value in TYPED.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main [name=kind]").select_option("school")
    page.locator("main form.k-form").evaluate("form => form.noValidate = true")
    person.submit()
    assert person.language() == "mk"
    assert page.locator("#error-summary li").count() >= 2
    for name, value in TYPED.items():
        expect(page.locator(f"main [name={name}]")).to_have_value(value)
    expect(page.locator("main [name=kind]")).to_have_value("school")
    for name in ("motivation", "place"):
        field = page.locator(".k-field--wrong", has=page.locator(f"[name={name}]"))
        expect(field.locator(".k-errors")).to_be_visible()
        control = field.locator(f"[name={name}]")
        expect(control).to_have_attribute("aria-invalid", "true")
        assert field.locator(".k-errors").get_attribute("id") in control.get_attribute("aria-describedby").split()


def put_right(person):
    """The same page, corrected: it is sent, with every letter as it was typed."""
    page = person.page
    page.locator("[name=motivation]").fill(MOTIVE)
    page.locator("[name=place]").fill("Штип")
    page.locator("[name=website]").fill("www.goce.example")
    town = page.locator("#place-choices input[type=radio]").first
    town.check()
    page.locator("main form.k-form button.btn-primary").click()
    person.is_at("/networks/talentjourney-circle/applications/*/")
    person.look()
    expect(person.heading()).to_have_text(NAME)
    person.sees(MOTIVE)


def test_a_file_that_is_no_spreadsheet_is_refused_in_words(walk):
    person = walk(PHONE, "mk")
    person.sign_in("coordinator.talentjourney-circle@demo.koinon.example")
    person.speak("mk")
    person.go("/networks/talentjourney-circle/import/")
    photo = {"name": "листа.xlsx", "mimeType": "application/octet-stream", "buffer": bytes(range(256)) * 40}
    person.page.locator("input[type=file]").set_input_files(photo)
    person.submit()
    expect(person.page.locator("#error-summary")).to_be_focused()
    expect(person.page.locator(".k-field--wrong .k-errors")).to_be_visible()
