"""Clusters of organisations: found where they were planted, stable or not shown, the same from night to night."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.matching.engine import cells, communities, layout


def planted(groups, size, *, inside=0.5, outside=0.01, seed=3):
    """Edges of groups of `size` rows each, tied within more often than between."""
    rng = np.random.default_rng(seed)
    count = groups * size
    home = np.arange(count) // size
    low, high = np.triu_indices(count, 1)
    chance = np.where(home[low] == home[high], inside, outside)
    kept = rng.random(len(low)) < chance
    return count, home, np.stack([low[kept], high[kept]], 1), np.ones(int(kept.sum()))


def test_planted_groups_are_found_and_stable():
    count, home, edges, weights = planted(6, 12)
    found = communities.clusters(count, edges, weights)
    assert len(found.stability) == 6
    assert (found.stability > 0.9).all()
    for label in range(6):
        assert len(set(home[found.labels == label])) == 1


def test_chance_makes_no_clusters():
    rng = np.random.default_rng(5)
    edges = np.unique(np.sort(rng.integers(0, 200, (500, 2)), axis=1), axis=0)
    edges = edges[edges[:, 0] != edges[:, 1]]
    found = communities.clusters(200, edges, np.ones(len(edges)))
    shown = (found.labels >= 0).mean()
    assert shown < 0.1, "what falls apart when edges are drawn anew is not shown"


def test_the_same_night_gives_the_same_clusters():
    count, _home, edges, weights = planted(4, 10, outside=0.05)
    first, again = (communities.clusters(count, edges, weights) for _ in range(2))
    assert (first.labels == again.labels).all()
    assert (first.stability == again.stability).all()


@pytest.mark.parametrize(("count", "edges"), [(0, []), (1, []), (5, []), (2, [[0, 1]])])
def test_networks_too_small_for_clusters(count, edges):
    pairs = np.asarray(edges, np.int64).reshape(-1, 2)
    found = communities.clusters(count, pairs, np.ones(len(pairs)))
    assert found.labels.tolist() == [-1] * count
    assert not len(found.stability)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=60))
def test_joined_keeps_every_weight_once(pairs):
    edges = np.asarray(pairs, np.int64).reshape(-1, 2)
    found, weights = communities.joined(edges, np.ones(len(edges)))
    wanted = Counter((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])
    assert {tuple(pair): int(weight) for pair, weight in zip(found.tolist(), weights, strict=True)} == dict(wanted)


def test_jaccard_of_a_community_with_its_most_similar():
    one = np.array([0, 0, 0, 0, 1, 1])
    other = np.array([0, 0, 0, 1, 1, 1])
    assert communities.best_jaccard(one, other).round(3).tolist() == [0.75, 0.667]
    assert communities.best_jaccard(one, one).tolist() == [1.0, 1.0]


def test_a_tie_outweighs_what_was_written():
    eight = sum(communities.NEAR / (1 + rank) for rank in range(communities.NEIGHBOURS))
    assert eight < communities.TIE


def test_neighbours_in_meaning_are_edges_once():
    vectors = np.eye(6, 4, dtype=np.float32) + 0.1
    vectors[4:] = vectors[:2]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    edges, weights = communities.near_edges(vectors, ["en"] * 6, k=2)
    assert (edges[:, 0] < edges[:, 1]).all()
    assert len({tuple(pair) for pair in edges.tolist()}) == len(edges)
    assert [0, 4] in edges.tolist()
    assert weights.max() <= 2 * communities.NEAR


def test_cells_find_nearly_what_an_exact_search_finds():
    rng = np.random.default_rng(2)
    middles = rng.normal(size=(40, 32))
    vectors = (middles[rng.integers(0, 40, 2000)] + 0.3 * rng.normal(size=(2000, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    exact = np.argsort(-near, axis=1)[:, :8]
    found = cells.nearest_in_cells(vectors, k=8)
    shared = np.mean([len(set(a) & set(b)) / 8 for a, b in zip(exact.tolist(), found.tolist(), strict=True)])
    assert shared > 0.95
    assert not (found == np.arange(2000)[:, None]).any()


def test_identity_is_kept_by_overlap():
    former = [frozenset({0, 1, 2, 3}), frozenset({4, 5, 6})]
    now = [frozenset({4, 5, 6, 7}), frozenset({0, 1, 2}), frozenset({8, 9, 10})]
    assert communities.same_as_before(former, now) == [1, 0, -1]


def test_when_a_cluster_splits_the_larger_part_is_the_heir():
    former = [frozenset(range(10))]
    assert communities.same_as_before(former, [frozenset(range(4)), frozenset(range(4, 10))]) == [-1, 0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-1, 5), min_size=1, max_size=40), st.integers(0, 9999))
def test_nobody_inherits_twice(labels, seed):
    def sets(values):
        return [frozenset(i for i, v in enumerate(values) if v == label) for label in sorted(set(values) - {-1})]

    mixed = list(labels)
    random.Random(seed).shuffle(mixed)
    heirs = [heir for heir in communities.same_as_before(sets(labels), sets(mixed)) if heir >= 0]
    assert len(heirs) == len(set(heirs))
    assert communities.same_as_before(sets(labels), sets(labels)) == list(range(len(sets(labels))))


def test_names_are_the_themes_that_set_it_apart():
    themes = [["water", "school"], ["water", "school"], ["water"], ["school"], ["school"], ["school"], ["rare"]]
    usual = Counter(theme for row in themes for theme in set(row))
    assert communities.themes_of([0, 1, 2], themes, usual) == ["water", "school"]
    assert communities.themes_of([0, 1, 6], themes, usual)[0] == "water", "a theme of one member names nothing"


def test_a_picture_stays_in_its_square_and_members_in_their_discs():
    _count, home, edges, weights = planted(5, 14)
    labels = home.copy()
    labels[::7] = -1
    laid = layout.picture(labels, edges, weights)
    assert laid.points.min() >= 0
    assert laid.points.max() <= layout.SIDE
    for label in range(5):
        inside = np.linalg.norm(laid.points[labels == label] - laid.centres[label], axis=1)
        assert (inside <= laid.radii[label] * 1.001).all()
    again = layout.picture(labels, edges, weights)
    assert (laid.points == again.points).all(), "the same night gives the same picture"


def test_discs_of_a_picture_do_not_lie_on_each_other():
    _count, home, edges, weights = planted(9, 10, outside=0.05)
    laid = layout.picture(home, edges, weights)
    for one in range(9):
        for other in range(one):
            apart = np.linalg.norm(laid.centres[one] - laid.centres[other])
            assert apart > (laid.radii[one] + laid.radii[other]) * 0.95


@pytest.mark.parametrize("labels", [[], [-1], [-1, -1, -1], [0, 0, 0]])
def test_pictures_of_almost_nothing(labels):
    laid = layout.picture(np.asarray(labels, np.int64), np.empty((0, 2), np.int64), np.empty(0))
    assert len(laid.points) == len(labels)
    assert np.isfinite(laid.points).all()
