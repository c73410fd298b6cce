"""Where the picture of a network puts organisations: clusters first, each a disc, then its members inside the disc.

Pure functions over arrays; the same input gives the same picture. Positions lie in a square of SIDE units.
"""

import random
from dataclasses import dataclass

from koinon.kit.meaning.arrays import Doubles, Wholes, np

Edges = Wholes
Weights = Doubles
Labels = Wholes
Points = Doubles

SIDE = 1000.0
SEED = 7
ROOM = 9.0
"""A disc of s members has the radius ROOM x sqrt(s) before everything is scaled into the square."""

GAP = 1.12
APART = 60
"""Rounds in which discs that overlap push each other away."""

MANY = 400
"""From here on members are laid by DrL, which is linear; below by Fruchterman and Reingold, which looks better."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Positions [n, 2] of rows, centres [c, 2] and radii [c] of clusters, all within SIDE x SIDE."""

    points: Points
    centres: Points
    radii: Weights


def picture(labels: Labels, edges: Edges, weights: Weights, *, seed: int = SEED) -> Picture:
    """Lay out rows by their clusters (`labels` [n], -1: in none) and the edges [m, 2] between them.

    Rows that are in no cluster stand around: those with ties next to what they are tied to, the others at the rim.
    """
    count = int(labels.max()) + 1 if len(labels) else 0
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    radii = ROOM * np.sqrt(np.maximum(sizes, 1))
    centres = _apart(_centres(labels, edges, weights, count, radii, seed), radii)
    points = np.zeros((len(labels), 2))
    inner = labels[edges[:, 0]] == labels[edges[:, 1]] if len(edges) else np.empty(0, bool)
    inside, inside_weights = edges[inner], weights[inner]
    home = labels[inside[:, 0]] if len(inside) else np.empty(0, np.int64)
    by_home = np.argsort(home, kind="stable")
    bounds = np.searchsorted(home[by_home], np.arange(count + 1))
    rows_of = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[rows_of], np.arange(count + 1))
    place = np.zeros(len(labels), np.int64)
    for cluster in range(count):
        rows = rows_of[starts[cluster] : starts[cluster + 1]]
        place[rows] = np.arange(len(rows))
        own = by_home[bounds[cluster] : bounds[cluster + 1]]
        laid = _members(len(rows), place[inside[own]], inside_weights[own], seed)
        points[rows] = centres[cluster] + laid * radii[cluster] * 0.88
    _around(points, labels, edges, centres, radii)
    return _into_the_square(points, centres, radii)


def _centres(labels: Labels, edges: Edges, weights: Weights, count: int, radii: Weights, seed: int) -> Points:
    """Discs that share many edges near each other."""
    if count <= 1:
        return np.zeros((count, 2))
    ends = labels[edges] if len(edges) else np.empty((0, 2), np.int64)
    across = (ends[:, 0] != ends[:, 1]) & (ends >= 0).all(1)
    low, high = ends[across].min(1), ends[across].max(1)
    keys, where = np.unique(low * count + high, return_inverse=True)
    between = np.bincount(where, weights=weights[across], minlength=len(keys))
    pairs = np.stack([keys // count, keys % count], 1)
    return _closer(_forces(count, pairs, np.log1p(between), seed), radii)


def _closer(centres: Points, radii: Weights) -> Points:
    """Scale until a twentieth of the neighbouring discs touch; those that overlap then are pushed apart after."""
    way = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(way, np.inf)
    nearest = (way / ((radii[:, None] + radii[None]) * GAP)).min(1)
    scaled: Points = centres / max(float(np.quantile(nearest, 0.05)), 1e-6)
    limit = 3 * np.sqrt((radii**2).sum())
    reach = float(np.linalg.norm(scaled, axis=1).max())
    scaled *= min(1.0, limit / max(reach, 1e-9))
    return scaled


def _members(count: int, edges: Edges, weights: Weights, seed: int) -> Points:
    """Members of one cluster in the unit disc."""
    if count == 1:
        return np.zeros((1, 2))
    return _in_a_disc(_forces(count, edges, weights, seed))


def _forces(count: int, edges: Edges, weights: Weights, seed: int) -> Points:
    """A force-directed layout, centred, of which the farthest point is at distance 1."""
    import igraph

    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  (the same picture each time)
    graph = igraph.Graph(n=count, edges=edges.tolist())
    if count <= MANY:
        laid = graph.layout_fruchterman_reingold(
            weights=weights.tolist() or None, niter=300, grid="nogrid", seed=_circle(count).tolist()
        )
    else:
        laid = graph.layout_drl(weights=weights.tolist() or None, seed=_circle(count).tolist())
    points = np.asarray(laid.coords, float)
    points -= points.mean(0)
    points /= max(float(np.linalg.norm(points, axis=1).max()), 1e-9)
    return points


def _circle(count: int) -> Points:
    """Beginnings that are the same each time: a sunflower."""
    number = np.arange(count)
    angle, distance = number * 2.399963229728653, np.sqrt((number + 0.5) / count)
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)], 1) * 10


def _in_a_disc(points: Points) -> Points:
    """Fill the disc evenly: the order of distances from the middle stays, the angle, too."""
    distance = np.linalg.norm(points, axis=1)
    rank = np.empty(len(points))
    rank[np.argsort(distance, kind="stable")] = np.arange(len(points))
    wanted = np.sqrt((rank + 0.5) / len(points))
    mixed = 0.5 * distance + 0.5 * wanted
    points *= (mixed / np.maximum(distance, 1e-9))[:, None]
    return points


def _apart(centres: Points, radii: Weights) -> Points:
    """Push discs that overlap away from each other, along the line between them."""
    centres = centres.copy()
    for _ in range(APART):
        way = centres[:, None] - centres[None]
        distance = np.maximum(np.linalg.norm(way, axis=2), 1e-6)
        over = np.maximum((radii[:, None] + radii[None]) * GAP - distance, 0)
        np.fill_diagonal(over, 0)
        if not over.any():
            break
        centres += (way / distance[..., None] * over[..., None]).sum(1) * 0.5
        centres += np.arange(len(centres))[:, None] * 1e-6
    return centres


def _around(points: Points, labels: Labels, edges: Edges, centres: Points, radii: Weights) -> None:
    """Rows in no cluster: on a ring outside, at the angle of those they are tied to."""
    alone = np.flatnonzero(labels < 0)
    if not len(alone):
        return
    reach = float((np.linalg.norm(centres, axis=1) + radii).max()) if len(centres) else 0.0
    towards = np.zeros((len(labels), 2))
    for mine, theirs in ((0, 1), (1, 0)) if len(edges) else ():
        np.add.at(towards, edges[:, mine], points[edges[:, theirs]])
    angle = np.arctan2(towards[alone, 1], towards[alone, 0])
    free = np.linalg.norm(towards[alone], axis=1) < 1e-9
    angle[free] = np.arange(free.sum()) * 2.399963229728653
    order = np.argsort(angle, kind="stable")
    per_ring = max(8, int(2 * np.pi * (reach + 2 * ROOM) / (2.2 * ROOM)))
    rings = -(-len(alone) // per_ring)
    number = np.arange(len(alone))
    ring, turn = number % rings, number / len(alone) * 2 * np.pi - np.pi
    distance = reach + 2 * ROOM * (1.2 + ring)
    points[alone[order]] = np.stack([distance * np.cos(turn), distance * np.sin(turn)], 1)


def _into_the_square(points: Points, centres: Points, radii: Weights) -> Picture:
    """Scale everything into the square, with a margin, one scale for both directions."""
    every = np.concatenate([points, centres - radii[:, None], centres + radii[:, None]]) if len(centres) else points
    if not len(every):
        return Picture(points, centres, radii)
    low, high = every.min(0), every.max(0)
    scale = SIDE * 0.94 / max(float((high - low).max()), 1.0)
    middle = (low + high) / 2
    return Picture((points - middle) * scale + SIDE / 2, (centres - middle) * scale + SIDE / 2, radii * scale)
