"""`koinon match`: a spreadsheet in, a page and a workbook out; nothing fetched, nothing run, bad rows listed."""

import re
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from koinon.kit.sheets import Table, write_xlsx
from koinon.matching.engine import report

EXAMPLE = Path(__file__).parents[2] / "network" / "demo" / "import_example.csv"


class Letters:
    """Counts letters instead of reading meaning: quick, the same each time, and enough to walk the whole way."""

    version = "letters-1"

    def encode(self, texts, kind="passage"):
        found = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for sign in text.lower():
                found[row, ord(sign) % 64] += 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def run(file, out, language="en"):
    heard = []
    written = report.run(
        file=file, out=out, language=language, encoder=Letters(), progress=lambda *far: heard.append(far)
    )
    return written, heard


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    written, heard = run(EXAMPLE, folder / "deep" / "REPORT.html")
    return written, heard


def test_two_files_beside_each_other(made):
    (page, book), _heard = made
    assert (page.name, book.name) == ("REPORT.html", "REPORT.xlsx")


def test_progress_only_grows_and_ends_at_all(made):
    heard = [done for done, of in made[1]]
    assert heard == sorted(heard)
    assert made[1][-1] == (100, 100)


def test_the_page_fetches_nothing(made):
    page = made[0][0].read_text()
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    assert "@import" not in page
    assert "url(" not in page
    assert "<svg" in page
    assert page.count('class="dot') >= 15
    assert "Made by a machine" in page
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page


def test_what_could_not_be_read_is_listed(made):
    page = made[0][0].read_text()
    assert "Atlantis" in page
    assert "is no country we know" in page
    assert "The organisation has no name" in page


def test_the_workbook_has_three_sheets(made):
    book = CalamineWorkbook.from_path(made[0][1])
    assert book.sheet_names == ["Matches", "Rows", "Problems"]
    rows = book.get_sheet_by_name("Matches").to_python()
    assert rows[0][:3] == ["Row", "Who looks", "Need"]
    assert len(rows) > 10
    assert all(row[-1].endswith(".") for row in rows[1:])


def test_never_two_of_the_same_row(made):
    rows = CalamineWorkbook.from_path(made[0][1]).get_sheet_by_name("Matches").to_python()[1:]
    assert all(row[0] != row[5] for row in rows)


@pytest.mark.parametrize("language", ["sq", "lt", "mk", "el"])
def test_five_languages(tmp_path, language):
    (page, _book), _heard = run(EXAMPLE, tmp_path / "r", language)
    assert f'<html lang="{language}">' in page.read_text()


def test_a_script_in_a_cell_is_only_text(tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("Name,Country,Need title,Offer title\n<script>alert(1)</script>,AL,</script><b>x,=1+1\nB,LT,y,z\n")
    (page, book), _heard = run(file, tmp_path / "r")
    text = page.read_text()
    assert "<script>alert" not in text
    assert "<b>x" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert CalamineWorkbook.from_path(book).get_sheet_by_name("Rows").to_python()[1][1].startswith("<script>")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02PNG not a sheet \xff\xfe", "not a spreadsheet|damaged|No column"),
        (b"Colour,Weight\nred,3\n", "No column holds the names"),
        (b"Name,Country\nTirana,AL\n", "No column holds offers or needs"),
        (b"Name,Need title\nTirana,\n", "no row with a name"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_said_to_be_so(tmp_path, content, said):
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=said):
        run(file, tmp_path / "r")


def test_a_problem_names_the_column_as_the_spreadsheet_does(tmp_path):
    file = tmp_path / "mk.csv"
    file.write_text("Назив,Држава,Потреба\nБитола,Атлантида,Ментор\n")
    (page, book), _heard = run(file, tmp_path / "r", "mk")
    assert "<td>2</td><td>Држава</td>" in page.read_text()
    assert CalamineWorkbook.from_path(book).get_sheet_by_name("Проблеми").to_python()[1][1] == "Држава"


def test_a_place_where_nothing_can_be_written(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ValueError, match="cannot be written"):
        run(EXAMPLE, tmp_path / "taken" / "report")


def test_the_report_never_replaces_the_spreadsheet_it_is_made_from(tmp_path):
    file = tmp_path / "members.xlsx"
    file.write_bytes(before := b"what people wrote")
    with pytest.raises(ValueError, match="cannot be written"):
        run(file, tmp_path / "members")
    assert file.read_bytes() == before


def test_an_organisation_in_two_rows_is_not_its_own_partner(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(
        "Name,Country,Need title,Offer title\nSerres,GR,Mentors for firms,\nSERRES,GR,,Mentors for firms\n"
        "Tirana,AL,,Rooms\n"
    )
    (_page, book), _heard = run(file, tmp_path / "r")
    rows = CalamineWorkbook.from_path(book).get_sheet_by_name("Matches").to_python()[1:]
    assert all(row[1].lower() != row[4].lower() for row in rows)


def test_a_file_that_is_no_spreadsheet_is_refused_in_the_language_of_the_report(tmp_path):
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    with pytest.raises(ValueError, match="Skedari është bosh"):
        run(file, tmp_path / "r", "sq")


def test_needs_only_give_a_report_without_matches(tmp_path):
    file = tmp_path / "needs.csv"
    file.write_text("Name,Need title\nA,Help with reading\nB,Help with writing\n")
    (page, _book), _heard = run(file, tmp_path / "r")
    assert "Nobody fits" in page.read_text()


def notes_first(tmp_path, *more):
    """A book as people keep them: a sheet of notes before the one with the rows."""
    file = tmp_path / "two.xlsx"
    notes = Table("Read me", ["How to fill this in"], [["Write one line for each organisation."]])
    rows = Table("Members", ["Organisations", "Needs", "Offers"], [["A", "Mentors", None], ["B", None, "Mentors"]])
    with file.open("wb") as target:
        write_xlsx(target, [notes, *more, rows])
    return file


def test_a_sheet_of_notes_is_passed_over_and_the_page_says_which_sheet_was_read(tmp_path):
    (page, book), _heard = run(notes_first(tmp_path), tmp_path / "r")
    assert "<dt>Sheet of the file</dt><dd>Members</dd>" in page.read_text()
    assert len(CalamineWorkbook.from_path(book).get_sheet_by_name("Rows").to_python()) == 3


def test_of_two_sheets_that_fit_the_first_is_read(tmp_path):
    earlier = Table("Earlier", ["Name", "Need title"], [["C", "Trainers"]])
    (page, _book), _heard = run(notes_first(tmp_path, earlier), tmp_path / "r")
    assert "<dd>Earlier</dd>" in page.read_text()


def test_a_book_of_notes_alone_is_refused_by_the_headings_of_its_first_sheet(tmp_path):
    file = tmp_path / "notes.xlsx"
    with file.open("wb") as target:
        write_xlsx(target, [Table("One", ["Colour", "Weight"], [["red", 3]]), Table("Two", ["Day"], [["Monday"]])])
    with pytest.raises(ValueError, match=r"No column holds the names of organisations.*Colour, Weight"):
        run(file, tmp_path / "r")


def test_a_text_file_has_no_sheet_to_name(made):
    assert "Sheet of the file" not in made[0][0].read_text()


def test_a_row_copied_twice_is_one(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("Name,Country,Need title,Offer title\nA,AL,Mentors,\nB,LT,,Mentors\nA,AL,Mentors,\nA,AL,Rooms,\n")
    (_page, book), _heard = run(file, tmp_path / "r")
    rows = CalamineWorkbook.from_path(book).get_sheet_by_name("Rows").to_python()[1:]
    assert [row[0] for row in rows] == [2, 3, 5]


@pytest.mark.parametrize("problem", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_breaks_off_while_writing_leaves_the_earlier_report_as_it_was(tmp_path, monkeypatch, problem):
    for ending in ("html", "xlsx"):
        (tmp_path / f"r.{ending}").write_text("of last week")
    monkeypatch.setattr("koinon.matching.engine.book.write", Mock(side_effect=problem))
    with pytest.raises((KeyboardInterrupt, ValueError)):
        run(EXAMPLE, tmp_path / "r")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == dict.fromkeys(
        ("r.html", "r.xlsx"), "of last week"
    )


def test_a_folder_in_the_place_of_the_workbook_is_said_before_anything_is_written(tmp_path):
    (tmp_path / "r.xlsx").mkdir()
    with pytest.raises(ValueError, match="cannot be written"):
        run(EXAMPLE, tmp_path / "r")
    assert not (tmp_path / "r.html").exists()
