"""GIFT: what it can say goes there and back unchanged; no piece of a file is lost without a line."""
# ruff: noqa: E501

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.learning.engine.documents import Document, Part, Question
from koinon.learning.engine.inline import inline
from koinon.learning.engine.multilingual import decoded
from koinon.learning.engine.reports import Refused, Report
from koinon.learning.formats import gift, moodle_xml, read
from koinon.learning.formats.gift.reading import chunks


def taken(tmp_path, text, language="en", name="x.gift"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
    report = Report("gift")
    return gift.FORMAT.read(path, report, language, None), report


def one(tmp_path, text, **facts):
    document, report = taken(tmp_path, text, **facts)
    assert len(document.questions) == 1, report.items
    return document.questions[0]


def credits(question):
    return [part.credit for part in question.parts]


def test_choices_with_weights_and_feedback(tmp_path):
    found = one(tmp_path, "::T::What? {=right#yes\n~wrong#no <b>really</b>\n~%50%half####All of it}")
    said = found.texts["en"]
    assert (found.kind, credits(found)) == ("single", [1, 0, 0.5])
    assert (said["title"], said["stem"], said["a1.text"], said["a2.feedback"]) == (
        "T",
        "What?",
        "right",
        "no <b>really</b>",
    )
    assert said["general"] == "All of it"
    assert found.raw.startswith("::T::")
    assert one(tmp_path, "Which? {~%50%a ~%50%b ~%-100%c}").kind == "multiple"
    assert credits(one(tmp_path, "Which? {~=a ~b}")) == [1, 0]


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("N? {#3}", "numeric", [{"value": 3, "tolerance": 0}]),
        ("N? {#3:0.5}", "numeric", [{"value": 3, "tolerance": 0.5}]),
        ("N? {#1..5}", "numeric", [{"low": 1, "high": 5}]),
        (
            "N? {#=3:0 =%50%3:2 ~#no}",
            "numeric",
            [{"value": 3, "tolerance": 0}, {"value": 3, "tolerance": 2}, {"value": "*"}],
        ),
        ("S {TRUE#no#yes}", "true_false", [{}, {}]),
        ("S {F}", "true_false", [{}, {}]),
        ("S {=a =b}", "short", [{}, {}]),
        ("M {=a -> 1 =b -> 2 = -> 3}", "match", [{}, {}, {}]),
        ("L {}", "long", []),
        ("O {>ALL\none\ntwo}", "order", [{}, {}]),
        ("Two plus two is {=four} of them.", "short", [{}]),
    ],
)
def test_every_kind(tmp_path, text, kind, facts):
    found = one(tmp_path, text)
    assert found.kind == kind
    assert [dict(part.facts) for part in found.parts] == facts


def test_truth_and_its_two_feedbacks(tmp_path):
    found = one(tmp_path, "S {FALSE#you are wrong#you are right}")
    assert credits(found) == [0, 1]
    assert (found.texts["en"]["true.feedback"], found.texts["en"]["false.feedback"]) == (
        "you are wrong",
        "you are right",
    )


def test_missing_word_categories_tags_notes_and_texts(tmp_path):
    document, report = taken(
        tmp_path,
        "// only a note\n\n$CATEGORY: $course$/top/Hubs/Old // New\n\n// q 1 [tag:easy]\nA {=b} c.\n\nJust a text\n\nBroken {x} y",
    )
    found = document.questions[0]
    assert found.texts["en"]["stem"] == "A _____ c."
    assert found.tags == ("Hubs", "Old / New", "easy")
    assert one(tmp_path, "It was {=b}.").texts["en"]["stem"] == "It was _____."
    assert report.items[2].title == "A"
    assert [item.fate for item in report.items] == ["dropped", "kept", "kept", "changed", "dropped"]
    assert [node.kind for node in document.nodes] == ["page", "quiz"]


def test_escapes_formats_and_languages(tmp_path):
    found = one(tmp_path, r"Is 1 \= 1 \{set\} a\:b\~c \# \\ d\ne? {=y\=es}")
    assert found.texts["en"]["stem"] == "Is 1 = 1 {set} a:b~c # \\ d<br>e?"
    assert one(tmp_path, "[markdown]**Bold** a {T}").texts["en"]["stem"] == "<strong>Bold</strong> a"
    assert one(tmp_path, "[plain]1 < 2 {T}").texts["en"]["stem"] == "1 &lt; 2"
    found = one(tmp_path, r"\{mlang en\}Yes?\{mlang\}\{mlang el\}Ναι;\{mlang\} {T}")
    assert {code: said["stem"] for code, said in found.texts.items()} == {"en": "Yes?", "el": "Ναι;"}
    found = one(
        tmp_path,
        '[html]<span class\\="multilang" lang\\="en">A</span><span lang\\="mk" class\\="multilang">Б</span> {T}',
    )
    assert {code: said["stem"] for code, said in found.texts.items()} == {"en": "A", "mk": "Б"}


def test_gaps_in_moodles_syntax(tmp_path):
    found = one(tmp_path, "The {1:SHORTANSWER:=cat#yes~%50%dog} has {2:NM:=4:0.5} legs and {1:MC:=fur~fins}.")
    assert found.kind == "cloze"
    assert found.texts["en"]["stem"] == "The [[g1]] has [[g2]] legs and [[g3]]."
    assert found.parts[1].facts["parts"][0] == {"key": "a1", "credit": 1.0, "value": 4.0, "tolerance": 0.5}


def test_what_could_run_is_taken_out_and_said(tmp_path):
    document, report = taken(tmp_path, "[html]Hi <script>alert(1)</script> {T}")
    assert document.questions[0].texts["en"]["stem"] == "Hi"
    assert report.items[0].code == "html_cleaned"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1253"])
def test_encodings(tmp_path, encoding):
    document, _ = taken(tmp_path, "Πού είναι το κέντρο; {=Αθήνα}".encode(encoding), language="el")
    assert document.questions[0].texts["el"]["a1.text"] == "Αθήνα"


def test_files_are_recognised_and_bounded(tmp_path):
    (tmp_path / "x.txt").write_text("Q {=a ~b}")
    assert read(tmp_path / "x.txt")[1].format == "gift"
    (tmp_path / "y.txt").write_text("just a letter")
    assert not gift.looks(tmp_path / "y.txt")
    with (tmp_path / "z.gift").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    with pytest.raises(Refused, match="larger"):
        gift.FORMAT.read(tmp_path / "z.gift", Report("gift"), "en", None)


def test_a_long_file_is_read_quickly(tmp_path):
    document, report = taken(tmp_path, "Q {=a ~b}\n\n" * 5000 + "{" * 20000 + "\n\n" + "=" * 20000)
    assert len(document.questions) == 5000
    assert len(report.items) == 5002


text = st.text("ab =~#{}:\\%[]>-<&;/*\n'\"αш", max_size=12).map(
    lambda each: inline(each.replace("<", "&lt;"), lambda a: None)
)
said = text.filter(bool).map(lambda each: each.replace("->", ""))
credit = st.sampled_from([0.0, 0.5, -0.5, 0.3333333, 1.0])


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(["single", "multiple", "short", "numeric", "match", "long", "true_false", "order"]))
    texts = {"stem": "Stem " + draw(text).strip()}
    texts["stem"] = inline(texts["stem"].replace("mlang", ""), lambda a: None)
    if general := draw(text):
        texts["general"] = general
    keys = [f"a{number}" for number in range(1, draw(st.integers(2, 4)) + 1)]
    parts = [Part(key, draw(credit)) for key in keys]
    if kind == "true_false":
        parts = [Part("true", 1.0), Part("false", 0.0)]
    elif kind == "numeric":
        number = st.floats(-1e6, 1e6).map(lambda each: round(each, 3) + 0.0)
        facts = st.fixed_dictionaries({"value": number, "tolerance": number.map(abs)}) | st.fixed_dictionaries(
            {"low": number, "high": number}
        )
        parts = [Part(part.key, part.credit, draw(facts)) for part in parts]
    elif kind in ("match", "order"):
        parts = [Part(key) for key in keys]
    elif kind == "single":
        parts[0] = replace(parts[0], credit=1.0)
    elif kind == "long":
        parts = []
    for part in parts:
        if kind in ("single", "multiple", "short", "match", "order"):
            texts[f"{part.key}.text"] = draw(said)
        if kind == "match":
            texts[f"{part.key}.other"] = draw(said)
        if kind not in ("match", "order") and (feedback := draw(text)):
            texts[f"{part.key}.feedback"] = feedback
    return Question(
        "q",
        kind,
        tuple(parts),
        {"en": texts},
        tags=tuple(draw(st.lists(st.sampled_from(["one", "a/b"]), max_size=2, unique=True))),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(questions(), min_size=1, max_size=3))
def test_what_it_can_say_goes_there_and_back(tmp_path_factory, asked):
    path = tmp_path_factory.mktemp("gift") / "x.gift"
    gift.write(Document("d", "en", {}, questions=tuple(asked)), path, "en")
    again = gift.FORMAT.read(path, Report("gift"), "en", None)
    assert [replace(each, key="q", raw="") for each in again.questions] == asked


pieces = st.sampled_from(["{", "}", "=", "~", "#", "%50%", "->", "::", "\n\n", "\n", "[html]", "$CATEGORY: a", "//x", "T", "1..2", "\\",
                          "{1:SA:=a}", "{mlang en}", "text", ">", "####", ":"])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces | st.text(max_size=5), max_size=25).map("".join))
def test_any_text_is_read_and_each_piece_has_a_line(tmp_path_factory, content):
    try:
        _, report = taken(tmp_path_factory.mktemp("gift"), content)
    except Refused:
        return
    lines = {item.where for item in report.items}
    seen, _ = decoded(content.encode("utf-8", "replace"))
    assert {str(number) for number, _ in chunks(seen)} <= lines


@pytest.mark.parametrize(
    "attack",
    [
        "{1:SA:" * 100_000,
        "} {\n\n" * 19_000,
        "\\{mlang en\\}" * 50_000 + "{T}",
        "<span class=multilang lang=en>" * 30_000 + "{T}",
        "::" * 200_000,
        "a -> " * 100_000 + "{=" + "->" * 100_000 + "}",
        "%" * 300_000 + "{~" + "%1" * 100_000 + "}",
    ],
)
def test_texts_made_to_take_long_come_to_an_end(tmp_path, attack):
    with suppress(Refused):
        assert taken(tmp_path, attack)


def test_questions_in_several_languages_go_there_and_back(tmp_path):
    texts = {
        "en": {"title": "T", "stem": "Hub?", "a1.text": "Yes", "a2.text": "No"},
        "el": {"stem": "Κόμβος;", "a1.text": "Ναι", "a2.text": "Όχι"},
    }
    asked = Question("q", "single", (Part("a1", 1.0), Part("a2")), texts)
    for form, name in ((gift, "x.gift"), (moodle_xml, "x.xml")):
        form.FORMAT.write(Document("d", "en", {}, questions=(asked,)), tmp_path / name, "en")
        document, _ = read(tmp_path / name)
        assert document.questions[0].texts == texts


def test_more_questions_than_anybody_has_are_refused(tmp_path):
    with pytest.raises(Refused, match="more than"):
        taken(tmp_path, "a\n\n" * 20_001)
