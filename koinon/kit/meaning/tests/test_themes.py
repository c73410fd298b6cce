"""Themes are suggested from words and from meaning, in any language, and words are enough when the encoder is away."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from koinon.kit.meaning import themes
from koinon.kit.meaning.local import Encoder
from koinon.kit.meaning.port import EncoderUnavailable, Kind, Vectors
from koinon.kit.meaning.themes import Themes

CONCEPTS = [
    (
        "1",
        {"en": "waste recycling", "sq": "riciklim i mbetjeve", "lt": "atliekų perdirbimas", "mk": "рециклирање отпад"},
    ),
    (
        "2",
        {"en": "teacher training", "sq": "trajnim i mësuesve", "lt": "mokytojų rengimas", "mk": "обука на наставници"},
    ),
    ("3", {"en": "public library", "sq": "bibliotekë publike", "lt": "viešoji biblioteka", "mk": "јавна библиотека"}),
    ("4", {"en": "music", "sq": "muzikë", "lt": "muzika", "mk": "музика"}),
    ("5", {"en": "air transport", "sq": "transport ajror", "lt": "oro transportas", "mk": "воздушен сообраќај"}),
    ("6", {"en": "farm", "sq": "fermë", "lt": "ūkis", "mk": "фарма"}),
]


class Away:
    version = "away"

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        raise EncoderUnavailable("It is away.")


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("Kërkojmë partnerë për riciklimin e mbetjeve elektronike", "sq", "1"),
        ("Siūlome mokytojų rengimo programą", "lt", "2"),
        ("Јавните библиотеки бараат партнери", "mk", "3"),
        ("We need teacher training", "xx", "2"),
    ],
)
def test_words_alone_suffice(text: str, language: str, first: str):
    for asked in (Themes(CONCEPTS), Themes(CONCEPTS, Away())):
        assert asked.suggest(text, language)[0] == first


def test_meaning_finds_what_no_word_says(encoder: Encoder, tmp_path: Path):
    asked = Themes(CONCEPTS, encoder, tmp_path)
    assert asked.suggest("Korpset øver hver tirsdag", "nb") == []  # nothing prepared, no word in common
    asked.prepare()
    assert asked.suggest("Korpset øver trompet og tromme hver tirsdag", "nb")[0] == "4"
    assert asked.suggest("Τα παιδιά δανείζονται βιβλία", "el")[0] == "3"
    assert len(asked.suggest("Riciklim i mbetjeve", "sq", limit=2)) <= 2


def test_vectors_are_computed_once(encoder: Encoder, tmp_path: Path):
    told: list[tuple[int, int]] = []
    Themes(CONCEPTS, encoder, tmp_path).prepare(progress=lambda done, whole: told.append((done, whole)))
    Themes(CONCEPTS, encoder, tmp_path).prepare(progress=lambda done, whole: told.append((done, whole)))
    assert told == [(24, 24)]
    assert len(list(tmp_path.iterdir())) == 1
    again = Themes(CONCEPTS, encoder, tmp_path)
    assert again.suggest("Fluglinien und Flughäfen", "de")[0] == "5"
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"damaged")
    assert Themes(CONCEPTS, encoder, tmp_path).suggest("Fluglinien und Flughäfen", "de") == []


def test_the_networks_own_calibration_may_be_used(encoder: Encoder, tmp_path: Path):
    asked = Themes(CONCEPTS, encoder, tmp_path)
    asked.prepare()
    seen = []

    def centre(vector: Vectors, language: str) -> Vectors:
        seen.append(language)
        return vector - np.float32(0.01)

    asked.suggest("music for everybody", "en", centre=centre)
    assert seen == ["en"]


def test_nothing_to_say():
    assert Themes([]).suggest("music", "en") == []
    assert Themes(CONCEPTS).suggest("  ", "en") == []
    assert Themes(CONCEPTS).suggest("\0\ud800", "en") == []


def test_the_vocabulary_in_use():
    try:
        themes.use(CONCEPTS)
        assert list(themes.suggest("music", "en")) == ["4"]
    finally:
        themes._in_use.clear()
    assert themes.suggest("учење на возрасни", "mk")


def test_a_name_is_found_by_its_name_never_by_what_is_spelt_like_it(encoder: Encoder, tmp_path: Path):
    asked = Themes([*CONCEPTS, ("7", {"en": "Roma", "lt": "romai", "mk": "Роми", "it": "rom"})], encoder, tmp_path)
    asked.prepare()
    for text, language in (("Rooms", "en"), ("Room", "en"), ("Соби", "mk"), ("Kambariai", "lt")):
        assert "7" not in asked.suggest(text, language, len(CONCEPTS) + 1)
    for text, language in (("Roma", "en"), ("Romani children at school", "en"), ("Ромски деца", "mk")):
        assert asked.suggest(text, language)[0] == "7"
