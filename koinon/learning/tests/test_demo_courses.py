"""The courses of the demo are whole in five languages; their checks find only the one mark that is meant to show."""

import re

import pytest

from koinon.learning.demo import files, words
from koinon.learning.engine import blocks, documents, questions, reading

PARTS = ("paragraph", "header", "list", "quote", "callout", "table")


@pytest.fixture(params=files.SLUGS)
def told(request):
    return files.told(request.param)


def test_the_check_before_publishing_finds_only_the_text_that_is_meant_to_be_older():
    found = [
        (slug, each.code, each.language, each.values["names"])
        for slug in files.SLUGS for each in reading.check(files.told(slug).document, files.LANGUAGES)
    ]  # fmt: skip
    assert found == [("networking-for-hubs", "stale", "el", ["follow-6"])]


def test_every_page_has_the_same_blocks_in_every_language(told):
    for node in told.document.nodes:
        assert set(node.texts) == set(files.LANGUAGES)
        shapes = {language: shape(said["blocks"]) for language, said in node.texts.items()}
        assert all(each == shapes["en"] for each in shapes.values()), node.texts["en"]["title"]
        names = {language: set(said) - {"of"} for language, said in node.texts.items()}
        assert all(each == names["en"] for each in names.values())


def shape(said):
    return [
        (block["id"], block["type"], len(block["data"].get("items") or block["data"].get("content") or ()))
        for block in said
    ]


def test_blocks_are_already_as_they_are_kept(told):
    for node in told.document.nodes:
        for said in node.texts.values():
            assert blocks.cleaned(said["blocks"]) == (said["blocks"], set())


def test_pages_are_read_in_minutes_and_easy(told):
    for node in told.document.nodes:
        for language, said in node.texts.items():
            level = reading.level(blocks.text(said["blocks"]), language)
            if node.kind == "page":
                assert 100 <= level.words <= 250, (node.texts["en"]["title"], language)
                assert level.lix <= reading.HARD


def test_questions_are_sound_and_say_the_same_in_every_language(told):
    surveys = {key for node in told.document.nodes if node.kind == "survey" for key in node.settings["questions"]}
    for question in told.document.questions:
        wanted = ["no_right_answer"] if question.key in surveys and question.kind == "single" else []
        assert questions.problems(question, files.LANGUAGES) == wanted
        assert len({frozenset(said) for said in question.texts.values()}) == 1, question.texts["en"]["stem"]


def test_the_three_courses_show_every_kind_of_question_block_and_node():
    courses = [files.told(slug).document for slug in files.SLUGS]
    assert {each.kind for course in courses for each in course.questions} == set(documents.QUESTION_KINDS)
    for course in courses:
        kinds = [node.kind for node in course.nodes]
        assert kinds.count("page") >= 4
        assert {"section", "quiz", "task", "session", "discussion"} <= set(kinds)
    assert "survey" in {node.kind for course in courses for node in course.nodes}
    used = {each["type"] for course in courses for node in course.nodes for each in node.texts["en"]["blocks"]}
    assert used == set(PARTS)
    assert {course.language for course in courses} == {"sq", "lt", "el"}


def test_it_says_that_it_is_a_demo_and_who_wrote_it(told):
    for said in told.document.texts.values():
        assert len(said["summary"]) < 600
    assert "machine help" in told.document.texts["en"]["summary"]
    assert "machine help" in told.document.credit
    assert len(told.document.credit) <= 300
    for field in told.badge.values():
        assert set(field) == set(files.LANGUAGES)


def test_each_language_is_written_in_its_own_letters(told):
    for node in told.document.nodes:
        for language, pattern in (("mk", r"[а-шѓѕјљњќџ]"), ("el", r"[α-ωά-ώ]")):
            text = blocks.text(node.texts[language]["blocks"])
            own, latin = len(re.findall(pattern, text.casefold())), len(re.findall("[a-z]", text.casefold()))
            assert own >= 4 * latin, (node.texts["en"]["title"], language)


def test_marks_become_blocks():
    made = words.blocks(
        "p", "One\nline\n\n## Head\n\n- a\n- b\n\n1. x\n\n> Said\n> — Who\n\n| a | b\n| 1 | 2\n\n!tip T | x"
    )
    assert [each["id"] for each in made] == [f"p-{number}" for number in range(1, 8)]
    assert [each["type"] for each in made] == [
        "paragraph", "header", "list", "list", "quote", "table", "callout",
    ]  # fmt: skip
    assert made[0]["data"] == {"text": "One line"}
    assert made[4]["data"] == {"text": "Said", "caption": "Who"}
    assert made[5]["data"]["content"] == [["a", "b"], ["1", "2"]]
    assert made[6]["data"] == {"tone": "tip", "title": "T", "text": "x"}
