"""Half a translation is whole for who reads: piece by piece, in the next of their languages, and it says which."""

import re
import zipfile

import pytest
from django.urls import reverse

from koinon.learning import formats
from koinon.learning.actions import texts
from koinon.learning.engine import documents, fallback
from koinon.learning.models import Text
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = [
    {"id": "b1", "type": "paragraph", "data": {"text": "Read the first line."}},
    {"id": "b2", "type": "delimiter", "data": {}},
    {"id": "b3", "type": "paragraph", "data": {"text": "Then the second one."}},
]
HALF = [{"id": "b1", "type": "paragraph", "data": {"text": "Lexo rreshtin e parë."}}]


@pytest.fixture
def part(version):
    """A page of the course with WORDS in English."""
    made = factories.node(version=version, kind="page")
    factories.text(node=made, said={"title": "A page", "blocks": WORDS})
    return made


@pytest.fixture
def translated(part):
    """Says what is given of it in Albanian."""
    return lambda **words: factories.text(node=part, language="sq", said=words)


@pytest.fixture
def read(enter, luka, enrolment, run):
    """What the learner, who learns in Albanian, meets at a named address."""
    type(enrolment).objects.filter(pk=enrolment.pk).update(language="sq")
    return lambda name, *args: enter(luka).get(reverse(f"learning:{name}", args=[run.pk, *args])).content.decode()


@pytest.mark.parametrize("name", ["lesson", "saved_lesson", "print_course"])
def test_a_page_whose_title_alone_is_translated_is_not_empty(translated, read, part, name):
    translated(title="Një faqe", blocks=[])
    shown = read(name, *[part.key] * (name != "print_course"))
    assert "Një faqe" in shown
    assert "Read the first line." in shown
    assert "Then the second one." in shown


def test_it_says_in_which_language_it_is(translated, read, part):
    translated(title="Një faqe", blocks=[])
    assert "you read it in English" in read("lesson", part.key)
    assert 'l-lesson" lang="en"' in read("lesson", part.key)


@pytest.mark.parametrize("name", ["lesson", "saved_lesson", "print_course"])
def test_pieces_that_are_missing_stand_in_their_place_in_the_next_language(translated, read, part, name):
    translated(title="Një faqe", blocks=HALF)
    shown = read(name, *[part.key] * (name != "print_course"))
    first, line, second = (shown.index(each) for each in ("Lexo rreshtin", "<hr", "Then the second"))
    assert first < line < second
    assert "Read the first" not in shown
    assert '<div lang="en"><p>Then the second one.</p></div>' in shown


def test_words_without_a_title_are_called_as_in_the_source(translated, read, part):
    translated(title="", blocks=HALF)
    assert re.search(r"<h1[^>]*>\s*A page", read("lesson", part.key))


def test_a_question_with_half_its_words_has_all_its_choices(version, course, read, quiz):
    said = {"en": {"stem": "How many?", "a.text": "One", "b.text": "Two"}, "sq": {"stem": "Sa?", "a.text": "Një"}}
    form = {"points": 1, "parts": [{"key": "a", "credit": 1.0, "facts": {}}, {"key": "b", "credit": 0.0, "facts": {}}]}
    question = factories.question(organisation=course.organisation, kind="single", form=form, texts=said, is_used=True)
    factories.placed(node=quiz, question=question)
    shown = read("saved_lesson", quiz.key)
    assert "Sa?" in shown
    assert "Një" in shown
    assert "Two" in shown


def test_pictures_and_lines_without_words_go_into_the_translation(acting, mara, draft, leaf):
    picture = {"id": "i", "type": "image", "data": {"asset": "k", "caption": "", "decorative": True}}
    line = {"id": "h", "type": "delimiter", "data": {}}
    said = [{"id": "b", "type": "paragraph", "data": {"text": "Read."}}, picture, line]
    texts.write(by=acting(mara), node=leaf, language="en", blocks=said)
    texts.translate(by=acting(mara), node=leaf, language="sq", said={"b": {"text": "Lexo."}})
    kept = Text.objects.get(node=leaf, language="sq").said["blocks"]
    assert [each["type"] for each in kept] == ["paragraph", "image", "delimiter"]
    assert kept[1]["data"]["asset"] == "k"


def test_a_text_with_pieces_of_its_own_is_left_as_it_is():
    own = [{"id": "x", "type": "paragraph", "data": {"text": "Ndryshe."}}]
    said = {"en": {"title": "A", "blocks": WORDS}, "sq": {"title": "B", "blocks": own}}
    assert fallback.whole(said, ("sq", "en")) == ("sq", said["sq"])
    assert fallback.whole(said, ("lt",))[0] == "en"
    assert fallback.whole({}, ("sq",)) == ("", {})


@pytest.mark.parametrize("name", ["html_zip", "cartridge"])
def test_a_file_of_the_course_is_whole_too(tmp_path, name):
    said = {"en": {"title": "A page", "blocks": WORDS}, "sq": {"title": "Një faqe", "blocks": HALF}}
    node = documents.Node("11111111-1111-4111-8111-111111111111", "page", texts=said)
    titles = {"en": {"title": "Budgets"}, "sq": {"title": "Buxhetet"}}
    form = next(each for each in formats.all_formats() if each.name == name)
    form.write(documents.Document("k", "en", titles, (node,)), tmp_path / "x.zip", "sq")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        pages = [archive.read(each).decode() for each in archive.namelist() if each.endswith(".html")]
    assert any("Lexo rreshtin" in page and "Then the second one." in page for page in pages)
