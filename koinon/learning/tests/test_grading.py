"""Marking: every kind of question, partial credit, words and numbers as people write them, and any odd answer."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.learning.engine.documents import QUESTION_KINDS, Part, Question
from koinon.learning.engine.grading import is_answered, mark, options, ordered, shuffled
from koinon.learning.engine.questions import problems
from koinon.learning.engine.written import accepts, as_number, plain


def question(kind, *parts, **texts):
    return Question("q", kind, parts, {"en": {name.replace("_", "."): text for name, text in texts.items()}})


SINGLE = question(
    "single",
    Part("a", 1.0),
    Part("b", 0.0),
    Part("c", 0.5),
    stem="Which?",
    a_text="A",
    b_text="B",
    c_text="C",
    b_feedback="No",
    right="Well done",
    wrong="Try again",
)
MULTIPLE = question(
    "multiple",
    Part("a", 0.5),
    Part("b", 0.5),
    Part("c", -0.5),
    Part("d", -0.5),
    stem="Which?",
    a_text="A",
    b_text="B",
    c_text="C",
    d_text="D",
)
SHORT = question(
    "short",
    Part("a", 1.0),
    Part("b", 0.5, {"is_case_sensitive": True}),
    Part("c", 0.0),
    stem="Who?",
    a_text="Tirana",
    b_text="TR*A",
    c_text="*",
    c_feedback="A city is asked for",
)
NUMERIC = question(
    "numeric",
    Part("a", 1.0, {"value": 100, "tolerance": 1}),
    Part("b", 0.5, {"low": 90, "high": 110}),
    stem="How many?",
)
MATCH = question(
    "match",
    Part("a"),
    Part("b"),
    Part("c"),
    Part("d"),
    stem="Match",
    a_text="one",
    a_other="1",
    b_text="two",
    b_other="2",
    c_text="zwei",
    c_other="2",
    d_other="3",
)
ORDER = question("order", *(Part(key) for key in "abcde"), stem="Order", **{f"{key}_text": key for key in "abcde"})
GAPS = question(
    "cloze",
    Part("g", 1.0, {"kind": "short", "parts": [{"key": "x", "credit": 1}]}),
    Part("h", 1.0, {"kind": "single", "parts": [{"key": "x", "credit": 1}, {"key": "y", "credit": 0}]}),
    Part("i", 2.0, {"kind": "numeric", "parts": [{"key": "x", "credit": 1, "value": 4}]}),
    stem="[[g]] [[h]] [[i]]",
    g_x_text="hub",
    h_x_text="yes",
    h_y_text="no",
    h_y_feedback="Think",
)
LONG = question("long", stem="Tell us")
TRUE = question("true_false", Part("true", 1.0), Part("false"), stem="So?")
ALL = [SINGLE, MULTIPLE, TRUE, SHORT, NUMERIC, MATCH, ORDER, GAPS, LONG]


def share(asked, answer, language="en"):
    return mark(asked, answer, language).share


def test_single_shows_what_was_chosen_and_why():
    assert mark(SINGLE, {"a": True}, "en").is_right
    wrong = mark(SINGLE, {"b": True}, "en")
    assert (wrong.share, wrong.parts["b"].feedback, wrong.feedback) == (0, ("b.feedback",), ("wrong",))
    assert mark(SINGLE, {"c": "on"}, "en").share == 0.5
    assert share(SINGLE, {"a": True, "c": True}) == 0


@pytest.mark.parametrize(
    ("ticked", "expected"), [("ab", 1), ("a", 0.5), ("ac", 0), ("cd", 0), ("abc", 0.5), ("abcd", 0)]
)
def test_multiple_earns_in_parts_and_never_less_than_nothing(ticked, expected):
    found = mark(MULTIPLE, dict.fromkeys(ticked, True), "en")
    assert (found.share, found.is_right) == (expected, ticked == "ab")


def test_true_and_false():
    assert share(TRUE, {"true": True}) == 1
    assert share(TRUE, {"false": True}) == 0
    assert share(TRUE, {"true": True, "false": True}) == 0


@pytest.mark.parametrize(("said", "expected"), [(" tirana ", 1), ("TIRANA", 1), ("TRxA", 0.5), ("trxa", 0), ("", 0)])
def test_short_takes_case_blanks_and_wildcards(said, expected):
    assert share(SHORT, {"": said}) == expected
    assert mark(SHORT, {"": "Rome"}, "en").parts["c"].feedback == ("c.feedback",)


def test_short_accepts_what_the_language_of_the_answer_accepts():
    asked = replace(
        SHORT, texts={"en": {"stem": "Who?", "a.text": "Greece"}, "el": {"a.text": "Ελλάς"}, "mk": {"stem": "?"}}
    )
    assert share(asked, {"": "ΕΛΛΆΣ"}, "el") == 1
    assert share(asked, {"": "Greece"}, "el") == 0
    assert share(asked, {"": "Greece"}, "mk") == 1


@pytest.mark.parametrize(
    ("answer", "pattern", "expected"),
    [
        ("cafe\u0301", "café", True),
        ("cafe", "café", False),
        ("ﬁne", "fine", True),
        ("don’t", "don't", True),
        ("a–b", "a-b", True),
        ("a*b", r"a\*b", True),
        ("axb", r"a\*b", False),
        ("aXbYc", "a*b*c", True),
        ("ab", "a*b", True),
        ("aba", "ab*ba", False),
        ("x" * 3000, "*", False),
        ("Straße", "strasse", True),
    ],
)
def test_writings_that_are_the_same(answer, pattern, expected):
    assert accepts(answer, pattern) is expected


def test_accents_may_be_left_out_where_the_author_says_so():
    assert accepts("Αθηνα", "Αθήνα", ignores_accents=True)
    assert not accepts("Αθηνα", "Αθήνα")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_accepts_itself_and_wildcards_never_hang(one, two):
    escaped = one.replace("*", r"\*")
    if folded_once(one):
        assert accepts(one, escaped) or "\\" in one or "\0" in one
    accepts(one * 20, "*".join(two * 20))


def folded_once(text):
    return bool(text.strip()) and "\0" not in text


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        ("1.5", "en", 1.5),
        ("1,5", "en", 1.5),
        ("1,5", "el", 1.5),
        ("1.5", "el", 1.5),
        ("1,500", "en", 1500),
        ("1.500", "el", 1500),
        ("1,500", "el", 1.5),
        ("1.500", "en", 1.5),
        ("0.500", "el", 0.5),
        ("1 234 567,8", "mk", 1234567.8),
        ("1.234.567", "sq", 1234567),
        ("1,234,567.5", "en", 1234567.5),
        ("1.234,5", "lt", 1234.5),
        ("−3", "en", -3),
        ("– 3", "en", -3),
        ("+7", "en", 7),
        ("1e3", "en", 1000),
        ("٣", "en", 3),
        ("1'000", "de", 1000),
        (".5", "en", 0.5),
        ("", "en", None),
        ("abc", "en", None),
        ("1.2.3", "en", None),
        ("nan", "en", None),
        ("inf", "en", None),
        ("1e999", "en", None),
        ("1_000", "en", None),
        ("--1", "en", None),
        (True, "en", None),
        (3, "en", 3),
        (math.nan, "en", None),
        ("1" * 100, "en", None),
        ([1], "en", None),
    ],
)
def test_numbers_as_people_write_them(written, language, expected):
    assert as_number(written, language) == expected


@pytest.mark.parametrize(
    ("said", "expected"), [("100", 1), ("101", 1), ("99", 1), ("102", 0.5), ("90", 0.5), ("89,9", 0)]
)
def test_numeric_has_tolerance_and_ranges(said, expected):
    assert share(NUMERIC, {"": said}, "el") == expected


def test_numeric_may_be_relative_and_exact_decimals_are_near_enough():
    relative = question("numeric", Part("a", 1.0, {"value": 200, "tolerance": 0.1, "is_relative": True}), stem="?")
    assert [share(relative, {"": number}) for number in (180, 220, 179, "x")] == [1, 1, 0, 0]
    assert share(question("numeric", Part("a", 1.0, {"value": 0.3}), stem="?"), {"": repr(0.1 + 0.2)}) == 1


def test_match_earns_by_pair_and_the_same_words_are_the_same_choice():
    assert share(MATCH, {"a": "a", "b": "c", "c": "b"}) == 1
    found = mark(MATCH, {"a": "a", "b": "d"}, "en")
    assert (found.share, found.parts["b"].is_right, found.parts["c"].is_right) == (0.3333, False, None)
    assert len(options(MATCH, "en", "seed")) == 3


@pytest.mark.parametrize(
    ("row", "expected"),
    [("abcde", 1), ("eabcd", 0.75), ("edcba", 0), ("abc", 0.5), ("", 0), ("aabcde", 0), ("baedc", 0)],
)
def test_order_earns_by_right_neighbours(row, expected):
    assert share(ORDER, {"": list(row)}) == expected


def test_order_takes_places_too():
    assert share(ORDER, {key: str(place) for place, key in enumerate("abcde", 1)}) == 1
    assert share(ORDER, dict.fromkeys("abcde", 1)) == 0


def test_cloze_weighs_its_gaps():
    assert share(GAPS, {"g": "Hub", "h": "x", "i": "4"}) == 1
    found = mark(GAPS, {"g": "hub", "h": "y"}, "en")
    assert (found.share, found.parts["h"].feedback, found.parts["i"].is_right) == (0.25, ("h.y.feedback",), None)


def test_long_waits_for_a_person():
    assert mark(LONG, {"": "It was like this"}, "en").waits
    assert not mark(LONG, {"": "  "}, "en").waits


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from("abcdeghix"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["", *"abcdeghix", "true"]), inner),
    max_leaves=12,
)


@given(st.sampled_from(ALL), odd, st.sampled_from(["en", "el", ""]))
def test_any_answer_is_marked(asked, answer, language):
    found = mark(asked, answer, language)
    assert 0 <= found.share <= 1
    assert set(found.parts) <= {part.key for part in asked.parts}
    assert is_answered(asked, answer) or found.share == 0
    assert found.waits <= is_answered(asked, answer)


facts = st.fixed_dictionaries(
    {},
    optional={
        "value": odd,
        "tolerance": odd,
        "low": odd,
        "high": odd,
        "kind": st.text(max_size=3) | st.sampled_from(QUESTION_KINDS),
        "parts": odd,
    },
)
credit = st.floats(-2, 2)


@given(st.sampled_from([*QUESTION_KINDS, "?"]), st.lists(st.builds(Part, st.sampled_from("abc"), credit, facts)), odd)
def test_any_question_is_marked_and_checked(kind, parts, answer):
    asked = Question("q", kind, tuple(parts), {"en": {"a.text": "x"}})
    assert 0 <= mark(asked, answer, "en").share <= 1
    problems(asked, ["en", "el"])


@given(st.lists(st.text(max_size=6), unique=True, max_size=8), st.text(max_size=10), st.randoms())
def test_shuffling_depends_on_keys_alone(keys, seed, chance):
    mixed = chance.sample(keys, len(keys))
    assert ordered(keys, seed) == ordered(mixed, seed)
    assert sorted(ordered(keys, seed)) == sorted(keys)


def test_what_is_shuffled():
    for asked in ALL:
        texts = {"el": {name: text[::-1] for name, text in asked.texts["en"].items()}}
        for seed in "0123456789":
            found = shuffled(asked, seed)
            assert found == shuffled(replace(asked, texts=texts), seed)
            assert sorted(found) == sorted(part.key for part in asked.parts)
            assert asked.kind != "order" or found != [part.key for part in asked.parts]
    assert len({tuple(shuffled(SINGLE, str(seed))) for seed in range(99)}) == 6
    assert shuffled(replace(SINGLE, shuffles=False), "1") == ["a", "b", "c"]
    assert shuffled(TRUE, "4") == ["true", "false"]


def test_good_questions_have_no_problems():
    for asked in ALL:
        assert problems(asked) == [], asked.kind


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question("single", Part("a"), Part("b"), stem="?", a_text="A", b_text="B"), ["no_right_answer"]),
        (question("single", Part("a", 1), Part("b", 1), stem="?", a_text="A", b_text="B"), ["several_right"]),
        (question("single", Part("a", 1), stem="?", a_text="A"), ["too_few"]),
        (question("single", Part("a", 1), Part("a"), stem="?", a_text="A"), ["twice", "same_words"]),
        (question("multiple", Part("a", 0.5), Part("b"), stem="?", a_text="A", b_text="B"), ["credits_sum"]),
        (question("multiple", Part("a", 1), Part("b"), stem="?", a_text="A", b_text="B"), ["all_chosen_is_right"]),
        (question("short", Part("a", 1), stem="?"), ["no_text"]),
        (question("numeric", Part("a", 1, {"value": "x"}), stem="?"), ["no_number"]),
        (question("long"), ["no_stem"]),
        (replace(GAPS, texts={"en": {**GAPS.texts["en"], "stem": "[[g]] [[z]]"}}), ["gap_missing"]),
        (replace(LONG, points=0), ["no_points"]),
        (Question("q", "essay"), ["unknown_kind"]),
    ],
)
def test_problems_are_named(asked, expected):
    assert problems(asked) == expected


def test_problems_are_asked_for_in_each_language():
    assert problems(SINGLE, ["en", "el"]) == ["no_stem", "no_text"]


def test_plain_words():
    assert plain("<b>a</b>b &amp; <p>c</p>") == "ab & c"
