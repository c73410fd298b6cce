"""Spreadsheets from anybody: read rightly, guessed sensibly, refused politely, written so that they come back."""

import io
import random
import resource
import struct
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit import sheets
from koinon.kit.sheets import Limits, SheetError, Table, as_text, read
from koinon.kit.sheets.errors import MESSAGES
from koinon.kit.sheets.writing import sheet_title
from koinon.kit.vocabularies import eurovoc

SAMPLES = Path(__file__).parent / "samples"
HEADER = [
    "Όνομα",
    "Country",
    "People",
    "Since",
    "Public",
    "Nothing",
    "Formula",
    "Phone",
    "About",
    "Share",
    "At",
    "Opens",
]
ROW = (
    "Δήμος Σερρών", "GR", 58287, date(2016, 2, 1), True, None, "=HYPERLINK(1)", "+30 23213 50100", "a\nb <&> \"q\"",
    1.5, datetime(2020, 1, 2, 3, 4), time(8, 30),
)  # fmt: skip


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def workbook(*rows, title: str = "Sheet") -> io.BytesIO:
    out = io.BytesIO()
    sheets.write_xlsx(out, [Table(title, rows[0], rows[1:])])
    return out


def altered(book: io.BytesIO, changes: dict[str, bytes | None]) -> io.BytesIO:
    """Write a workbook anew with other contents for some of its members; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            content = changes.get(name, b"") if name in changes else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return out


def refusal(source, **options) -> str:
    with pytest.raises(SheetError) as caught:
        read(source, **options)
    assert str(caught.value)
    assert "%(" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("write", [sheets.write_xlsx, sheets.write_ods])
def test_what_is_written_comes_back_as_it_was(write):
    out = io.BytesIO()
    write(out, [Table("Members", HEADER, iter([ROW, ROW])), Table("Members", ["one"], [["x"]])])
    with read(out) as sheet:
        assert sheet.sheets == ("Members", "Members 2")
        assert sheet.header == tuple(HEADER)
        assert sheet.count == 2
        assert [row.number for row in sheet] == [2, 3]
        assert next(iter(sheet)).cells == ROW
        assert len(list(sheet)) == 2, "a sheet can be walked through again"
    with read(out, sheet="Members 2") as second:
        assert second.header == ("one",)
    assert refusal(out, sheet="Members 3") == "no_sheet"


def test_csv_comes_back_as_text_with_its_letters_and_without_formulas():
    out = io.BytesIO()
    sheets.write_csv(out, Table("", HEADER, [ROW]))
    raw = out.getvalue()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in raw.decode("utf-8-sig")
    assert "'+30" not in raw.decode("utf-8-sig"), "a telephone number is no formula"
    with read(out) as sheet:
        (row,) = sheet
        assert row.cells == tuple(as_text(cell) or None for cell in ROW)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_format_lets_a_text_become_a_formula(text):
    out = io.BytesIO()
    sheets.write_csv(out, Table("", ["a"], [[text]]))
    assert out.getvalue().decode("utf-8-sig").splitlines()[1].strip('"').startswith("'")
    book = workbook(["a", "b"], [text, "x"])
    with zipfile.ZipFile(book) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_numbers_and_dates_are_real_in_xlsx():
    with zipfile.ZipFile(workbook(HEADER, ROW)) as archive:
        content = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>58287</v>" in content
    assert "<v>42401</v>" in content, "the day of the approval, as a serial number"
    assert "<autoFilter" in content
    assert 'state="frozen"' in content


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.text(max_size=30),
                st.integers(-(2**40), 2**40),
                st.dates(date(1901, 1, 1), date(2200, 1, 1)),
                st.booleans(),
            ),
            min_size=2,
            max_size=4,
        ),
        max_size=6,
    )
)
@settings(max_examples=15, deadline=None)
def test_any_table_can_be_written_and_read(rows):
    for write in (sheets.write_xlsx, sheets.write_ods):
        out = io.BytesIO()
        write(out, [Table("x", ["first", "second", "third", "fourth"], rows)])
        with read(out) as sheet:
            assert sheet.header[:4] == ("first", "second", "third", "fourth")
            for row in sheet:
                for cell, was in zip(row.cells, rows[row.number - 2], strict=False):
                    if not isinstance(was, str):
                        assert cell == was


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "emri;qyteti\nShoqata për zhvillim;Gjirokastër\nShkolla e mesme;Vlorë\n"),
        ("cp1250", "ime;grad\nŠkola Velenje;Šoštanj\nUdruženje građana;Čačak\n"),
        ("cp1251", "име;град\nОпштина Струмица;Струмица\nЌерамика Ѓорче;Скопје\n"),
        ("cp1251", "Име,Град\nУчилище Търговище,Шумен\n"),
        ("cp1253", "όνομα;πόλη\nΔήμος Σερρών;Σέρρες\nΌμιλος UNESCO;Αθήνα\n"),
        ("iso8859-7", "όνομα;πόλη\nΆλλος Δήμος;Σέρρες\nΌμιλος UNESCO;Άγιος Νικόλαος\n"),
        ("cp1253", "όνομα;πόλη\nΆλλος Δήμος;Άγιος Νικόλαος\n"),
        ("cp1253", "ΟΝΟΜΑ,ΠΟΛΗ\nΔΗΜΟΣ ΣΕΡΡΩΝ,ΣΕΡΡΕΣ\n"),
        ("cp1257", "pavadinimas;miestas\nBiržų rajono savivaldybė;Biržai\nPrienų globos namai;Prienai\n"),
        ("cp1252", "navn\tby\nTromsø kommune\tTromsø\nFleksibel utdanning på norsk\tÅlesund\n"),
        ("utf-8", "όνομα|πόλη\nΔήμος Σερρών|Σέρρες\n"),
        ("utf-8-sig", "a\tb\nž\t1\n"),
        ("utf-16", "a;b\nž;1\n"),
        ("utf-16-le", "név,b\nž,1\n"),
        ("utf-16-be", "név,b\nž,1\n"),
    ],
)
def test_letters_and_columns_of_text_files_are_found(encoding, text):
    with read(csv_file(text, encoding)) as sheet:
        lines = [sheet.delimiter.join(row.cells) for row in sheet]
        assert [sheet.delimiter.join(sheet.header), *lines] == text.splitlines()


@pytest.mark.parametrize(
    ("language", "encoding"),
    [("lt", "cp1257"), ("mk", "cp1251"), ("sr", "cp1251"), ("bg", "cp1251"), ("el", "cp1253"), ("sq", "cp1250"),
     ("hr", "cp1250"), ("sl", "cp1250"), ("de", "cp1252"), ("lv", "cp1257")],
)  # fmt: skip
def test_the_code_page_of_real_words_is_found(language, encoding):
    words = [concept.label(language) for concept in eurovoc.default_concepts() if language in concept.labels]
    chance = random.Random(1)
    right = 0
    for _ in range(40):
        text = "a;b\n" + "".join(f"{chance.choice(words)};{chance.choice(words)}\n" for _ in range(15))
        content = text.encode(encoding, errors="ignore")
        with read(io.BytesIO(content)) as sheet:
            right += [as_text(row.cells[0]) for row in sheet] == [
                line.split(";")[0].strip() for line in content.decode(encoding).splitlines()[1:]
            ]
    assert right >= 38, f"{right} of 40"


def test_a_person_may_overrule_the_guess():
    with read(csv_file("a;b,c\n1;2,3\n"), delimiter=",", encoding="ascii") as sheet:
        assert sheet.header == ("a;b", "c")
    assert refusal(csv_file("a,b\nž,1\n"), encoding="ascii") == "encoding"
    assert refusal(csv_file("a,b\n1,2\n"), encoding="klingon") == "encoding"


def test_excel_says_its_delimiter_itself():
    with read(csv_file("sep=;\na,x;b\n1;2\n")) as sheet:
        assert sheet.header == ("a,x", "b")
        assert [row.number for row in sheet] == [3]


def test_titles_notes_and_blank_rows_above_the_headings_are_left_out():
    book = workbook(
        ["List of members 2024"], [], ["Name", "City", "Country"], [], ["A", "B", "GR"], ["C", None, "LT", "note"]
    )
    with read(book) as sheet:
        assert sheet.header == ("Name", "City", "Country", "")
        assert sheet.header_row == 3
        assert [row.number for row in sheet] == [5, 6], "numbers as the person sees them"
        assert [row.cells for row in sheet] == [("A", "B", "GR", None), ("C", None, "LT", "note")]


def test_quoted_line_breaks_keep_the_row_numbers_of_an_editor():
    with read(csv_file('name,about\nA,"one\ntwo"\n\nB,x\n')) as sheet:
        assert [(row.number, row.cells) for row in sheet] == [(2, ("A", "one\ntwo")), (5, ("B", "x"))]


def test_old_xls_is_read():
    with read(SAMPLES / "members.xls") as sheet:
        assert sheet.name == "Anëtarët"
        assert [row.cells for row in sheet] == [
            ("Bashkia Shkodër", "Shkodër", 95553, date(2016, 2, 1)),
            ("Δήμος Σερρών", "Серес", 1.5, None),
        ]


def test_formulas_are_never_evaluated():
    content = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row><row r="2">'
        '<c r="A2"><f>1+1</f><v>7</v></c><c r="B2"><f>WEBSERVICE("http://x")</f></c></row></sheetData></worksheet>'
    )
    book = altered(workbook(["a", "b"], ["x", "y"]), {"xl/worksheets/sheet1.xml": content.encode()})
    with read(book) as sheet:
        assert [row.cells for row in sheet] == [(7, None)], "the value last saved, not the formula"


def test_what_is_no_spreadsheet_is_refused_politely():
    assert refusal(io.BytesIO(b"")) == "empty"
    assert refusal(io.BytesIO(b" \n\n ")) == "empty"
    assert refusal(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(100))) == "unknown"
    assert refusal(io.BytesIO(b"%PDF-1.7 ...")) == "unknown"
    assert refusal(io.BytesIO(random.Random(1).randbytes(5000))) == "unknown"
    assert refusal(io.BytesIO(b"<html><table><tr><td>1</td></tr></table>")) == "web_page"
    assert refusal(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))) == "broken"
    assert (
        refusal(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))) == "protected"
    )
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("evil.exe", b"MZ")
    assert refusal(other) == "unknown"
    assert refusal(io.BytesIO(workbook(["a", "b"], ["x", "y"]).getvalue()[:-80])) == "broken"
    assert refusal(altered(workbook(["a", "b"], ["x", "y"]), {"xl/workbook.xml": None})) == "broken"
    assert refusal(workbook([])) == "empty"


def test_bombs_are_not_opened():
    book = workbook(["a", "b"], ["x", "y"])
    assert refusal(altered(book, {"xl/media/big.bin": bytes(12 * 2**20)})) == "bomb"
    assert (
        refusal(altered(book, {"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'}))
        == "bomb"
    )
    assert refusal(altered(book, {f"xl/{number}.xml": b"" for number in range(2500)})) == "bomb"


def test_a_bomb_that_lies_about_its_size_is_not_opened():
    raw = bytearray(altered(workbook(["a", "b"], ["x", "y"]), {"xl/media/big.bin": bytes(12 * 2**20)}).getvalue())
    size = struct.pack("<I", 12 * 2**20)
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = struct.pack("<I", 100)
    assert refusal(io.BytesIO(bytes(raw))) == "bomb"


def test_a_sheet_that_claims_a_huge_area_ends_its_process_and_nothing_else():
    cells = "".join(
        f'<row r="{row}"><c r="{name}{row}" t="inlineStr"><is><t>x</t></is></c></row>'
        for row, name in ((1, "A"), (1_048_576, "XFD"))
    )
    content = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{cells}</sheetData></worksheet>"
    )
    book = altered(workbook(["a", "b"], ["x", "y"]), {"xl/worksheets/sheet1.xml": content.encode()})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(book, limits=Limits(memory=2**29, seconds=20)) in {"too_heavy", "too_many_columns", "broken"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_an_ods_that_repeats_a_cell_a_milliard_times_is_refused():
    out = io.BytesIO()
    sheets.write_ods(out, [Table("x", ["a", "b"], [["c", "d"]])])
    with zipfile.ZipFile(out) as archive:
        content = archive.read("content.xml").decode()
    row = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
    row += 'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
    book = altered(out, {"content.xml": content.replace("</table:table>", row).encode()})
    assert refusal(book, limits=Limits(memory=2**29, seconds=20)) in {
        "too_heavy",
        "too_many_columns",
        "too_many_rows",
        "broken",
    }


def test_too_much_is_refused_with_the_limit():
    few = Limits(size=2**20, rows=10, columns=5)
    text = "a,b\n" + "1,2\n" * 11
    assert refusal(csv_file(text), limits=few) == "too_many_rows"
    assert refusal(workbook(["a", "b"], *([1, 2] for _ in range(11))), limits=few) == "too_many_rows"
    assert refusal(csv_file("a,b,c,d,e,f\n1,2,3,4,5,6\n"), limits=few) == "too_many_columns"
    assert refusal(workbook(list("abcdef"), [1] * 6), limits=few) == "too_many_columns"
    assert refusal(csv_file("a,b\n" + "x" * 2**20), limits=few) == "too_large"
    assert refusal(csv_file('a,b\n"' + "x" * 200_000 + "\n")) == "broken"
    with read(workbook(["a", "b"], *([1, 2] for _ in range(10))), limits=few) as sheet:
        assert sheet.count == 10


def test_an_endless_stream_fills_no_disk():
    class Endless(io.BytesIO):
        given = 0

        def read(self, size=-1):
            Endless.given += size
            return (b"a,b\n" * (size // 4 + 1))[:size]

    assert refusal(Endless(), limits=Limits(size=2**20)) == "too_large"
    assert Endless.given < 3 * 2**20


def test_control_characters_and_guards_do_not_get_in():
    with read(csv_file("name,\ufeffcity\n'=A,\x07Ser\x00res\u00a0\n'tis,B\nthe rest of an ordinary text,C\n")) as sheet:
        assert sheet.header == ("name", "city")
        assert [row.cells for row in sheet][:2] == [("=A", "Serres"), ("'tis", "B")]


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_it_fail_other_than_by_saying_so(content):
    code = ""
    try:
        with read(io.BytesIO(content)) as sheet:
            assert sheet.count == len(list(sheet))
    except SheetError as error:
        code = error.code
    assert not code or code in MESSAGES


@pytest.mark.parametrize(
    ("title", "name"),
    [("Members: all/any", "Members all any"), ("", "Sheet"), ("'x'", "x"), ("ž" * 40, "ž" * 31), ("[]", "Sheet")],
)
def test_sheet_titles_are_what_programs_accept(title, name):
    assert sheet_title(title) == name
    assert sheet_title(title, [name]) != name
    assert len(sheet_title(title, [name])) <= 31


@pytest.mark.slow
def test_thirty_six_thousand_rows_take_little_memory():
    measure = (
        "import io, resource; from koinon.kit import sheets; from koinon.kit.sheets import Table;"
        "from koinon.kit.sheets.reading import read; from pathlib import Path; import tempfile;"
        "rows = ([f'name {i}', i, 1.5] + ['some text here'] * 12 for i in range(36000));"
        "start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; file = tempfile.NamedTemporaryFile();"
        "sheets.write_ods(file, [Table('x', ['h%d' % i for i in range(15)], rows)]); file.flush();"
        "sheet = read(Path(file.name)); assert sum(1 for _ in sheet) == 36000; sheet.close();"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start)"
    )
    done = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 30_000, "kilobytes"
