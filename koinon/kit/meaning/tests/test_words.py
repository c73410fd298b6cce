"""Words meet across endings, accents and scripts."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.meaning import words

from .encoders import ROOT


@pytest.mark.parametrize(
    ("written", "asked", "language"),
    [
        ("qytetet dhe shkollat", "qytet", "sq"),
        ("miestuose", "miestas", "lt"),
        ("градовите и училиштата", "град", "mk"),
        ("τα σχολεία και οι πόλεις", "πόλη", "el"),
        ("cities", "city", "en"),
        ("skolene i byene", "skole", "nb"),
        ("skolene i byene", "skole", "no"),
        ("v mestih", "mesto", "sl"),
        ("градовима", "град", "sr"),
        ("gradovima", "град", "sr-Latn"),
        ("gradovima", "grad", "hr"),
        ("Städten", "stadt", "de"),
    ],
)
def test_one_ending_finds_another(written: str, asked: str, language: str):
    forms = {form for group in words.lexemes(written, language) for form in group}
    assert set(words.lexemes(asked, language)[0]) & forms


@pytest.mark.parametrize(
    ("one", "other"),
    [("Велење", "Velenje"), ("Σέρρες", "Serres"), ("Штип", "Štip"), ("Shtip", "Stip"), ("Korçë", "Korce")],
)
def test_names_meet_across_scripts(one: str, other: str):
    assert set(words.name_keys(one)) & set(words.name_keys(other))


def test_a_name_has_the_same_keys_in_both_alphabets():
    assert words.name_keys("Велење") == words.name_keys("Velenje")
    assert words.name_keys("Битола") == words.name_keys("Bitola")
    assert words.name_keys("\0 ") == []


def test_the_reader_and_the_writer_are_both_asked():
    both = words.lexemes("gradovi", "hr", "en")
    assert both == [["gradovi", "grad"]]
    assert len(words.lexemes("one two three", "xx")) == len(words.lexemes("one two three", "lt", "sq")) == 3
    assert words.lexemes("plain words", "") == [["plain"], ["words"]]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=80), st.sampled_from(["sq", "lt", "mk", "el", "sr", "de", "", "xx"]))
def test_any_text_in_any_language(text: str, language: str):
    groups = words.lexemes(text, language)
    assert len(groups) == len(words.lexemes(text, ""))
    for group in groups:
        assert len(group) == len(set(group))
        assert all(form and "\0" not in form for form in group)


def test_long_things_are_cut():
    assert len(words.lexemes("a" * 10_000, "lt")[0][0]) <= words.LONGEST
    assert len(words.lexemes("ab " * 300_000, "")) <= words.LETTERS // 3 + 1


def test_lemmas():
    assert words.lemma("училиштата", "mk") == "училиште"
    assert words.lemma("whatever", "xx") == "whatever"
    assert words.has_lemmas("sr-Cyrl")
    assert not words.has_lemmas("tlh")


def test_seven_languages_cost_little_memory():
    program = (
        "from koinon.kit.meaning import words\n"
        "words.warm(['sq', 'lt', 'mk', 'el', 'en', 'nb', 'sl'])\n"
        "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "print(int(status['VmRSS'].split()[0]) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert int(done.stdout) < 80, done.stdout
