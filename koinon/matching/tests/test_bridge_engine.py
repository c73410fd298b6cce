"""Which introductions would connect clusters or bring somebody in; and that no person is ever measured."""

import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.matching.engine import bridges
from koinon.matching.engine.bridges import Fit, Member, proposals

NONE = np.empty((0, 2), np.int64)
ENGINE = Path(bridges.__file__).parent


def members(*themes, languages=("en",)):
    return [Member(frozenset(each), frozenset(languages)) for each in themes]


def test_a_need_that_the_other_cluster_serves_makes_a_bridge_with_its_reason():
    labels = np.array([0, 0, 1, 1])
    found = proposals(labels, NONE, members(["a"], ["b"], ["a"], ["c"]), [Fit(0, 2, "need", "offer")])
    assert [(each.one, each.other, each.sort) for each in found] == [(0, 2, "clusters")]
    assert found[0].fits == (Fit(0, 2, "need", "offer"),)
    assert (found[0].themes, found[0].ties) == (("a",), 0)


def test_never_within_a_cluster_never_those_who_are_tied_never_what_was_set_aside():
    labels = np.array([0, 0, 1, 1])
    fits = [Fit(0, 1, "n", "o"), Fit(0, 2, "n", "o"), Fit(1, 3, "n", "o")]
    ties = np.array([[0, 2]])
    assert not proposals(labels, ties, members(*[[]] * 4), fits, without={(1, 3)})


def test_clusters_with_many_ties_need_no_bridge():
    labels = np.array([0] * 5 + [1] * 5)
    ties = np.array([[0, 5], [1, 6], [2, 7], [3, 8]])
    assert not proposals(labels, ties, members(*[[]] * 10), [Fit(4, 9, "n", "o")])
    assert proposals(labels, ties[:3], members(*[[]] * 10), [Fit(4, 9, "n", "o")])


def test_a_member_that_stands_alone_is_brought_in_by_a_rare_theme():
    labels = np.array([0, 0, 0, -1])
    found = proposals(labels, np.array([[0, 1], [1, 2]]), members(["a"], ["a"], ["a", "rare"], ["rare", "a"]), [])
    assert [(each.one, each.other, each.sort) for each in found] == [(2, 3, "member")]


def test_what_fits_both_ways_comes_first():
    labels = np.array([0, 0, 1, 1, 2, 2])
    fits = [Fit(0, 2, "a", "b"), Fit(1, 4, "c", "d"), Fit(4, 1, "e", "f")]
    found = proposals(labels, NONE, members(*[[]] * 6), fits)
    assert [(each.one, each.other) for each in found] == [(1, 4), (0, 2)]


def rows(count):
    return st.lists(st.integers(-1, 4), min_size=count, max_size=count)


pairs = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(rows(20), pairs, pairs)
def test_at_most_ten_nobody_twice_and_each_connects(labels, ties, wishes):
    labels = np.asarray(labels)
    edges = np.asarray([pair for pair in ties if pair[0] != pair[1]], np.int64).reshape(-1, 2)
    themes = [Member(frozenset({"t", str(row % 5)})) for row in range(20)]
    found = proposals(labels, edges, themes, [Fit(a, b, "n", "o") for a, b in wishes])
    assert len(found) <= 10
    seen = [row for each in found for row in (each.one, each.other)]
    assert len(seen) == len(set(seen))
    tied = {tuple(sorted(pair)) for pair in edges.tolist()}
    for each in found:
        assert each.one < each.other
        assert (each.one, each.other) not in tied
        assert labels[each.one] != labels[each.other] or labels[each.one] < 0


WORDS = ("person", "people", "mandate", "betweenness", "pagerank", "eigenvector", "closeness", "centrality", "hub")


@pytest.mark.parametrize("name", ["communities", "bridges", "layout", "cells", "sketch"])
def test_no_measure_of_persons(name):
    """Names in the code (not its prose): nothing takes people in, nothing ranks by centrality."""
    tree = ast.parse((ENGINE / f"{name}.py").read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert not [found for found in names if any(word in found.lower() for word in WORDS)]


def test_no_row_of_clusters_or_pictures_measures_a_person():
    from django.db.models import FloatField, IntegerField

    from koinon.accounts.models import Person
    from koinon.matching import models

    for noun in (models.Tie, models.Cluster, models.Lead, models.Placement, models.Bridge, models.ClusterMember):
        fields = noun._meta.get_fields()
        names_somebody = any(getattr(field, "related_model", None) is Person for field in fields)
        measures = [field.name for field in fields if isinstance(field, FloatField | IntegerField)]
        assert not (names_somebody and measures), f"{noun.__name__} holds a person and a number"
