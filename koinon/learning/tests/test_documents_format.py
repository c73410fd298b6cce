"""DOCX, ODT and Markdown become sections and pages by their headings; what is left out is said."""
# ruff: noqa: E501  (samples of XML are easier to read on one line)

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.learning import formats
from koinon.learning.tests.hostile import zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
STYLES = f"""<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="el-GR"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>"""
NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num></w:numbering>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="media/a.png"/><Relationship Id="r2" Target="https://soil.example/" TargetMode="External"/></Relationships>"""
FOOTNOTES = f"""<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def p(text, style="", more="", number=None):
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="1"/></w:numPr>' if number is not None else ""
    return f"<w:p><w:pPr>{style}{listed}</w:pPr><w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


PICTURE = '<w:r><w:drawing><x xmlns="q"><docPr descr="{}"/><blip r:embed="r1"/></x></w:drawing></w:r>'
BODY = (
    p("Gardens", "T") + p("Before")
    + p("Soil", "H1") + p("Intro to ", more="<w:r><w:rPr><w:b/></w:rPr><w:t>soil</w:t></w:r><w:hyperlink r:id='r2'><w:r><w:t> atlas</w:t></w:r></w:hyperlink>")
    + p("Sand", "H2") + p("one", number=0) + p("inner", number=1) + p("two", number=0)
    + p("Loam", "H2") + p("Text", more="<w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:commentReference w:id='1'/></w:r>")
    + p("Water", "H1") + p("", more=PICTURE.format(""))
    + "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    + "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:p><w:r><w:t>Kind</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>Clay</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)  # fmt: skip
DOCX = {
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": f"<w:document {W}><w:body>{BODY}</w:body></w:document>",
    "word/styles.xml": STYLES,
    "word/numbering.xml": NUMBERING,
    "word/footnotes.xml": FOOTNOTES,
    "word/_rels/document.xml.rels": RELATIONS,
    "word/media/a.png": b"\x89PNG 1",
}

O = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'  # noqa: E741
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": f"""<office:document-content {O}><office:automatic-styles><style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number/></text:list-style></office:automatic-styles><office:body><office:text>
<text:p text:style-name="Title">Gardens</text:p><text:h text:outline-level="1">Soil</text:h>
<text:p>All <text:span text:style-name="B">about</text:span> it<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note</text:p></text:note-body></text:note><office:annotation><text:p>Hm</text:p></office:annotation></text:p>
<text:list text:style-name="L"><text:list-item><text:p>one</text:p></text:list-item></text:list>
<text:h text:outline-level="1">Water</text:h><text:p><draw:frame><draw:image xlink:href="Pictures/a.png"/><svg:desc>A well</svg:desc></draw:frame></text:p>
<table:table><table:table-row><table:table-cell><text:p>Clay</text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document-content>""",
    "meta.xml": f'<office:document-meta {O} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:language>lt-LT</dc:language></office:meta></office:document-meta>',
    "Pictures/a.png": b"\x89PNG 1",
}
MARKDOWN = """---
title: "Gardens"
lang: mk
---
# Soil
All **about** it[^1]. <script>x()</script> ![A hand](pictures/a%20b.png) ![](gone.png)

[^1]: A note

## Sand
- one
    - inner

| Kind | Water |
|------|-------|
| Clay | much  |

## Loam
Text
# Water
1. first
"""


def tree(document, parent=""):
    language = document.language
    return [
        (node.kind, node.texts[language]["title"], *([tree(document, node.key)] if node.kind == "section" else []))
        for node in document.children(parent)
    ]


def said(document, title):
    (node,) = [
        each for each in document.nodes if each.texts[document.language]["title"] == title and each.kind == "page"
    ]
    return node.texts[document.language]["blocks"]


def codes(report):
    return {(item.fate, item.code) for item in report.items if item.code}


def test_docx(tmp_path):
    document, report = formats.read(zipped(tmp_path / "x.docx", DOCX))
    assert (report.format, document.language) == ("documents", "el")
    assert document.texts["el"]["title"] == "Gardens"
    assert tree(document) == [
        ("page", "Gardens"),
        ("section", "Soil", [("page", "Soil"), ("page", "Sand"), ("page", "Loam")]),
        ("page", "Water"),
    ]
    assert "<b>soil</b>" in str(said(document, "Soil"))
    assert "https://soil.example/" in str(said(document, "Soil"))
    (listed,) = said(document, "Sand")
    assert listed["data"]["style"] == "ordered"
    assert [item["content"] for item in listed["data"]["items"]] == ["one", "two"]
    assert listed["data"]["items"][0]["items"][0]["content"] == "inner"
    assert "A note" in str(said(document, "Loam"))
    water = said(document, "Water")
    assert [block["type"] for block in water] == ["image", "paragraph", "table"]
    assert water[1]["data"]["text"] == "new"
    assert water[2]["data"] == {"withHeadings": True, "content": [["Kind"], ["Clay"]]}
    assert {("changed", "footnotes"), ("changed", "tracked"), ("dropped", "comments"), ("changed", "no_alt")} <= codes(
        report
    )


def test_odt(tmp_path):
    document, report = formats.read(zipped(tmp_path / "x.odt", ODT))
    assert (document.language, document.texts["lt"]["title"]) == ("lt", "Gardens")
    assert tree(document) == [("page", "Soil"), ("page", "Water")]
    soil = said(document, "Soil")
    assert "<b>about</b>" in str(soil) or "<strong>about</strong>" in str(soil)
    assert "A note" in str(soil)
    assert "Hm" not in str(soil)
    assert any(block["type"] == "list" and block["data"]["style"] == "ordered" for block in soil)
    (picture,) = document.assets
    assert picture.alt == {"lt": "A well"}
    assert {block["type"] for block in said(document, "Water")} == {"image", "table"}
    assert {("changed", "footnotes"), ("dropped", "comments")} <= codes(report)


@pytest.mark.parametrize("is_zipped", [True, False])
def test_markdown(tmp_path, is_zipped):
    path = tmp_path / "x.md"
    path.write_text(MARKDOWN)
    if is_zipped:
        path = zipped(tmp_path / "x.zip", {"x.md": MARKDOWN, "pictures/a b.png": b"\x89PNG 1"})
    document, report = formats.read(path, language="mk" if is_zipped else "en")
    assert document.language == "mk"
    assert tree(document) == [
        ("section", "Soil", [("page", "Soil"), ("page", "Sand"), ("page", "Loam")]),
        ("page", "Water"),
    ]
    assert [block["type"] for block in said(document, "Sand")] == ["list", "table"]
    assert "x()" not in str(document.nodes)
    assert ("dropped", "file_missing") in codes(report)
    assert len(document.assets) == is_zipped
    assert ("changed", "html_cleaned") in codes(report)


def test_several_markdown_files(tmp_path):
    files = {"b.md": "# Two\ntext", "a.md": "# One\ntext", "c.md": "# One\ntext", "img/a.png": b"1"}
    document, _report = formats.read(zipped(tmp_path / "my_course.zip", files))
    assert tree(document) == [("section", "One", [("page", "One")]), ("section", "Two", [("page", "Two")])]
    assert document.texts["en"]["title"] == "my course"


def test_a_text_of_nothing(tmp_path):
    (tmp_path / "x.md").write_text(" \n")
    assert formats.read(tmp_path / "x.md")[1].refusal.code == "empty"
    assert formats.read(zipped(tmp_path / "x.docx", {"word/document.xml": "<a"}))[1].refusal.code == "not_xml"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(st.sampled_from(["# ", "## ", "- ", "> ", "a", "*", "`", "\n", "|", "[", "](x.png)", "<b>", "<", "&", "![", "    ", "1. ", "é"]), max_size=60).map("".join))  # fmt: skip
def test_any_markdown_is_refused_or_read(tmp_path, text):
    (tmp_path / "x.md").write_text(text)
    document, report = formats.read(tmp_path / "x.md")
    assert (document is None) == (report.refusal is not None)


def test_markdown_without_end_is_read_or_refused(tmp_path):
    for text in ("> " * 5_000 + "x", "[" * 20_000, "- " * 3_000, "*a " * 20_000):
        (tmp_path / "x.md").write_text(text)
        document, report = formats.read(tmp_path / "x.md")
        assert (document is None) == (report.refusal is not None)
