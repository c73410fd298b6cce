"""The means are those of the formula, travel as bytes, and take the accent out of languages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from koinon.kit.meaning import calibration
from koinon.kit.meaning.calibration import DUST, WEIGHT, Calibration, Means, fit, unit


def some(count: int, size: int = 8, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32))


def test_means_lean_on_everything_when_texts_are_few():
    vectors = some(33)
    languages = ["lt"] * 30 + ["sq"] * 3
    found = fit(vectors, languages, ["need"] * 33, encoder="e.1")
    whole = vectors.mean(0)
    for language, rows in (("lt", vectors[:30]), ("sq", vectors[30:])):
        expected = (rows.sum(0) + WEIGHT * whole) / (len(rows) + WEIGHT)
        assert np.allclose(found.mean(language, "need"), expected, atol=1e-6)
    assert np.allclose(found.mean("mk", "need"), whole, atol=1e-6)
    assert np.allclose(found.mean("mk", "offer"), whole, atol=1e-6)
    assert found.counts == (30, 3)


def test_each_kind_of_text_has_its_own_mean():
    vectors = some(40)
    found = fit(vectors, ["lt"] * 40, ["need"] * 20 + ["offer"] * 20)
    assert np.allclose(found.mean("lt", "offer"), vectors[20:].mean(0), atol=1e-6)
    assert np.allclose(found.mean("el", "offer"), vectors[20:].mean(0), atol=1e-6)


def test_the_accent_of_a_language_goes():
    said, accent = some(60, 32, 1), some(2, 32, 2)
    texts = unit(np.concatenate([said + 2 * accent[0], said + 2 * accent[1]]))
    languages, kinds = ["lt"] * 60 + ["mk"] * 60, ["need"] * 120
    raw = texts[:60] @ texts.T
    np.fill_diagonal(raw, -2)
    assert (raw.argmax(1) < 60).mean() > 0.9  # one's own language wins
    even = fit(texts, languages, kinds).apply(texts, languages, kinds)
    found = even[:60] @ even[60:].T
    assert (found.argmax(1) == np.arange(60)).mean() > 0.95
    assert np.allclose(np.linalg.norm(even, axis=1), 1, atol=1e-5)


def test_it_travels_as_bytes():
    found = fit(some(12), ["lt", "sq", "mk"] * 4, ["need", "offer"] * 6, encoder="e.1")
    again = Calibration.from_bytes(found.to_bytes())
    assert again.keys == found.keys
    assert again.version == found.version
    assert again.version.startswith("e.1/means.1/")
    for language, kind in [*found.keys, ("el", "need"), ("el", "other")]:
        assert np.array_equal(again.mean(language, kind), found.mean(language, kind))
    assert fit(some(12, seed=5), ["lt"] * 12, ["need"] * 12, encoder="e.1").version != found.version


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"{}"])
def test_other_bytes_are_no_calibration(data: bytes):
    with pytest.raises(ValueError, match="not a calibration"):
        Calibration.from_bytes(data)


def test_another_method_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calibration, "METHOD", "means.0")
    data = fit(some(3), ["lt"] * 3, ["need"] * 3).to_bytes()
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"means\.0"):
        Calibration.from_bytes(data)


def test_nothing_and_one_text():
    nothing = fit(np.zeros((0, 8), np.float32), [], [])
    vectors = some(2)
    assert np.allclose(nothing.apply(vectors, ["lt", "sq"], ["need"] * 2), vectors, atol=1e-6)
    assert Calibration.from_bytes(nothing.to_bytes()).keys == ()
    one = fit(vectors[:1], ["lt"], ["need"])
    assert np.allclose(one.apply(vectors[:1], ["lt"], ["need"]), 0, atol=1e-6)
    assert np.isfinite(one.apply(vectors, ["lt", "el"], ["need"] * 2)).all()


@given(
    arrays(np.float32, (6, 8), elements=st.floats(-1, 1, width=32)),
    st.sampled_from([("en", "need"), ("lt", "need"), ("xx", "need"), ("en", "offer"), ("en", "elsewhere")]),
)
def test_means_read_without_numpy_do_what_the_calibration_does(vectors, key):
    fitted = fit(vectors, ["en", "lt", "en", "lt", "mk", "sq"], ["need"] * 4 + ["offer"] * 2, encoder="e")
    expected = fitted.apply(vectors[:1], [key[0]], [key[1]])[0]
    length = float(np.linalg.norm(vectors[0] - fitted.mean(*key)))
    found = Means.from_bytes(fitted.to_bytes()).centred(vectors[0].tolist(), *key)
    if abs(length - DUST) > DUST / 2:
        assert np.allclose(found, expected, atol=1e-3 if length < 1e-3 else 1e-5)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_calibration_gives_no_means(data):
    with pytest.raises(ValueError, match="not a calibration"):
        Means.from_bytes(data)
