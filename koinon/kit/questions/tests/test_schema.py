"""A questionnaire is examined before it is used, whatever it holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit import questions
from koinon.kit.questions import new_part, new_question, new_schema

EN = {"en": "Why?"}
ENDS = [{"en": "not at all"}, {"en": "fully"}]
CHOICES = [{"key": "a", "labels": {"en": "A"}}, {"key": "b", "labels": {"en": "B"}}]


def one(kind="text", **settings):
    return new_schema("en", new_part({"en": "You"}, new_question(kind, EN, key="q", **settings), key="p"))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("text", {}),
        ("text", {"limit": 300}),
        ("number", {"units": {"en": "people"}, "least": 0, "whole": True}),
        ("choice", {"choices": CHOICES}),
        ("choice", {"choices": CHOICES, "many": True, "most": 2}),
        ("scale", {"ends": ENDS}),
        ("file", {}),
        ("signature", {}),
        ("place", {}),
        ("person", {"with_email": True}),
    ],
)
def test_each_kind_can_be_asked(kind, settings):
    assert questions.problems(one(kind, **settings)) == {}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("riddle", {}),
        ("text", {"labels": {}}),
        ("text", {"labels": {"mk": "Зошто?"}}),
        ("text", {"limit": 0}),
        ("text", {"limit": "many"}),
        ("text", {"helps": {"en": "x" * 3000}}),
        ("number", {"least": 5, "most": 1}),
        ("number", {"least": "low"}),
        ("choice", {}),
        ("choice", {"choices": CHOICES[:1]}),
        ("choice", {"choices": [CHOICES[0], CHOICES[0]]}),
        ("choice", {"choices": CHOICES, "most": 3}),
        ("choice", {"choices": [CHOICES[0], {"key": "b", "labels": {}}]}),
        ("scale", {}),
        ("scale", {"ends": [{"en": "low"}, {}]}),
    ],
)
def test_what_is_wrong_is_said_of_the_question(kind, settings):
    schema = one("text")
    schema["parts"][0]["questions"][0] |= {"kind": kind, **settings}
    assert list(questions.problems(schema)) == ["q"]


def test_two_questions_may_not_share_a_key():
    schema = one()
    schema["parts"][0]["questions"] *= 2
    assert "" in questions.problems(schema)


def test_a_form_without_a_question_asks_nothing():
    assert "" in questions.problems(new_schema("en", new_part({"en": "You"})))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "kind", "parts", "questions", "labels", "titles", "choices", "ends", "limit", "en"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(anything)
def test_whatever_comes_in_is_examined_without_falling_over(thing):
    questions.problems(thing)


@settings(deadline=None)
@given(
    st.sampled_from(list(questions.KINDS)),
    anything,
    st.sampled_from(["limit", "choices", "ends", "units", "helps", "most"]),
)
def test_settings_of_any_shape_are_examined(kind, thing, name):
    questions.problems(one(kind, **{name: thing}))


def test_words_fall_back_to_the_original_then_to_english():
    texts = {"en": "Why?", "el": "Γιατί;"}
    assert questions.said(texts, "el", "mk") == "Γιατί;"
    assert questions.said(texts, "sq", "el") == "Γιατί;"
    assert questions.said(texts, "sq", "mk") == "Why?"
    assert questions.said({}, "sq", "mk") == ""
