"""Clusters of organisations: Leiden on ties and on meaning, checked by resampling, named by themes. Plain arrays only.

Organisations are numbers 0..n-1. The graph has two sorts of edges, and few weights:

- a tie weighs TIE (1.0) for each kind that both confirmed, HALF of it when it is only derived from what they did;
- nearness in meaning weighs NEAR (0.35) / (1 + rank) of the neighbour, so that the nearest text is worth a third of a
  tie, and eight neighbours together no more than one (0.35 x 2.7 = 0.95): what they did outweighs what they wrote.

Cosines are used for their order only. Everything runs in blocks or in one pass over sorted arrays; what grows is
linear in edges (16 bytes each), so that a distributed engine can take any of these functions over.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from koinon.kit.meaning import nearest
from koinon.kit.meaning.arrays import Doubles, Floats, Wholes, np
from koinon.matching.engine import cells

Vectors = Floats
Edges = Wholes
Weights = Doubles
Labels = Wholes

TIE, NEAR = 1.0, 0.35
NEIGHBOURS = 8
SEED = 7
SMALLEST, LARGEST = 3, 300
"""Fewer than three are no cluster; more than three hundred nobody can read."""

RESOLUTIONS = (0.6, 1.0, 1.5, 3.0, 9.0, 27.0)
TRIALS = 6

RESAMPLES = 20
STABLE = 0.6
"""Mean Jaccard below which a cluster is not shown: under 0.6 a cluster dissolves as often as it comes back
(Hennig 2007, cluster-wise assessment of cluster stability)."""

SAME = 0.3
"""Share of common members (Jaccard) from which tonight's cluster is last night's."""

EXACT = 50_000
"""Up to here neighbours are exact, with CSLS; above, they are looked for in the nearest cells of a coarse division."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """`labels` [n]: the cluster of each row, -1 where it is in none that is stable; `stability` of each cluster."""

    labels: Labels
    stability: Weights


def neighbours(count: int) -> int:
    """How many neighbours count among `count` texts: eight, fewer in small networks, where eight would be everybody."""
    return max(2, min(NEIGHBOURS, math.isqrt(count) - 1))


def near_edges(
    vectors: Vectors, languages: Sequence[str], *, k: int = NEIGHBOURS, exact: int = EXACT
) -> tuple[Edges, Weights]:
    """Edges [m, 2] (lower number first) and weights [m] of the k nearest of each row, by calibrated unit vectors.

    An edge that both name weighs what both give. Exact to `exact` rows (time quadratic), by cells above it.
    """
    if len(vectors) < 2:
        return np.empty((0, 2), np.int64), np.empty(0)
    if len(vectors) <= exact:
        pool = nearest.Pool.of(vectors, list(languages))
        places, _scores = nearest.rank(vectors, languages, pool, k=k, itself=np.arange(len(vectors)))
    else:
        places = cells.nearest_in_cells(vectors, k=k)
    rows = np.repeat(np.arange(len(vectors)), places.shape[1])
    ranks = np.tile(np.arange(places.shape[1]), len(vectors))
    others = places.ravel()
    there = others >= 0
    return joined(np.stack([rows, others], 1)[there], NEAR / (1 + ranks[there]))


def joined(edges: Edges, weights: Weights) -> tuple[Edges, Weights]:
    """The same edges in order, each pair once with the sum of its weights, no loops; edges [m, 2], weights [m]."""
    if not len(edges):
        return np.empty((0, 2), np.int64), np.empty(0)
    low, high = edges.min(1).astype(np.int64), edges.max(1).astype(np.int64)
    span = int(high.max()) + 1
    keys, place = np.unique(low * span + high, return_inverse=True)
    summed = np.bincount(place, weights=weights, minlength=len(keys))
    pairs = np.stack([keys // span, keys % span], 1)
    real = pairs[:, 0] != pairs[:, 1]
    return pairs[real], summed[real]


def communities(count: int, edges: Edges, weights: Weights, *, resolution: float = 1.0, seed: int = SEED) -> Labels:
    """The community of each of `count` rows (int64 [count], from 0, the largest first): Leiden on modularity.

    A higher resolution gives more and smaller communities. The same input gives the same answer.
    """
    if not count:
        return np.empty(0, np.int64)
    if not len(edges):
        return np.arange(count)
    import igraph

    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  (the same night gives the same clusters)
    graph = igraph.Graph(n=count, edges=edges)
    parts = graph.community_leiden(
        objective_function="modularity", weights=weights, resolution=resolution, n_iterations=4
    )
    return _by_size(np.asarray(parts.membership, np.int64))


def stability(
    labels: Labels, edges: Edges, weights: Weights, *, times: int = RESAMPLES, resolution: float = 1.0,
    seed: int = SEED, progress: Progress | None = None,
) -> Weights:  # fmt: skip
    """How well each community comes back when edges are drawn anew: float [communities], mean of the best Jaccard.

    Each of `times` resamples is a Bayesian bootstrap of the edges (Rubin 1981): each weight times a draw from Exp(1),
    the smooth form of drawing as many edges as there are, with replacement; it does not tear small networks apart.
    """
    total = np.zeros(int(labels.max()) + 1 if len(labels) else 0)
    generator = np.random.default_rng(seed)
    for done in range(times):
        drawn = weights * generator.exponential(size=len(weights))
        again = communities(len(labels), edges, drawn, resolution=resolution, seed=seed)
        total += best_jaccard(labels, again)
        if progress is not None:
            progress(done + 1)
    return total / max(1, times)


def best_jaccard(labels: Labels, others: Labels) -> Weights:
    """For each community of `labels` the Jaccard overlap with the most similar community of `others`."""
    if not len(labels):
        return np.empty(0)
    span = int(others.max()) + 1
    keys, both = np.unique(labels * span + others, return_counts=True)
    mine, theirs = keys // span, keys % span
    sizes, their_sizes = np.bincount(labels), np.bincount(others)
    overlap = both / (sizes[mine] + their_sizes[theirs] - both)
    best = np.zeros(int(labels.max()) + 1)
    np.maximum.at(best, mine, overlap)
    return best


def clusters(
    count: int, edges: Edges, weights: Weights, *, times: int = RESAMPLES, stable: float = STABLE,
    smallest: int = SMALLEST, progress: Progress | None = None,
) -> Found:  # fmt: skip
    """Stable clusters of `count` rows, numbered from 0, the largest first; everything else is -1.

    How fine they are is not a matter of taste: of a few resolutions the one is taken at which most rows are in clusters
    that come back (share of rows x stability, by TRIALS resamples each); that one is then held to `times` resamples.
    """
    if not count or not len(edges):
        return Found(np.full(count, -1, np.int64), np.empty(0))
    best, labels, chosen = -1.0, np.zeros(count, np.int64), 1.0
    for resolution in RESOLUTIONS:
        tried = communities(count, edges, weights, resolution=resolution)
        sizes = np.bincount(tried)
        fits = (sizes >= smallest) & (sizes <= LARGEST)
        if not fits.any():
            continue
        held = stability(tried, edges, weights, times=TRIALS, resolution=resolution)
        fits &= held >= stable
        worth = float((sizes * held)[fits].sum())
        if worth > best:
            best, labels, chosen = worth, tried, resolution
        if sizes.max() < 2 * smallest:
            break
    held = stability(labels, edges, weights, times=times, resolution=chosen, progress=progress)
    sizes = np.bincount(labels)
    kept = np.flatnonzero((sizes >= smallest) & (held >= stable))
    number = np.full(len(sizes), -1, np.int64)
    number[kept] = np.arange(len(kept))
    return Found(number[labels], held[kept])


def same_as_before(former: Sequence[frozenset[int]], now: Sequence[frozenset[int]]) -> list[int]:
    """For each of tonight's clusters the position of last night's that it continues, or -1.

    The most similar pairs first (Jaccard >= SAME), each once, so that a name and an address have one heir.
    """
    at: dict[int, int] = {row: place for place, rows in enumerate(former) for row in rows}
    pairs: list[tuple[float, int, int]] = []
    for new, rows in enumerate(now):
        common = Counter(at[row] for row in rows if row in at)
        for old, both in common.items():
            pairs.append((-both / (len(rows) + len(former[old]) - both), old, new))
    found, taken = [-1] * len(now), set()
    for overlap, old, new in sorted(pairs):
        if -overlap >= SAME and old not in taken and found[new] < 0:
            found[new] = old
            taken.add(old)
    return found


def themes_of(rows: Sequence[int], themes: Sequence[Sequence[str]], usual: Counter[str], *, most: int = 2) -> list[str]:
    """The themes that set these rows apart: how many here have one, times its lift (share here / share of all).

    `usual` counts each theme over all rows. A theme of one row alone names nothing unless no other does.
    """
    here = Counter(theme for row in rows for theme in set(themes[row]))
    total = max(1, len(themes))
    lift = {theme: number / len(rows) / (usual[theme] / total) for theme, number in here.items()}
    rated = sorted(here, key=lambda theme: (here[theme] < 2, -here[theme] * lift[theme], theme))
    return rated[:most]


def _by_size(labels: Labels) -> Labels:
    """The same communities numbered from 0, the largest first, ties by their first row."""
    _values, first, place, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    return number[place]
