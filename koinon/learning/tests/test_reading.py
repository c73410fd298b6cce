"""The check list before publishing names what is missing, hard, older than its source, or broken."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.learning.engine.documents import Asset, Document, Node, Part, Question
from koinon.learning.engine.reading import check, level, marks, missing, stale

EASY = "The hub is open. Come in. We talk. You can ask us. "
HARD = (
    "Interinstitutional collaboration mechanisms necessitate comprehensive documentation, notwithstanding limitations "
)


def page(key="p", **texts):
    return Node(key, "page", texts=texts)


def said(title="Title", *blocks):
    return {"title": title, "blocks": list(blocks)}


def paragraph(text, key="b1"):
    return {"id": key, "type": "paragraph", "data": {"text": text}}


def codes(*nodes, languages=("en",), questions=(), assets=()):
    texts = {"en": {"title": "Course"}, "el": {"title": "Μάθημα"}}
    found = check(Document("d", "en", texts, nodes, questions, assets), languages)
    assert all(each.sentence for each in found)
    return [(each.code, each.node, each.language) for each in found]


def test_a_good_course_has_an_empty_list():
    assert codes(page(en=said("Title", paragraph(EASY * 10)))) == []


def test_words_that_are_missing():
    assert codes(page(en=said("", paragraph("x")))) == [("no_title", "p", "en")]
    assert codes(page(en=said("T"))) == [("empty", "p", "")]
    found = codes(page(en=said("T", paragraph("x"))), languages=["en", "el"])
    assert found == [("no_title", "p", "el"), ("no_translation", "p", "el")]


def test_older_than_its_source():
    texts = {"en": said("T", paragraph("one"), paragraph("two", "b2")), "el": said("Τ", paragraph("ένα"))}
    texts["el"]["of"] = marks(texts, "en")
    assert stale(texts, "en", "el") == set()
    assert missing(texts, "en", "el") == {"b2"}
    texts["en"] = said("T", paragraph("one and a half"), paragraph("two", "b2"))
    assert stale(texts, "en", "el") == {"b1"}
    assert ("stale", "p", "el") in codes(page(**texts), languages=["en", "el"])


def test_hard_to_read():
    assert codes(page(en=said("T", paragraph(HARD * 10)))) == [("hard", "p", "en")]


def test_pictures_and_recordings_need_words():
    shown = [
        {"id": "b1", "type": "image", "data": {"asset": "a"}},
        {"id": "b2", "type": "audio", "data": {"asset": "s"}},
    ]
    assets = [Asset("a", "a.png", "image/png", 1), Asset("s", "s.mp3", "audio/mpeg", 1)]
    assert codes(page(en=said("T", *shown)), assets=assets) == [
        ("no_terms", "", ""), ("no_alt", "", "en"), ("no_terms", "", ""), ("no_transcript", "", "en"),
    ]  # fmt: skip
    named = [replace(assets[0], licence="CC0-1.0"), replace(assets[1], credit="Ana")]
    assert codes(page(en=said("T", *shown)), assets=named) == [("no_alt", "", "en"), ("no_transcript", "", "en")]
    shown[0]["data"]["decorative"] = True
    told = replace(named[1], transcript={"en": "Words"})
    assert codes(page(en=said("T", *shown)), assets=[named[0], told]) == []


def test_broken_links():
    linked = paragraph('<a href="node:gone">x</a> <a href="asset:gone">y</a>')
    assert codes(page(en=said("T", linked))) == [("no_asset", "p", ""), ("no_node", "p", "")]
    quiz = Node("q", "quiz", texts={"en": {"title": "Q"}}, settings={"questions": ["gone"]})
    assert codes(quiz) == [("no_question", "q", "")]
    assert codes(Node("q", "quiz", texts={"en": {"title": "Q"}})) == [("no_questions", "q", "")]
    assert codes(Node("s", "section", texts={"en": {"title": "S"}})) == [("empty", "s", "")]


def test_questions_are_checked_in_each_language():
    asked = Question("x", "single", (Part("a", 1), Part("b")), {"en": {"stem": "?", "a.text": "A", "b.text": "B"}})
    assert codes(questions=[asked]) == []
    assert codes(questions=[asked], languages=["el"])[0] == ("question", "x", "el")


@pytest.mark.parametrize("alphabet", ["the hub is open.", "το κέντρο είναι ανοιχτό.", "домот е отворен денес."])
def test_reading_level_works_in_any_alphabet(alphabet):
    assert 0 < level(alphabet).lix < 60
    assert level(alphabet).words == 4


@given(st.text(max_size=300))
def test_any_text_has_a_level(text):
    found = level(text)
    assert found.lix >= 0
    assert 0 <= found.long_share <= 1


def test_questions_that_only_surveys_ask_need_no_right_answer():
    texts = {"en": {"stem": "How was it?", "a.text": "Good", "b.text": "Bad"}}
    question = Question("q", "single", (Part("a"), Part("b")), texts)
    survey = Node("s", "survey", texts={"en": said()}, settings={"questions": ["q"]})
    quiz = Node("z", "quiz", texts={"en": said()}, settings={"questions": ["q"]})
    assert codes(survey, questions=[question]) == []
    assert codes(survey, quiz, questions=[question]) == [("question", "q", "en")]
