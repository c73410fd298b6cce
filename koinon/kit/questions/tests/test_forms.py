"""The form of a part: what is asked is kept as it was said, and nothing runs that a coordinator wrote."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.kit import questions
from koinon.kit.questions import new_part, new_question, new_schema
from koinon.kit.questions.fields import parse_number

CHOICES = [{"key": "a", "labels": {"en": "Adults", "el": "Ενήλικες"}}, {"key": "b", "labels": {"en": "Young"}}]
SCHEMA = new_schema(
    "en",
    new_part(
        {"en": "You"},
        new_question("text", {"en": "Why?", "el": "Γιατί;"}, key="why", required=True, limit=3, published=True),
        new_question("number", {"en": "People"}, key="people", units={"en": "inhabitants"}, whole=True, least=0),
        new_question("choice", {"en": "Who?"}, key="who", choices=CHOICES, required=True),
        new_question("choice", {"en": "All?"}, key="all", choices=CHOICES, many=True, most=1),
        new_question("scale", {"en": "How?"}, key="how", ends=[{"en": "poor"}, {"en": "rich"}]),
        new_question("person", {"en": "Mayor"}, key="mayor", with_email=True),
        new_question("place", {"en": "Town"}, key="town"),
        key="you",
    ),
    new_part({"en": "More"}, new_question("file", {"en": "Plan"}, key="plan", required=True), key="more"),
)
SAID = {
    "why": "We love learning",
    "people_number": "61.500",
    "people_year": "2021",
    "people_source": "Census",
    "who": "a",
    "all": ["b"],
    "how": "4",
    "mayor_name": "A. Person",
    "mayor_title": "Mayor of the town",
    "mayor_email": "mayor@example.org",
    "town": "Serres",
}
VALUES = {
    "why": "We love learning",
    "people": {"number": "61500", "year": 2021, "source": "Census"},
    "who": ["a"],
    "all": ["b"],
    "how": 4,
    "mayor": {"name": "A. Person", "title": "Mayor of the town", "email": "mayor@example.org"},
    "town": {"id": "", "label": "Serres"},
}


def asked(data=None, part="you", **options):
    made = {"language": "en", **options}
    return questions.form_class(SCHEMA, part, **made)(data)


def test_what_is_said_is_what_is_kept():
    form = asked(SAID)
    assert form.is_valid(), form.errors
    assert form.values() == VALUES


def test_what_is_kept_is_what_is_shown_again():
    shown = questions.form_class(SCHEMA, "you", language="el")(values=VALUES)
    html = str(shown)
    assert 'value="61.500"' in html
    assert 'value="Mayor of the town"' in html
    assert "Γιατί;" in html
    assert "Ενήλικες" in html


def test_a_form_that_is_handed_in_says_what_is_wrong_beside_each_field():
    form = asked({**SAID, "why": "one two three four", "people_year": "", "who": "", "mayor_email": "nonsense"})
    assert not form.is_valid()
    assert set(form.errors) == {"why", "people", "who", "mayor"}


def test_a_draft_takes_what_is_there():
    form = asked({"why": "one two three four", "people_number": "5", "mayor_name": "A. Person"}, is_draft=True)
    assert form.is_valid(), form.errors
    assert form.values() == {
        "why": "one two three four",
        "people": {"number": "5", "year": None, "source": ""},
        "mayor": {"name": "A. Person", "title": "", "email": ""},
    }
    lacks = {lack.key for lack in questions.check(SCHEMA, form.values())}
    assert lacks == {"why", "people", "who", "mayor", "plan"}


def test_complete_answers_lack_nothing():
    assert not questions.check(SCHEMA, {**VALUES, "plan": {"upload": "x", "name": "plan.pdf"}})


def test_one_question_can_be_asked_alone():
    form = questions.form_class(SCHEMA, language="en", only="why", is_draft=True)({"why": "so"})
    assert form.is_valid()
    assert form.values() == {"why": "so"}


def test_files_are_handed_to_whoever_keeps_them():
    class Kept:
        pk, name = "id", "plan.pdf"

    form = questions.form_class(SCHEMA, "more", language="en")({}, {"plan": SimpleUploadedFile("plan.pdf", b"%PDF-")})
    assert form.is_valid(), form.errors
    assert form.values(keep=lambda file, question: Kept) == {"plan": {"upload": "id", "name": "plan.pdf"}}


def test_a_kept_file_stays_until_it_is_taken_away():
    before = {"plan": {"upload": "id", "name": "plan.pdf"}}
    maker = questions.form_class(SCHEMA, "more", language="en", is_draft=True)
    form = maker({}, {}, values=before)
    assert form.is_valid()
    assert form.values() == before
    form = maker({"plan-away": "1"}, {}, values=before)
    assert form.is_valid()
    assert form.values() == {}


@pytest.mark.parametrize("kind", list(questions.KINDS))
def test_what_a_coordinator_writes_never_runs(kind):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    texts = {"en": evil}
    choices = [{"key": "a", "labels": texts}, {"key": "b", "labels": texts}]
    settings = {"helps": texts, "choices": choices, "ends": [texts, texts], "units": texts, "key": "q"}
    schema = new_schema("en", new_part(texts, new_question(kind, texts, **settings), key="p"))
    form = questions.form_class(schema, "p", language="en")()
    html = "".join(field.as_field_group() for field in form)
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("61.500", "el", "61500"),
        ("61,500", "en", "61500"),
        ("61,5", "lt", "61.5"),
        ("1.234,5", "sq", "1234.5"),
        ("1,234.5", "el", "1234.5"),
        ("12 300,25", "lt", "12300.25"),
        ("1.000.000", "en", "1000000"),
        ("−5", "en", "-5"),
        ("12.5", "el", "12.5"),
        ("ten", "en", None),
        ("1-2", "en", None),
        ("+-3", "en", None),
        ("1" * 50, "en", None),
        ("", "en", None),
        ("1e5", "en", None),
        ("NaN", "en", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, language, number):
    assert parse_number(text, language) == (Decimal(number) if number else None)


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["en", "sq", "lt", "mk", "el", "de", "nb"]))
def test_a_number_shown_is_read_back(number, language):
    from koinon.kit.questions.reading import number_in

    shown = number_in(format(number, "f"), language)
    if shown.lstrip("-−").count(".") + shown.count(",") == 1 and abs(number) >= 1 and number % 1:
        return
    assert parse_number(shown, language) == number


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*SAID, "people_more", "plan", "junk"]), st.text(max_size=30) | st.lists(st.text(max_size=5))
    )
)
def test_nonsense_is_refused_in_words(data):
    with translation.override("en"):
        form = asked(data, is_draft=True)
        if form.is_valid():
            questions.check(SCHEMA, form.values())
            questions.read(SCHEMA, form.values(), language="el")
