"""PDFs: our alphabets are there, data stays data, and a template reaches nothing but its folder."""

from pathlib import Path

import pytest
import typst

from koinon.kit import pdf
from koinon.kit.pdf.child import EMBEDDED_ONLY

ALPHABETS = {
    "el": "ΑαΒβΓγΔδΕεΖζΗηΘθΙιΚκΛλΜμΝνΞξΟοΠπΡρΣσςΤτΥυΦφΧχΨψΩωάέήίόύώϊϋΐΰΆΈΉΊΌΎΏ",
    "mk": "АаБбВвГгДдЃѓЕеЖжЗзЅѕИиЈјКкЛлЉљМмНнЊњОоПпРрСсТтЌќУуФфХхЦцЧчЏџШш",
    "sq": "AaBbCcÇçDdEeËë",
    "lt": "AaĄąČčĘęĖėĮįŠšŲųŪūŽž„“",
}
LETTER = Path(__file__).resolve().parents[2] / "network" / "data" / "letter.typ"


@pytest.fixture
def template(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "page.typ"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.mark.parametrize("language", ALPHABETS)
def test_no_letter_is_an_empty_box(language, tmp_path):
    letters = [*ALPHABETS[language], "\ue123"]
    font = '#set page(width: 1cm, height: 1cm)\n#set text(font: ("Libertinus Serif", "New Computer Modern"))\n'
    file = tmp_path / "letters.typ"
    file.write_text(font + "\n#pagebreak()\n".join(f'#"{letter}"' for letter in letters), encoding="utf-8")
    pages = typst.Compiler(file, root=tmp_path, font_paths=EMBEDDED_ONLY).compile(format="png", ppi=60)
    *drawn, box = pages
    assert not [letter for letter, page in zip(letters, drawn, strict=False) if page == box]


def test_what_people_write_is_never_a_command(template):
    page = template("#let said = json(bytes(sys.inputs.data))\n#said.text")
    for text in (
        '#panic("read as a command")',
        '"]); #panic()',
        "*bold* $x$ @nowhere \\",
        "{{ x }} \u0000 😀 ქართული",
    ):
        assert pdf.write(page, {"text": text}).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/hostname")',
        '#read("../../etc/hostname")',
        '#import "@preview/example:0.1.0": *',
        '#import "@local/example:0.1.0": *',
        "#panic()",
    ],
)
def test_a_template_reaches_nothing_but_its_folder(template, text):
    with pytest.raises(pdf.PdfError):
        pdf.write(template(text), {})


def test_a_template_without_end_is_stopped(template):
    endless = "#let n = 0\n#for a in range(100000) { for b in range(100000) { n += calc.pow(b, 2) } }"
    with pytest.raises(pdf.PdfError):
        pdf.write(template(endless), {}, seconds=1)


@pytest.mark.parametrize("language", ALPHABETS)
def test_the_letter_is_set_in_each_language(language):
    words = ALPHABETS[language]
    data = {
        "sender": words, "sender_line": "https://example.org", "addressee": [words, "x"], "reference": ["1/2026"],
        "subject": words, "paragraphs": [words] * 3, "facts": [["a", "b"]], "closing": [words], "footer": "1/2026",
    }  # fmt: skip
    made = pdf.write(LETTER, data, language=language)
    assert b"/StructTreeRoot" in made or b"/MarkInfo" in made or len(made) > 5000
