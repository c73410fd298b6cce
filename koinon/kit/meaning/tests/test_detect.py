"""The language of a text: the author's word, then the letters, then the classifier, else a question."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.meaning import detect
from koinon.kit.meaning.detect import by_letters, language_of

NETWORK = ["sq", "lt", "mk", "el", "en", "nb", "sl"]
SAID = {
    "sq": "Shkolla jonë kërkon partnerë për trajnimin e mësuesve në aftësitë digjitale.",
    "lt": "Mūsų savivaldybė ieško partnerių, kurie moko suaugusiuosius bibliotekose.",
    "mk": "Бараме партнери за обука на наставници и размена на опрема меѓу училиштата.",
    "el": "Ο δήμος μας αναζητά εταίρους για προγράμματα διά βίου μάθησης.",
    "en": "Our town is looking for partners who train teachers in digital skills.",
    "nb": "Kommunen vår søker partnere som lærer opp voksne på biblioteket.",
    "sl": "Naša občina išče partnerje za izobraževanje odraslih v knjižnicah.",
}


@pytest.mark.parametrize("language", list(SAID))
def test_a_sentence_is_recognised(language: str):
    assert language_of(SAID[language], among=NETWORK) == language


def test_the_author_is_believed():
    assert language_of(SAID["lt"], declared="sq-AL") == "sq"
    assert language_of("", declared="LT") == "lt"
    assert language_of(SAID["lt"], declared=" ") == "lt"


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Ќе одиме", ("mk",)),
        ("ЅВЕЗДА", ("mk",)),
        ("Ђаци", ("sr",)),
        ("кућа", ("sr",)),
        ("Київ", ("uk",)),
        ("щука", ("bg", "ru", "uk")),
        ("Велење", ("mk", "sr")),
        ("Σέρρες", ("el",)),
        ("123 !?", ()),
        ("", ()),
    ],
)
def test_letters_decide_first(text: str, languages: tuple[str, ...]):
    assert by_letters(text) == languages


def test_letters_of_one_language_of_the_network_are_enough():
    assert language_of("Велење", among=NETWORK) == "mk"
    assert language_of("Велење") is None  # Macedonian or Serbian: ask
    assert language_of("Σέρρες", among=NETWORK) == "el"
    assert language_of("Σέρρες", among=["lt", "sq"]) is None


@pytest.mark.parametrize("text", ["", "ok", "12 34", "\0\0", "\ud800", "\ufdfa" * 5000, "zzz", "a" * 100_000])
def test_what_is_not_clear_is_asked(text: str):
    assert language_of(text) is None


def test_norwegian_has_the_name_the_network_gives_it():
    assert language_of(SAID["nb"], among=["no", "en", "lt"]) == "no"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text(text: str):
    assert language_of(text, among=NETWORK) in {*NETWORK, None}


def test_tags():
    assert detect.tongue("sr_Latn-RS") == "sr"
    assert detect.tongue(" EN ") == "en"
    assert detect.tongue("") == ""


def test_mapped_tables_say_the_same(tmp_path: Path):
    before = {language: detect._classify(text, ("sq", "lt", "en", "nb", "sl")) for language, text in SAID.items()}
    folder = tmp_path / "languages"
    detect.prepare(folder)
    detect.prepare(folder)
    detect.use(folder)
    try:
        detect._classify.cache_clear()
        for language, text in SAID.items():
            name, sure = detect._classify(text, ("sq", "lt", "en", "nb", "sl"))
            assert name == before[language][0]
            assert sure == pytest.approx(before[language][1], abs=1e-5)
    finally:
        detect._folder.clear()
        detect._classifier.cache_clear()
        detect._classify.cache_clear()
    assert [each.name for each in tmp_path.iterdir()] == ["languages"]
