"""Who reads a question: the encoder process while it is there, else this process, which puts its tables away again."""

from uuid import uuid4

import numpy as np
import pytest

from koinon.kit.meaning import reading, serve
from koinon.kit.meaning.tests.encoders import Letters
from koinon.kit.meaning.tests.test_questions import answering, running
from koinon.kit.search import encoder, lexemes
from koinon.kit.search.rows import Row

TEXT = "mokykla ieško partnerių"


@pytest.fixture(autouse=True)
def fresh():
    """No client and no question of another test."""
    for each in (encoder._configured.cache_clear, encoder._questions.clear, encoder._read_here.clear):
        each()
    yield
    encoder._configured.cache_clear()
    encoder._questions.clear()


@pytest.fixture
def here(monkeypatch):
    """How often questions were read in this process."""
    read, asked = reading.read, []
    monkeypatch.setattr(encoder.reading, "read", lambda *given: asked.append(given) or read(*given))
    return asked


def test_while_the_process_is_there_nothing_is_read_here(settings, here, monkeypatch):
    monkeypatch.setattr(serve.reading, "read", lambda *given: reading.Reading([["there"]], "lt"))
    with running(Letters()) as address:
        settings.KOINON_ENCODER = address
        read, vector = encoder.question(TEXT, "en", ["lt"])
        again = encoder.question(TEXT, "en", ["lt"])
    assert read.words == [["there"]]
    assert vector is not None
    assert again[0] is read
    assert np.array_equal(again[1], vector)
    assert not here
    assert not encoder._read_here


def test_while_it_is_away_the_words_are_read_here_and_put_away_when_it_is_back(settings, tmp_path, here, monkeypatch):
    settings.KOINON_ENCODER = f"unix:{tmp_path / 'e.sock'}"
    read, vector = encoder.question(TEXT, "en", ["lt"])
    assert vector is None
    assert read == reading.read(TEXT, "en", ["lt"])
    assert len(here) >= 1
    encoder._configured.cache_clear()  # the pause after a failure is over
    put_away = []
    monkeypatch.setattr(encoder.reading, "forget", lambda: put_away.append(1))
    with running(Letters(), tmp_path / "e.sock"):
        found = [encoder.question(f"{TEXT} {number}", "en", ["lt"])[1] for number in range(3)]
    assert all(vector is not None for vector in found)
    assert put_away == [1]


@pytest.mark.parametrize("said", [b"", b"{}", b'{"words": [["x", 3]], "language": null}'])
def test_a_garbled_answer_is_read_here(settings, said):
    with answering(200, said) as address:
        settings.KOINON_ENCODER = address
        assert encoder.question(TEXT, "en", ["lt"]) == (reading.read(TEXT, "en", ["lt"]), None)


def test_a_server_that_only_embeds_gives_the_vector(settings, here):
    with answering(404, b"{}") as address:
        settings.KOINON_ENCODER = address
        assert encoder.question(TEXT, "en")[1] is None  # it does not even embed
    assert here


def test_a_row_has_the_same_words_whoever_splits_it(settings, tmp_path):
    row = Row(uuid4(), "Vilniaus mokykla", "lt", names=("Vilnius",), tags=("circular economy",), text="Ieškome " * 300)
    settings.KOINON_ENCODER = f"unix:{tmp_path / 'e.sock'}"
    here = lexemes.document(row)
    assert encoder._read_here
    encoder._configured.cache_clear()
    with running(Letters(), tmp_path / "e.sock"):
        assert lexemes.document(row) == here
    assert not encoder._read_here
