"""Search with the encoder that comes with us: a question in one language finds what was written in another."""

import os
import uuid
from pathlib import Path

import pytest

from koinon.kit import search
from koinon.kit.search import encoder

FOLDER = Path(os.environ["KOINON_ENCODER_FOLDER"])
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not (FOLDER / "model.onnx").exists(), reason="the encoder model is made by `koinon migrate`"),
]
TEXTS = {
    "lt": ("Mokytojų mainai", "Ieškome mokyklos, kuri priimtų dvi mokytojas savaitei pasimokyti."),
    "sq": ("Qendër kreative", "Studio për podkaste dhe hapësirë pune për startapet e reja."),
    "mk": ("Рециклирање", "Лабораторија за електронски отпад и кружна економија."),
    "el": ("Βιβλιοθήκη", "Παραμύθια για παιδιά σε πολλές γλώσσες κάθε Σάββατο."),
    "sl": ("Inkubator", "Dijaki ustanovijo lastna podjetja ob pomoči učiteljev."),
    "en": ("Care home", "Volunteers visit elderly people and help them use mobile phones."),
}
ASKED = [
    ("en", "exchange of teachers", "lt"),
    ("el", "χώρος εργασίας για νεοφυείς επιχειρήσεις", "sq"),
    ("lt", "elektronikos atliekų perdirbimas", "mk"),
    ("sq", "përralla për fëmijë", "el"),
    ("mk", "ученички компании", "sl"),
    ("el", "βοήθεια σε ηλικιωμένους με το κινητό", "en"),
]


@pytest.fixture(scope="module")
def real():
    from koinon.kit.meaning.local import Encoder

    with encoder.using(Encoder(FOLDER, threads=2)) as port:
        yield port


def test_a_question_finds_answers_in_other_languages(real):
    scope = uuid.uuid4()
    rows = {
        language: search.Row(noun=uuid.uuid4(), title=title, language=language, text=text)
        for language, (title, text) in TEXTS.items()
    }
    search.put(scope=scope, kind="thing", rows=rows.values())
    search.refit(scope)
    first = 0
    for language, text, wanted in ASKED:
        page = search.find(scope=scope, kind="thing", text=text, language=language)
        place = page.ids.index(rows[wanted].noun)
        assert place < 3, f"{text!r} finds the {wanted} text in place {place + 1}"
        first += place == 0
    assert first >= 3
