"""Neighbours are exact: checked against the plain formula, written once more without any block or shortcut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.meaning import nearest
from koinon.kit.meaning.calibration import unit
from koinon.kit.meaning.nearest import Pool, expected_top, hubness, neighbours, rank

TONGUES = ["el", "lt", "mk", "sq"]


def some(count: int, seed: int, size: int = 6) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32))


def slow_r(vector: np.ndarray, vectors: np.ndarray, languages: list[str], language: str, itself: int) -> float:
    """r of one text to one language: mean of the nearest, moved to the usual number of texts."""
    others = [n for n in range(len(vectors)) if n != itself]
    near = vectors[others] @ vector
    own = sorted((near[k] for k, n in enumerate(others) if languages[n] == language), reverse=True)
    own = own[: neighbours(languages.count(language))]
    usual = expected_top(round(len(vectors) / len(set(languages))))
    return (np.mean(own) if own else near.mean()) + near.std() * (usual - expected_top(languages.count(language)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 70), st.integers(1, 6))
def test_scores_are_those_of_the_formula(seed: int, count: int, asked: int):
    rng = np.random.default_rng(seed)
    languages = [TONGUES[n] for n in rng.integers(0, 1 + seed % 4, count)]
    vectors, queries = some(count, seed), some(asked, seed + 1)
    spoken = [TONGUES[n] for n in rng.integers(0, 4, asked)]
    places, scores = rank(queries, spoken, Pool.of(vectors, languages), k=count)
    tongues = sorted(set(languages))
    for row in range(asked):
        expected = []
        for n in range(count):
            near = float(queries[row] @ vectors[n])
            to_query = slow_r(queries[row], vectors, languages, languages[n], -1)
            if spoken[row] in tongues:
                to_text = slow_r(vectors[n], vectors, languages, spoken[row], n)
            else:
                others = [each for each in tongues if each != languages[n]]
                to_text = np.mean([slow_r(vectors[n], vectors, languages, each, n) for each in others] or [0.0])
            expected.append(2 * near - to_query - to_text)
        assert sorted(places[row].tolist()) == list(range(count))
        assert np.allclose(scores[row], np.array(expected)[places[row]], atol=2e-4)
        assert (np.diff(scores[row]) <= 1e-6).all()


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch):
    vectors, languages = some(90, 1), [TONGUES[n % 3] for n in range(90)]
    pool, own = Pool.of(vectors, languages), np.arange(90)
    whole = rank(vectors, languages, pool, itself=own)
    monkeypatch.setattr(nearest, "CELLS", 200)
    parts = rank(vectors, languages, pool, itself=own)
    assert np.array_equal(whole[0], parts[0])
    assert np.allclose(whole[1], parts[1], atol=1e-6)


def test_stored_hubness_gives_the_same_answer():
    vectors, languages = some(60, 2), [TONGUES[n % 4] for n in range(60)]
    pool, own = Pool.of(vectors, languages), np.arange(60)
    hubs = hubness(vectors, pool, itself=own)
    assert hubs.shape == (60, 5)
    assert hubs.dtype == np.float32
    fresh = rank(vectors, languages, pool, itself=own)
    stored = rank(vectors, languages, pool, itself=own, pool_hubness=hubs, query_hubness=hubs)
    assert np.array_equal(fresh[0], stored[0])


def test_who_is_left_out_is_never_found():
    vectors, languages = some(30, 3), [TONGUES[n % 3] for n in range(30)]
    groups = np.arange(30) // 5
    pool, own = Pool.of(vectors, languages), np.arange(30)
    refused = [[(n + 7) % 30, (n + 11) % 30] for n in range(30)]
    places, scores = rank(
        vectors, languages, pool, k=30, itself=own, query_groups=groups, pool_groups=groups, without=refused
    )
    for n, row in enumerate(places):
        left = [place for place in row if place >= 0]
        assert not set(left) & {each for each in range(30) if groups[each] == groups[n]}
        assert not set(left) & set(refused[n])
        assert len(left) == len(set(left))
        assert (scores[n][len(left) :] == -np.inf).all()


def test_a_language_does_not_win_by_being_near_to_everybody():
    """Texts of one language crowd around the questions; plain cosines find them, CSLS the translations behind."""
    said, middle = some(80, 4, 32), some(1, 5, 32)
    asked = unit(said + 0.8 * middle)
    theirs, crowd = unit(said + 0.5 * some(80, 6, 32)), unit(0.5 * some(80, 7, 32) + middle)
    pool = Pool.of(np.concatenate([theirs, crowd]), ["lt"] * 80 + ["en"] * 80)
    plain, _ = nearest.nearest(asked, pool, k=1)
    fair, _ = rank(asked, ["sq"] * 80, pool, k=1)
    assert (plain[:, 0] == np.arange(80)).mean() < 0.7
    assert (fair[:, 0] == np.arange(80)).mean() > 0.95


def test_rare_languages_do_not_fill_the_list():
    """Random texts: each language stands in the answers about as often as it stands in the pool."""
    languages = ["en"] * 900 + ["sq"] * 30
    vectors, queries = some(930, 8, 32), some(200, 9, 32)
    places, _ = rank(queries, ["lt"] * 200, Pool.of(vectors, languages), k=10)
    assert 0.015 < (places >= 900).mean() < 0.07  # 30 of 930 are 0.032


def test_twins_and_single_texts_and_nobody():
    twin = np.repeat(some(1, 1), 5, 0)
    places, scores = rank(twin[:1], ["lt"], Pool.of(twin, ["lt", "sq", "mk", "el", "sl"]), k=3)
    assert np.isfinite(scores).all()
    assert len(set(places[0])) == 3
    places, scores = rank(twin[:2], ["lt", "sq"], Pool.of(twin[:1], ["lt"]), k=2, itself=np.array([0, -1]))
    assert places.tolist() == [[-1, -1], [0, -1]]
    assert scores[0].tolist() == [-np.inf, -np.inf]
    empty = Pool.of(np.zeros((0, 6), np.float32), [])
    places, _ = rank(twin, ["lt"] * 5, empty, k=2)
    assert (places == -1).all()
    assert hubness(twin, empty).shape == (5, 1)
    assert rank(twin[:0], [], Pool.of(twin, ["lt"] * 5))[0].shape == (0, 10)


def test_zero_vectors_do_no_harm():
    vectors = some(12, 1)
    vectors[3] = 0
    _, scores = rank(vectors, ["lt"] * 12, Pool.of(vectors, ["lt", "sq"] * 6), k=12)
    assert np.isfinite(scores).all()


def test_plain_cosines():
    vectors = some(20, 1)
    places, scores = nearest.nearest(vectors, Pool.of(vectors, ["lt", "sq"] * 10), k=5, itself=np.arange(20))
    full = vectors @ vectors.T
    np.fill_diagonal(full, -np.inf)
    assert np.array_equal(places, np.argsort(-full, 1)[:, :5])
    assert np.allclose(scores, -np.sort(-full, 1)[:, :5], atol=1e-6)


def test_neighbours_and_what_draws_give():
    assert [neighbours(count) for count in (0, 1, 58, 60, 61, 100, 200, 36_000)] == [3, 3, 3, 3, 4, 5, 10, 10]
    for count in (40, 300):
        draws = np.sort(np.random.default_rng(0).standard_normal((4000, count)), 1)[:, -neighbours(count) :].mean()
        assert abs(expected_top(count) - draws) < 0.1
    assert expected_top(3) == 0
    assert expected_top(0) == 0
