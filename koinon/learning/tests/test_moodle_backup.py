"""Moodle backups: every activity becomes something or a sentence says why not."""
# ruff: noqa: E501  (samples of XML are easier to read on one line)

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.learning import formats
from koinon.learning.tests import moodle
from koinon.learning.tests.hostile import tarred, zipped


def plain_tar(path, files):
    return tarred(path, files)


def dotted_tar(path, files):
    return tarred(path, files, prefix="./")


@pytest.fixture(params=[zipped, plain_tar, dotted_tar])
def pack(request):
    return request.param


@pytest.fixture
def course(tmp_path):
    return formats.read(tarred(tmp_path / "x.mbz", moodle.whole()))


def titles(document, parent=""):
    return [node.texts["el"]["title"] for node in document.children(parent)]


def node(document, title):
    (found,) = [each for each in document.nodes if each.texts["el"]["title"] == title]
    return found


def fates(report, title):
    return [(item.fate, item.code) for item in report.items if item.title == title]


def test_the_same_course_from_every_packing(tmp_path, pack):
    document, report = formats.read(pack(tmp_path / "x.mbz", moodle.whole()))
    assert report.refusal is None
    assert (report.format, document.language) == ("moodle_backup", "el")
    assert document.texts["el"] == {"title": "Gardens & soils", "summary": "All about <b>soil</b>"}
    assert titles(document) == ["Soil", "2"]
    assert titles(document, document.nodes[0].key) == [
        "Soil", "What soil is", "Read first", "Atlas", "Notes", "Papers", "Handbook",
    ]  # fmt: skip
    assert document == formats.read(tarred(tmp_path / "again", moodle.whole()))[0]


@pytest.mark.parametrize("version", [3, 4])
def test_questions_of_every_kind(tmp_path, version):
    document, report = formats.read(tarred(tmp_path / "x.mbz", moodle.whole(version)))
    assert dict(report.questions) == {
        "single": 3, "multiple": 1, "true_false": 1, "short": 1, "numeric": 1, "match": 1, "long": 2, "cloze": 2, "order": 1,
    }  # fmt: skip
    by_name = {q.texts["el"].get("stem", ""): q for q in document.questions}
    single = next(q for q in document.questions if q.points == 2)
    assert single.texts["el"]["stem"].startswith('Which? <img src="asset:')
    assert [(p.key, p.credit) for p in single.parts] == [("a11", 1.0), ("a12", 0.0)]
    assert (single.texts["el"]["a11.text"], single.texts["el"]["a11.feedback"]) == ("Loam", "Look again")
    assert (single.texts["el"]["right"], single.texts["el"]["partly"]) == ("Well done", "Nearly")
    assert single.tags == ("Soils",)
    assert [p.credit for p in by_name["Which ones?"].parts] == [0.5, 0.5, -0.5]
    assert [(p.key, p.credit) for p in by_name["Sand holds water"].parts] == [("true", 0.0), ("false", 1.0)]
    assert by_name["Name one"].parts[0].facts == {"is_case_sensitive": True}
    assert by_name["How many?"].parts[0].facts == {"value": 3.5, "tolerance": 0.5}
    assert [p.credit for p in by_name["Match"].parts] == [0.5, 0.5, 0.0]
    assert [p.key for p in by_name["Order"].parts] == ["a30", "a31"]
    cloze = by_name["It is [[g1]] and [[g2]]."]
    assert [p.facts["kind"] for p in cloze.parts] == ["short", "single"]
    assert cloze.texts["el"]["g2.a21.text"] == "cold"
    gaps = by_name["A [[g1]] and a [[g2]]"]
    assert gaps.parts[1].facts["parts"][1] == {"key": "a42", "credit": 1.0}
    assert fates(report, "Question 90") == [("dropped", "kind_unknown")]


@pytest.mark.parametrize("version", [3, 4])
def test_a_quiz(tmp_path, version):
    document, report = formats.read(tarred(tmp_path / "x.mbz", moodle.whole(version)))
    quiz = node(document, "Test")
    stems = {q.key: q.texts["el"]["stem"] for q in document.questions}
    assert [stems[key][:6] for key in quiz.settings["questions"]] == ["Name o", "Which?"]
    said = {name: quiz.settings[name] for name in ("attempts", "minutes", "pass", "shuffles")}
    assert said == {"attempts": 2, "minutes": 10.0, "pass": 0.7, "shuffles": True}
    assert list(quiz.settings["points"].values()) == [3.0]
    assert quiz.rule == {"all": [{"viewed": True}, {"score": 0.7}]}
    assert ("dropped", "question_broken") in fates(report, "Test")


def test_activities(course):
    document, report = course
    assert node(document, "Read first").is_optional
    assert node(document, "Atlas").settings == {"url": "https://soil.example/", "is_hidden": True}
    assert fates(report, "Atlas") == [("changed", "was_hidden")]
    assert node(document, "2").settings == {"is_hidden": True}
    assets = {asset.key: asset for asset in document.assets}
    notes = assets[node(document, "Notes").settings["asset"]]
    assert (notes.name, notes.read()) == ("notes.pdf", moodle.NOTES)
    papers = node(document, "Papers").texts["el"]["blocks"]
    assert [block["data"]["title"] for block in papers if block["type"] == "file"] == ["one.pdf", "more/two.pdf"]
    assert fates(report, "lost.pdf") == [("dropped", "no_file")]
    assert titles(document, node(document, "Handbook").key) == ["One", "Two"]
    assert node(document, "Your garden").settings == {"asks": ["file"], "rubric": [{"key": "whole", "points": 20.0}]}
    assert (node(document, "Talk").kind, node(document, "Talk").rule) == ("discussion", {"posted": 2})
    assert fates(report, "Talk") == [("changed", "was_restricted")]
    assert node(document, "Fire").settings["launch"] == "my home/index.html?x=1&lang=en"
    assert fates(report, "Game") == [("dropped", "not_an_archive")]
    assert len(node(document, "How was it").settings["questions"]) == 2
    assert node(document, "When?").kind == "survey"
    assert titles(document, node(document, "Steps").key) == ["A", "B"]
    assert fates(report, "Q") == [("dropped", "lesson_question")]
    assert fates(report, "Wiki") == [("dropped", "no_kind")]
    assert fates(report, "Tool") == [("dropped", "outside_tool")]
    assert fates(report, "News") == [("dropped", "news_forum")]
    assert fates(report, "1") == [("dropped", "people_left")]


def test_texts_and_their_pictures(course):
    document, report = course
    page = node(document, "What soil is")
    (picture,) = [asset for asset in document.assets if asset.name == "a b.png"]
    assert picture.media_type == "image/png"
    assert picture.alt == {"el": "A hand"}
    assert picture.read() == moodle.PICTURE + b"2"
    said = str(page.texts["el"]["blocks"])
    assert picture.key in said
    assert "script" not in said
    assert page.rule == {"viewed": True}
    assert fates(report, "What soil is") == [("changed", "html_cleaned")]
    assert fates(report, "gone.png") == [("dropped", "file_missing")]


def test_nothing_is_lost_without_a_line(course):
    _document, report = course
    said = {item.where.split("#")[0] for item in report.items}
    assert {f"activities/{kind}" for kind in ("page_10", "quiz_16", "wiki_25", "lti_26", "forum_5")} <= said
    assert all(item.reason for item in report.items if item.fate != "kept")


def test_block_ids_differ(course):
    ids = [block["id"] for each in course[0].nodes for block in each.texts["el"].get("blocks", ())]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"other.xml": "<a/>"}, "unknown_format"),
        ({"moodle_backup.xml": "<a"}, "not_xml"),
        ({"moodle_backup.xml": "<moodle_backup><information/></moodle_backup>"}, "not_a_course"),
    ],
)
def test_what_is_no_backup(tmp_path, files, code):
    assert formats.read(tarred(tmp_path / "x.mbz", files))[1].refusal.code == code


XMLS = [
    "moodle_backup.xml",
    "questions.xml",
    "files.xml",
    "activities/quiz_16/quiz.xml",
    "sections/section_1/section.xml",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(XMLS),
    cuts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 60)), min_size=1, max_size=4),
)
def test_backups_with_holes_are_refused_or_read(tmp_path, name, cuts):
    import re

    files = moodle.whole()
    elements = re.split(r"(?=<)", str(files[name]))
    for place, length in cuts:
        place %= len(elements)
        text = "".join(each for each in elements[place : place + length] if not each.startswith("<"))
        elements[place : place + length] = [re.sub(r"<[^>]*>", "", text)] if length % 2 else [elements[place]] * 2
    files[name] = "".join(elements)
    document, report = formats.read(zipped(tmp_path / "x.mbz", files))
    assert (document is None) == (report.refusal is not None)
