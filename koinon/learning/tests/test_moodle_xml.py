"""Moodle XML: there and back unchanged for what it can say; every element of a file has a line in the report."""
# ruff: noqa: E501

import base64
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.learning.engine.documents import Asset, Document, Part, Question
from koinon.learning.engine.grading import mark
from koinon.learning.engine.reports import Refused, Report
from koinon.learning.formats import moodle_xml, read
from koinon.learning.tests.test_gift import questions, text

PNG = base64.b64encode(b"\x89PNG picture").decode()


def taken(tmp_path, inside, language="en", encoding="utf-8"):
    path = tmp_path / "bank.xml"
    whole = (
        inside
        if isinstance(inside, bytes)
        else f'<?xml version="1.0" encoding="UTF-8"?><quiz>{inside}</quiz>'.encode(encoding)
    )
    path.write_bytes(whole)
    report = Report("moodle_xml")
    return moodle_xml.FORMAT.read(path, report, language, None), report


def question(kind, inside, name="N", stem="<p>Stem</p>"):
    return (f'<question type="{kind}"><name><text>{name}</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text>'
            f"</questiontext>{inside}</question>")  # fmt: skip


def one(tmp_path, kind, inside, **facts):
    document, report = taken(tmp_path, question(kind, inside, **facts))
    assert len(document.questions) == 1, report.items
    return document.questions[0], report.items[0]


def answer(said, fraction=100, feedback="", more=""):
    return f'<answer fraction="{fraction}" format="html"><text>{said}</text><feedback><text>{feedback}</text></feedback>{more}</answer>'


def test_a_choice_with_everything(tmp_path):
    inside = (answer("Yes", feedback="Good") + answer("No", "-33.33333") + "<single>false</single><shuffleanswers>0</shuffleanswers>"
              "<defaultgrade>2.5</defaultgrade><generalfeedback><text>All</text></generalfeedback><correctfeedback><text>R</text></correctfeedback>"
              "<tags><tag><text>hub</text></tag></tags>")  # fmt: skip
    found, item = one(tmp_path, "multichoice", inside)
    assert (found.kind, found.points, found.shuffles, found.tags) == ("multiple", 2.5, False, ("hub",))
    assert [part.credit for part in found.parts] == [1, -0.3333333]
    assert found.texts["en"] == {
        "title": "N",
        "stem": "Stem",
        "a1.text": "Yes",
        "a1.feedback": "Good",
        "a2.text": "No",
        "general": "All",
        "right": "R",
    }
    assert (item.fate, item.kind, item.title) == ("kept", "multiple", "N")
    assert "<question" in found.raw


@pytest.mark.parametrize(
    ("kind", "inside", "expected", "credits"),
    [
        ("truefalse", answer("false") + answer("true", 0), "true_false", [0, 1]),
        ("shortanswer", "<usecase>1</usecase>" + answer("Hub*") + answer("*", 0), "short", [1, 0]),
        ("numerical", answer("3,5", more="<tolerance>0.5</tolerance>"), "numeric", [1]),
        (
            "matching",
            "<subquestion><text>a</text><answer><text>1</text></answer></subquestion><subquestion><text/><answer><text>2</text></answer></subquestion>",
            "match",
            [0, 0],
        ),
        ("ordering", answer("a", 1) + answer("b", 2), "order", [0, 0]),
        ("essay", "", "long", []),
        ("multichoiceset", answer("a") + answer("b", 0) + answer("c"), "multiple", [0.5, -0.5, 0.5]),
    ],
)
def test_every_kind(tmp_path, kind, inside, expected, credits):
    found, _ = one(tmp_path, kind, inside)
    assert (found.kind, [part.credit for part in found.parts]) == (expected, credits)


def test_cloze_is_read_marked_and_written(tmp_path):
    stem = "A {1:SHORTANSWER:=cat#yes~%50%dog\\}s} has {2:NUMERICAL:=4:0.5} legs, {1:MCH:=fur~fins#no}. {x}"
    found, _ = one(tmp_path, "cloze", "", stem=stem)
    assert found.texts["en"]["stem"] == "A [[g1]] has [[g2]] legs, [[g3]]. {x}"
    assert mark(found, {"g1": "dog}s", "g2": "4,4", "g3": "a1"}, "el").share == 0.875
    moodle_xml.write(Document("d", "en", {}, questions=(found,)), tmp_path / "out.xml", "en")
    again, _ = read(tmp_path / "out.xml")
    assert replace(again.questions[0], key="", raw="") == replace(found, key="", raw="")


def test_gaps_as_moodle_itself_exports_them(tmp_path):
    stem = ("<p>Pick<br />* One: {1:MULTICHOICE:A#Wrong~%100%B#OK}<br />* Two: {1:MULTICHOICE:%0%A#Wrong~=B#OK}<br />Capital {1:SHORTANSWER:%100%Paris"
            "#Yes!<br />~%50%Marseille#No, second (after<br />Paris).~*#Wrong.}.</p>")  # fmt: skip
    found, _ = one(tmp_path, "cloze", "", stem=stem)
    assert [[each["credit"] for each in part.facts["parts"]] for part in found.parts] == [[0, 1], [0, 1], [1, 0.5, 0]]
    marked = mark(found, {"g1": "a2", "g2": "a2", "g3": "Rome"}, "en")
    assert (marked.share, marked.parts["g3"].feedback) == (0.6667, ("g3.a3.feedback",))


def test_boxes_to_drag_become_gaps(tmp_path):
    inside = "".join(
        f"<dragbox><text>{word}</text><group>{group}</group></dragbox>"
        for word, group in [("cat", 1), ("dog", 1), ("4", 2)]
    )
    found, item = one(tmp_path, "ddwtos", inside, stem="A [[1]] has [[3]] legs [[9]]")
    assert found.texts["en"]["stem"] == "A [[g1]] has [[g2]] legs [[9]]"
    assert [len(part.facts["parts"]) for part in found.parts] == [2, 1]
    assert item.code == "gaps_from_boxes"


def test_pictures_inside_go_there_and_back(tmp_path):
    stem = '<p>See <img src="@@PLUGINFILE@@/my%20map.png" alt="A map"> <img src="@@PLUGINFILE@@/gone.png"></p>'
    whole = question("essay", "", stem=stem).replace(
        "</questiontext>", f'<file name="my map.png" path="/" encoding="base64">{PNG}</file></questiontext>'
    )
    document, report = taken(tmp_path, whole)
    assert report.items[0].code == "picture_lost"
    asset = document.assets[0]
    assert (asset.read(), asset.media_type, asset.alt) == (b"\x89PNG picture", "image/png", {"en": "A map"})
    assert f'src="asset:{asset.key}"' in document.questions[0].texts["en"]["stem"]
    moodle_xml.write(document, tmp_path / "out.xml", "en")
    again, _ = read(tmp_path / "out.xml")
    assert again.assets[0].key == asset.key
    assert again.questions[0].texts == document.questions[0].texts


def test_languages_stand_apart(tmp_path):
    found, _ = one(
        tmp_path, "truefalse", answer("true"), stem="{mlang en}Yes{mlang}{mlang el}Ναι{mlang}{mlang other}?{mlang}"
    )
    assert {code: said.get("stem") for code, said in found.texts.items()} == {"en": "Yes?", "el": "Ναι"}
    moodle_xml.write(Document("d", "en", {}, questions=(found,)), tmp_path / "out.xml", "en")
    again, _ = read(tmp_path / "out.xml")
    assert {code: said.get("stem") for code, said in again.questions[0].texts.items()} == {"en": "Yes?", "el": "Ναι"}


def test_each_element_has_a_line(tmp_path):
    inside = [
        '<question type="category"><category><text>$course$/top/Hubs</text></category></question>',
        question("truefalse", answer("true")), question("description", "", name="Read this"), question("calculated", ""),
        question("multichoice", ""), "<odd/>", question("essay", "", stem="<script>x</script>Tell"),
    ]  # fmt: skip
    document, report = taken(tmp_path, "".join(inside))
    assert [(item.fate, item.code) for item in report.items] == [
        ("kept", ""), ("kept", ""), ("changed", "description_page"), ("dropped", "kind_unknown"),
        ("dropped", "question_unclear"), ("dropped", "no_kind"), ("changed", "html_cleaned"),
    ]  # fmt: skip
    assert all(item.reason for item in report.items if item.fate != "kept")
    assert document.questions[0].tags == ("Hubs",)
    assert [node.kind for node in document.nodes] == ["page", "quiz"]
    assert report.questions == {"true_false": 1, "long": 1}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1253"])
def test_files_that_are_not_in_the_encoding_they_name(tmp_path, encoding):
    document, _ = taken(tmp_path, question("essay", "", stem="Πού;"), language="el", encoding=encoding)
    assert document.questions[0].texts["el"]["stem"] == "Πού;"


BOMB = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz><question>&b;</question></quiz>'
OUTSIDE = b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay"><name><text>&x;</text></name></question></quiz>'


@pytest.mark.parametrize(
    "attack", [BOMB, OUTSIDE, BOMB.decode().encode("utf-16"), b"<quiz>", b"", b"<quiz><question", b"<a/>"]
)
def test_attacks_and_ruins_are_refused(tmp_path, attack):
    with pytest.raises(Refused):
        taken(tmp_path, attack)


def test_huge_files_are_refused_before_they_are_read(tmp_path):
    with (tmp_path / "big.xml").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(Refused, match="larger"):
        moodle_xml.FORMAT.read(tmp_path / "big.xml", Report("moodle_xml"), "en", None)


def test_files_are_recognised(tmp_path):
    (tmp_path / "a.xml").write_text('<?xml version="1.0"?>\n<!-- x --><quiz><question type="essay"/></quiz>')
    (tmp_path / "b.xml").write_text("<manifest><quiz/></manifest>")
    assert moodle_xml.looks(tmp_path / "a.xml")
    assert not moodle_xml.looks(tmp_path / "b.xml")


@settings(max_examples=200, deadline=None)
@given(st.lists(questions(), min_size=1, max_size=3), st.data())
def test_what_it_can_say_goes_there_and_back(tmp_path_factory, asked, data):
    said = []
    for number, each in enumerate(asked):
        texts = {"en": {**each.texts["en"], "title": f"Q{number}", "right": data.draw(text) or "R"}}
        parts = tuple(
            replace(p, facts={"value": p.facts["low"], "tolerance": 0.0}) if "low" in p.facts else p for p in each.parts
        )
        points, tags = data.draw(st.sampled_from([1.0, 2.5])), tuple(sorted(each.tags))
        said.append(
            replace(each, texts=texts, parts=parts, points=points, shuffles=data.draw(st.booleans()), tags=tags)
        )
    path = tmp_path_factory.mktemp("xml") / "x.xml"
    moodle_xml.write(Document("d", "en", {}, questions=tuple(said)), path, "en")
    again = moodle_xml.FORMAT.read(path, Report("moodle_xml"), "en", None)
    assert [replace(each, key="q", raw="") for each in again.questions] == said


pieces = st.sampled_from([
    "multichoice", "truefalse", "shortanswer", "numerical", "matching", "ordering", "essay", "cloze", "ddwtos", "gapselect", "category",
    "description", "stack", "",
])  # fmt: skip
inner = st.recursive(
    st.text("a{}:=~#%1 [", max_size=8).map(lambda each: each.replace("&", "").replace("<", "")),
    lambda below: st.builds(
        lambda tag, parts: f"<{tag} fraction='{len(parts)}0'>{''.join(parts)}</{tag}>",
        st.sampled_from(
            [
                "text",
                "answer",
                "feedback",
                "name",
                "questiontext",
                "category",
                "subquestion",
                "tags",
                "tag",
                "tolerance",
                "dragbox",
                "selectoption",
                "file",
                "single",
            ]
        ),
        st.lists(below, max_size=3),
    ),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(pieces, inner), min_size=1, max_size=4))
def test_any_xml_is_read_and_each_element_has_a_line(tmp_path_factory, elements):
    inside = "".join(f'<question type="{kind}">{below}</question>' for kind, below in elements)
    path = tmp_path_factory.mktemp("xml") / "x.xml"
    path.write_text(f"<quiz>{inside}</quiz>")
    report = Report("moodle_xml")
    try:
        moodle_xml.FORMAT.read(path, report, "en", None)
    except Refused:
        assert not report.questions
    assert {item.where for item in report.items} >= {str(number + 1) for number in range(len(elements))}


def test_assets_of_a_course_are_written_once_named():
    asset = Asset("k" * 64, "a b.png", "image/png", 3, read=lambda: b"abc")
    asked = Question(
        "q",
        "single",
        (Part("a", 1.0), Part("b")),
        {"en": {"stem": f'<img src="asset:{asset.key}" alt="x">', "a.text": "A", "b.text": "B"}},
    )
    from koinon.learning.formats.moodle_xml.writing import _Writer

    written = _Writer(asked, "en", {asset.key: asset}).element()
    assert [each.text for each in written.iter("file")] == ["YWJj"]
