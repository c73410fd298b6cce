"""A coordinator brings in the list that lay in a spreadsheet, looks at every row, and admits who applied."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.screens import CITIES, COORDINATOR
from tests.site import ROOT

EXAMPLE = ROOT / "koinon" / "network" / "demo" / "import_example.csv"
APPLICANT = "shkoder@demo.koinon.example"


@pytest.fixture
def coordinator(walk):
    return walk(DESK, "en", who=COORDINATOR)


def row_of(page, name):
    """The row of the preview that shows this organisation."""
    return page.locator("main tbody tr", has=page.locator("td strong", has_text=name))


def test_imports_a_spreadsheet_and_undoes_it(coordinator, walk):
    page = coordinator.page
    coordinator.go(f"{CITIES}/import/")
    page.locator("input[type=file]").set_input_files(EXAMPLE)
    coordinator.press("Read the file")

    # The file is read and checked in the background; the page follows by itself to what is wrong.
    expect(page.locator("main tbody tr").first).to_be_visible(timeout=40_000)
    coordinator.look()
    coordinator.sees("20 rows were read")
    coordinator.sees("2 rows cannot be imported as they are")
    expect(row_of(page, "Atlantis").locator(".k-errors")).to_contain_text("Country")
    assert page.locator("main tbody tr").count() == 2
    assert page.get_by_role("button", name="Import all rows").count() == 0

    # Which column is which was guessed, and is shown.
    page.get_by_text("Which column is which").click()
    guessed = {field: page.locator(f"details [name={field}] option:checked") for field in ("name", "city", "website")}
    expect(guessed["name"]).to_contain_text("Organisation name")
    expect(guessed["city"]).to_contain_text("City")
    expect(guessed["website"]).to_contain_text("Website")
    coordinator.look()

    # The two rows with faults are left out.
    for choice in page.locator("main tbody select").all():
        choice.select_option("skip")
    coordinator.press("Keep these choices")

    # A school is known already, also where its name is written in other letters.
    coordinator.go(page.url.split("?")[0] + "?show=twins")
    latin, cyrillic = row_of(page, "Šolski center Velenje"), row_of(page, "Центар Велење")
    for row in (latin, cyrillic):
        expect(row).to_contain_text("The same as")
        same = row.locator("option", has_text="The same as School Centre Velenje").or_(
            row.locator("option", has_text="Šolski center Velenje")
        )
        row.locator("select").select_option(same.first.get_attribute("value"))
    row_of(page, "Public library, Kaunas").locator("select").select_option("new")  # alike in name, not the same
    coordinator.press("Keep these choices")

    # All rows, or none; progress; then what was made.
    coordinator.press("Import all rows")
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=40_000)
    coordinator.look()
    done = page.url
    assert coordinator.number("main dl.k-facts > div:nth-child(1) dd") == 16

    # Within a minute the new members are found, also by a name in other letters; everybody reads what they offer.
    directory = f"{CITIES}/organisations/?q=Kavala"
    coordinator.go(directory)
    found = page.locator("#results h2 a", has_text="Kavala")
    coordinator.until(lambda: found.count() == 1)
    visitor = walk(PHONE, "en")
    visitor.go(found.get_attribute("href"))
    visitor.sees("Φιλοξενία εκπαιδευτικών επισκέψεων")

    # Undo takes back what the import had made, and nothing else.
    coordinator.go(done)
    coordinator.press("Undo this import")
    coordinator.sees("This import was undone")
    coordinator.go(directory)
    coordinator.until(lambda: found.count() == 0)
    assert visitor.go("/organisations/school-centre-velenje/").status == 200
    assert coordinator.go("/organisations/municipality-kavala-demo/").status == 404


def test_takes_the_members_along_as_a_spreadsheet(coordinator):
    coordinator.go(f"{CITIES}/import/")
    with coordinator.page.expect_download() as loading:
        coordinator.page.get_by_role("link", name="Download an example").click()
    assert loading.value.suggested_filename.endswith(".xlsx")


def test_admits_who_applied_and_the_applicant_reads_it_in_albanian(coordinator, walk, site):
    # The applicant sees that the application is being read.
    applicant = walk(PHONE, "sq")
    applicant.sign_in(APPLICANT)
    applicant.go("/desk/")
    applicant.touch(f"main a[href^='{CITIES}/applications/']")
    expect(applicant.heading()).to_contain_text("Shkod")
    application = applicant.page.url
    assert applicant.page.get_by_role("button").filter(has_text="Admit").count() == 0

    # So does the coordinator, who finds it on the desk, reads it and admits.
    coordinator.go("/desk/")
    coordinator.touch(f"#mine a[href='{application.removeprefix(site.url)}']")
    coordinator.sees("Në lagjet tona")
    letters = len(site.letters())
    coordinator.press("Admit", exact=True)
    coordinator.sees("Admitted")

    # A letter in the applicant's language; the same state on the same page; and they are in the directory.
    post = site.wait_for_post(APPLICANT, after=letters)
    assert 'lang="sq"' in post.get_body(("html",)).get_content()
    applicant.go(application)
    assert applicant.page.locator("#decide").count() == 0
    assert applicant.page.locator("#begin form").count() == 2
    home = f"/organisations/{site.ask('SELECT slug FROM network_organisation WHERE slug LIKE %s', '%shkoder%')}/"
    applicant.go(home)
    expect(applicant.page.locator(f"#memberships a[href='{CITIES}/']")).to_be_visible()
    applicant.go(f"{CITIES}/organisations/?order=newest")
    applicant.until(lambda: applicant.page.locator(f"#results a[href='{home}']").count() == 1)
