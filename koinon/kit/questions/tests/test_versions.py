"""From version to version: what changed is said, no answer is dropped unsaid."""

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit import questions
from koinon.kit.questions import new_part, new_question, new_schema

OF = {"text": "A text", "scale": 3, "choice": ["a", "b"], "number": {"number": "5", "year": 2020, "source": "x"},
      "file": {"upload": "u", "name": "f.pdf"}, "signature": {"upload": "u", "name": "s.pdf"},
      "place": {"id": "1", "label": "Town"}, "person": {"name": "A", "title": "B", "email": ""}}  # fmt: skip


def answer(question):
    """An answer that the question takes."""
    return [question["choices"][0]["key"]] if question["kind"] == "choice" else OF[question["kind"]]


def asks(kind, key, **settings):
    choices = [{"key": each, "labels": {"en": each.upper()}} for each in settings.pop("choices", "abc")]
    base = {"choices": choices, "many": True, "ends": [{"en": "low"}, {"en": "high"}]}
    return new_question(kind, {"en": f"Question {key}"}, key=key, **base, **settings)


kinds = st.sampled_from(list(questions.KINDS))
question = st.builds(
    lambda kind, key, choices, required: asks(kind, key, choices=choices, required=required),
    kinds, st.sampled_from(["qa", "qb", "qc", "qd", "qe"]), st.sampled_from(["abc", "ab", "bc", "cd"]), st.booleans(),
)  # fmt: skip
row = st.lists(question, max_size=5, unique_by=lambda each: each["key"])
schema = st.builds(lambda one, two: new_schema("en", new_part({"en": "1"}, *one, key="p1"),
                   new_part({"en": "2"}, *[each for each in two if each["key"] not in {q["key"] for q in one}],
                            key="p2")), row, row)  # fmt: skip


@settings(deadline=None)
@given(schema, schema)
def test_every_answer_comes_along_or_is_named(old, new):
    values = {each["key"]: answer(each) for _part, each in questions.each(old)}
    kept = questions.carry(old, new, values)
    lost = {each.key for each in kept.lost}
    for key, value in values.items():
        assert kept.values.get(key) == value or key in lost
        assert key in kept.values or key in lost
    for each in kept.lost:
        assert each.label
        assert each.text
        assert each.why


@settings(deadline=None)
@given(schema)
def test_the_same_version_changes_nothing_and_loses_nothing(old):
    values = {each["key"]: answer(each) for _part, each in questions.each(old)}
    assert not questions.changes(old, deepcopy(old), "en").any
    assert questions.carry(old, deepcopy(old), values) == questions.Carried(values, [])


@settings(deadline=None)
@given(schema, schema)
def test_whatever_differs_is_told(old, new):
    told = questions.changes(old, new, "en")
    before = {each["key"] for _part, each in questions.each(old)}
    after = {each["key"] for _part, each in questions.each(new)}
    assert len(told.added) == len(after - before)
    assert len(told.removed) == len(before - after)
    same = [(part["key"], each) for part, each in questions.each(old)] == [
        (part["key"], each) for part, each in questions.each(new)
    ]
    assert told.any != same


def test_what_changed_in_a_question_is_said():
    old = new_schema("en", new_part({"en": "1"}, asks("text", "qa", limit=100), asks("scale", "qb"), key="p"))
    new = deepcopy(old)
    new["parts"][0]["questions"][0] |= {"limit": 50, "required": True, "published": True, "labels": {"en": "Because?"}}
    told = questions.changes(old, new, "en")
    assert told.changed == ["Because?: other words, must be answered now, published now, other limits or choices"]


def test_only_what_moved_is_named_as_moved():
    row = [asks("text", key) for key in ("qa", "qb", "qc", "qd")]
    old = new_schema("en", new_part({"en": "1"}, *row, key="p"))
    new = new_schema("en", new_part({"en": "1"}, row[3], row[0], row[1], row[2], key="p"))
    assert questions.changes(old, new, "en").moved == ["Question qd"]


def test_published_answers_alone_are_read_by_the_public():
    schema = new_schema("en", new_part({"en": "1"}, asks("text", "qa", published=True), asks("text", "qb"), key="p"))
    values = {"qa": "for all", "qb": "for the staff"}
    assert [
        row.text for part in questions.read(schema, values, language="en", published_only=True) for row in part.rows
    ] == ["for all"]
    assert len(questions.read(schema, values, language="en")[0].rows) == 2
    assert not questions.read(schema, {"qb": "x"}, language="en", published_only=True)
