# ruff: noqa: F811  (fixtures of test_intake are taken over by name)
"""Files of every sort: hostile ones leave nothing behind, and what goes out comes in again."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from koinon.kit import sheets
from koinon.kit.models import Upload
from koinon.network.actions import intake as actions
from koinon.network.actions import intake_reading
from koinon.network.engine import columns
from koinon.network.models import Intake, Organisation
from koinon.network.queries import exports
from koinon.network.tests.test_intake import CLERK, HEADER, LIBRARY, SCHOOL, _place, places, said, send  # noqa: F401
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.pdf", b"%PDF-1.4 nothing", "Please choose a spreadsheet"),
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04 broken", "Please choose a spreadsheet"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_beside_the_field(enter, vesa, network, name, data, problem):
    file = SimpleUploadedFile(name, data)
    page = enter(vesa).post(reverse("network:intakes", args=[network.slug]), {"file": file})
    assert page.status_code == 200
    assert problem in page.content.decode()
    assert not Intake.objects.exists()


def test_too_many_rows_get_a_clear_message(send, monkeypatch, enter, vesa, network):
    monkeypatch.setattr(intake_reading, "LIMITS", sheets.Limits(rows=5))
    intake = send(*[LIBRARY] * 30)
    assert intake.state == "failed"
    assert "more than 5 rows" in intake.problem
    page = enter(vesa).get(reverse("network:intake", args=[network.slug, intake.pk])).content.decode()
    assert "Split it into several files" in page
    assert intake.rows.count() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_letters_of_any_usual_encoding(send, encoding):
    content = "\n".join([HEADER, "Šiaulių mokykla ąčęėįšųūž,Lietuva,Kaunas,mokykla,,lietuvių,,,,"]).encode(encoding)
    intake = send(data=content)
    assert intake.rows.get().facts["name"] == "Šiaulių mokykla ąčęėįšųūž"


def test_formulas_stay_text_and_two_equal_headings_can_be_told_apart(send):
    data = b"Organisation name,Kind,Name,Name\n=cmd|' /C calc'!A0,school,x,y\n"
    intake = send(data=data)
    assert intake.headings == ["A: Organisation name", "B: Kind", "C: Name", "D: Name"]
    assert intake.rows.get().facts["name"].startswith("=cmd")


def test_what_goes_out_comes_in_again_as_twins_without_faults(send, network, acting, vesa):
    velenje = _place("Velenje")
    factories.member(
        network, names={"sl": "Šolski center Velenje", "en": "School centre"}, language="sl", country="SI",
        kind="school", place_id=velenje, themes=["668", "674"], languages=["sl", "en"], website="https://scv.si",
        domain="scv.si", about="Poklicno izobraževanje, z vejicami; in podpičji\nin vrsticami.", size="250+",
    )  # fmt: skip
    factories.member(network, names={"el": "Δήμος Σερρών"}, language="el", country="GR", kind="cultural_institute")
    for language in ("en", "mk", "el", "lt", "sq"):
        for kind in ("xlsx", "ods"):
            with exports.as_file(network=network, me=acting(vesa), kind=kind, language=language) as file:
                intake = send(name=f"out.{kind}", data=file.read())
            assert said(intake) == [], f"{language} {kind}"
            assert {row.choice for row in intake.rows.all()} == {"same"}, f"{language} {kind}"
        lines = b"".join(exports.as_lines(network=network, me=acting(vesa), language=language))
        assert said(send(data=lines)) == []


def test_the_command_line_imports_and_tries(network, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, LIBRARY, SCHOOL]), encoding="utf-8")
    seen = []
    told = {
        "by": CLERK,
        "path": path,
        "network": network.slug,
        "progress": lambda done, total: seen.append((done, total)),
    }
    report = actions.run_file(dry_run=True, **told)
    assert (report["rows"], report["faults"], Organisation.objects.count()) == (2, [], 0)
    assert not Intake.objects.exists()
    assert not Upload.objects.exists()
    report = actions.run_file(dry_run=False, **told)
    assert (report["organisations"], report["memberships"]) == (2, 2)
    assert seen[-1] == (2, 2)
    path.write_text("\n".join([HEADER, "A,Atlantis,,school,,,,,,"]), encoding="utf-8")
    report = actions.run_file(dry_run=False, **told)
    assert report["faults"][0]["row"] == 2
    assert actions.run_file(**{**told, "network": "nowhere"})["faults"]


def test_the_example_can_be_read(enter, vesa, network):
    data = b"".join(enter(vesa).get(reverse("network:intake_example", args=[network.slug])).streaming_content)
    with sheets.read(io.BytesIO(data)) as sheet:
        found = columns.guess(sheet.header, [row.cells for row in sheet])
    assert set(found) == set(columns.FIELDS)


class Endless:
    """A body as long as it says, with a file of nothing but x; counts what is read of it."""

    START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    END = b"\r\n--b--\r\n"

    def __init__(self, size: int) -> None:
        self.size, self.taken = size, 0

    def read(self, size: int) -> bytes:
        part = bytearray(b"x" * min(size, self.size - self.taken))
        if self.taken == 0:
            part[: len(self.START)] = self.START
        self.taken += len(part)
        if self.taken == self.size:
            part[-len(self.END) :] = self.END
        return bytes(part)

    readline = read


def send_body(client, network, size):
    body = Endless(size)
    address = reverse("network:intakes", args=[network.slug])
    said = {"wsgi.input": body, "CONTENT_LENGTH": str(size)}
    return body, client.post(address, data=b"x", content_type="multipart/form-data; boundary=b", **said)


def test_a_file_of_a_gigabyte_is_not_read(enter, vesa, network):
    body, answer = send_body(enter(vesa), network, 2**30)
    assert answer.status_code in (400, 413)
    assert body.taken == 0


def test_a_file_somewhat_too_large_is_named_beside_the_field_and_not_kept(enter, vesa, network):
    _, answer = send_body(enter(vesa), network, 30 * 2**20)
    assert answer.status_code == 200
    assert "This file is larger than 20 MB." in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_bomb_is_refused_with_words_and_leaves_nothing(enter, vesa, network, send):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(400):
                sheet.write(b" " * 2**20)
    intake = send(name="a.xlsx", data=packed.getvalue())
    assert intake.state == "failed"
    page = enter(vesa).get(reverse("network:intake", args=[network.slug, intake.pk])).content.decode()
    assert "unpacks to far more" in page
    assert not intake.rows.exists()


def test_a_list_of_100_000_rows_is_refused_with_a_way_out(enter, vesa, network, send):
    intake = send(data="\n".join([HEADER, *[LIBRARY] * 100_000]).encode())
    assert intake.state == "failed"
    page = enter(vesa).get(reverse("network:intake", args=[network.slug, intake.pk])).content.decode()
    assert "more than 20000 rows. Split it into several files." in page
    assert not intake.rows.exists()


def test_text_that_is_called_a_workbook_is_read_as_text_and_an_empty_list_says_so(enter, vesa, network, send):
    intake = send(name="a.xlsx", data=b"just a sentence")
    page = enter(vesa).get(reverse("network:intake", args=[network.slug, intake.pk])).content.decode()
    assert "No row was found below the headings." in page
    assert "Import all rows" not in page


@pytest.mark.parametrize(("cells", "field"), [(["Tiranë", "Velenje"], "city"), (["Shqipëri", "Greqi"], "country")])
def test_an_albanian_heading_that_means_both_is_read_by_its_cells(cells, field):
    found = columns.guess(["Emri", "Vendi", "Lloji"], [["Shkolla", cell, "Shkollë"] for cell in cells])
    assert found[field].column == 1


@pytest.mark.parametrize(
    "headings",
    [
        ("Organisations", "Needs", "Offers"),
        ("Organizata", "Nevojat", "Ofertat"),
        ("Organizacija", "Poreikiai", "Pasiūlymai"),
        ("Организација", "Потреби", "Понуди"),
        ("Οργανισμός", "Ανάγκες", "Προσφορές"),
        ("Οργανισμοί", "Αναζητούμε", "Προσφέρουμε"),
        ("Organisasjon", "Behov", "Tilbud"),
        ("Organizacije", "Potrebe", "Ponudbe"),
    ],
)
def test_a_heading_of_one_word_is_enough_in_each_language(headings):
    found = columns.guess(headings, [["Serres", "Mentors", "Rooms"]])
    assert {field: guess.column for field, guess in found.items()} == {"name": 0, "need_title": 1, "offer_title": 2}


@pytest.mark.parametrize("language", ["en", "sq", "lt", "mk", "el"])
def test_the_headings_of_an_export_are_each_their_own_field(language):
    found = columns.guess(columns.headings_of(language), [])
    assert {field: guess.column for field, guess in found.items()} == {
        field: at for at, field in enumerate(columns.FIELDS)
    }


def test_a_sheet_of_notes_before_the_list_is_passed_over(send):
    book = io.BytesIO()
    notes = sheets.Table("Read me", ["How to fill this in"], [["One line for each organisation."]])
    sheets.write_xlsx(book, [notes, sheets.Table("List", ["Organisations", "Kind"], [["Reading room", "library"]])])
    intake = send(name="a.xlsx", data=book.getvalue())
    assert (intake.sheet["name"], [row.facts["name"] for row in intake.rows.all()]) == ("List", ["Reading room"])
