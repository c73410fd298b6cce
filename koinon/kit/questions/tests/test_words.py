"""Words are counted as people count them who write in that language."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.questions import word_count

COUNTED = [
    ("", "en", 0),
    (" \n\t — … ! ?", "en", 0),
    ("We learn together.", "en", 3),
    ("can't won’t", "en", 2),
    ("e-mail, well-known, face-to-face", "en", 3),
    ("learning - and teaching", "en", 3),
    ("Ndër vite, qyteti s'ka pasur qendër për të rinjtë.", "sq", 9),
    ("ndër-kombëtar", "sq", 1),
    ("Šių žmonių – 1 234 567, t. y. daugiau nei pusė", "lt", 8),
    ("Vilniaus–Kauno kelias", "lt", 3),
    ("д-р Петров, е-пошта", "mk", 3),
    ("Ѓорче, ќерка, ѕвезда", "mk", 3),
    ("ό,τι μαθαίνουμε", "el", 2),
    ("Ό,ΤΙ ό,τιδήποτε", "el", 2),
    ("απ' όλα· κι άλλα", "el", 4),
    ("λέξη·άλλη", "el", 2),
    ("61.500 κάτοικοι", "el", 2),
    ("1.234,5 και 50%", "el", 3),
    ("12 300 gyventojų", "lt", 2),
    ("12 300 people", "en", 3),
    ("https://www.serres.gr/a-b?c=d info@serres.gr", "el", 2),
    ("U.S.A. and e.g. this", "en", 4),
    ("学习城市", "zh", 4),
]


@pytest.mark.parametrize(("text", "language", "count"), COUNTED)
def test_words_are_counted(text, language, count):
    assert word_count(text, language) == count


@pytest.mark.parametrize(("text", "language", "count"), COUNTED)
def test_how_signs_are_composed_does_not_matter(text, language, count):
    assert word_count(unicodedata.normalize("NFD", text), language) == count


words = st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x52F), min_size=1, max_size=12)
languages = st.sampled_from(["en", "sq", "lt", "mk", "el", "", "xx", "not a language"])


@settings(deadline=None)
@given(st.lists(words, max_size=30), languages)
def test_words_between_blanks_are_that_many(row, language):
    assert word_count(" ".join(row), language) == len(row)


@settings(deadline=None)
@given(
    st.lists(words, min_size=1, max_size=30), languages, st.sampled_from([", ", ". ", " – ", "\n\n", "; ", " (", "/"])
)
def test_punctuation_is_no_word(row, language, between):
    assert word_count(between.join(row) + "!", language) == len(row)


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=400), languages)
def test_any_text_is_counted_and_more_text_is_never_fewer_words(one, other, language):
    assert 0 <= word_count(one, language) <= len(one)
    assert word_count(f"{one}\n{other}", language) >= max(word_count(one, language), 0)


def test_a_long_text_is_counted_quickly():
    assert word_count("λέξη " * 80_000, "el") == 80_000
