"""Clusters of organisations by what their texts mean, named by themes: Leiden on the graph of mutual neighbours."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from koinon.kit.meaning import nearest

Vectors = NDArray[np.float32]
NEIGHBOURS = 8
SEED = 7
SMALLEST = 3
THEMES_NAMED = 2


@dataclass(frozen=True, slots=True)
class Cluster:
    """Some rows that belong together (positions, the most central first) and the themes that set them apart."""

    rows: tuple[int, ...]
    themes: tuple[str, ...]


def clusters(vectors: Vectors, languages: Sequence[str], themes: Sequence[Sequence[str]]) -> list[Cluster]:
    """Group rows by their calibrated unit vectors, the largest first; those of fewer than three come together last.

    `themes`: ids of each row. The same input gives the same clusters. Every row is in exactly one.
    """
    if not len(vectors):
        return []
    import igraph

    edges, weights = _graph(vectors, languages)
    graph = igraph.Graph(n=len(vectors), edges=edges)
    import random

    random.seed(SEED)
    igraph.set_random_number_generator(random)
    parts = graph.community_leiden(objective_function="modularity", weights=weights, n_iterations=10)
    large = sorted((part for part in parts if len(part) >= SMALLEST), key=lambda part: (-len(part), part[0]))
    rest = sorted(row for part in parts if len(part) < SMALLEST for row in part)
    usual = Counter(theme for row in themes for theme in set(row))
    found = [Cluster(_central_first(vectors, part), _names(part, themes, usual)) for part in large]
    return [*found, Cluster(tuple(rest), ())] if rest else found


def _graph(vectors: Vectors, languages: Sequence[str]) -> tuple[list[tuple[int, int]], list[float]]:
    """Each row with its nearest across languages (CSLS), an edge where one of the two names the other."""
    pool = nearest.Pool.of(vectors, list(languages))
    places, scores = nearest.rank(vectors, languages, pool, k=NEIGHBOURS, itself=np.arange(len(vectors)))
    weights: dict[tuple[int, int], float] = {}
    for row, (line, line_scores) in enumerate(zip(places.tolist(), scores.tolist(), strict=True)):
        for place, (other, _score) in enumerate(zip(line, line_scores, strict=True)):
            if other >= 0:
                edge = (min(row, other), max(row, other))
                weights[edge] = weights.get(edge, 0.0) + 1 / (1 + place)
    edges = sorted(weights)
    return edges, [weights[edge] for edge in edges]


def _central_first(vectors: Vectors, part: Sequence[int]) -> tuple[int, ...]:
    rows = np.array(part)
    nearness = vectors[rows] @ vectors[rows].mean(0)
    return tuple(int(row) for row in rows[np.argsort(-nearness, kind="stable")])


def _names(part: Sequence[int], themes: Sequence[Sequence[str]], usual: Counter[str]) -> tuple[str, ...]:
    """The themes that are more frequent here than elsewhere: how many here, times how large a share of all is here."""
    here = Counter(theme for row in part for theme in set(themes[row]))
    rated = sorted(here, key=lambda theme: (-here[theme] * here[theme] / usual[theme], theme))
    return tuple(rated[:THEMES_NAMED])
