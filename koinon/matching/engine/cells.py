"""Nearest neighbours of very many texts: texts are laid into cells, and looked for in the nearest cells only."""

from koinon.kit.meaning.arrays import Floats, Wholes, np

Vectors = Floats
Places = Wholes

PROBES = 8
ROUNDS = 6
SAMPLE = 60_000
SEED = 11
CELLS_AT_ONCE = 8_000_000


def nearest_in_cells(vectors: Vectors, *, k: int, probes: int = PROBES, seed: int = SEED) -> Places:
    """The k nearest of each row by cosine, itself left out: positions int64 [n, k], -1 where there are fewer.

    `vectors` [n, size] of unit length. About sqrt(n) cells by spherical k-means on a sample; each cell is compared with
    the `probes` cells whose centres are nearest to its own, so that time grows with n x sqrt(n) and memory with n.
    """
    count = len(vectors)
    centres = _centres(vectors, max(1, round(count**0.5)), seed)
    home = _homes(vectors, centres)
    order = np.argsort(home, kind="stable")
    edges = np.searchsorted(home[order], np.arange(len(centres) + 1))
    around = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :probes]
    found = np.full((count, k), -1, np.int64)
    for cell in range(len(centres)):
        own = order[edges[cell] : edges[cell + 1]]
        others = np.concatenate([order[edges[each] : edges[each + 1]] for each in around[cell]])
        step = max(1, CELLS_AT_ONCE // max(1, len(others)))
        for start in range(0, len(own), step):
            rows = own[start : start + step]
            found[rows] = _best(vectors, rows, others, k)
    return found


def _best(vectors: Vectors, rows: Places, others: Places, k: int) -> Places:
    near = vectors[rows] @ vectors[others].T
    near[others[None, :] == rows[:, None]] = -np.inf
    count = min(k, len(others))
    part = np.argpartition(-near, count - 1, axis=1)[:, :count]
    values = np.take_along_axis(near, part, axis=1)
    by_score = np.lexsort((others[part], -values), axis=1)
    places = np.take_along_axis(others[part], by_score, axis=1)
    places[~np.isfinite(np.take_along_axis(values, by_score, axis=1))] = -1
    found = np.full((len(rows), k), -1, np.int64)
    found[:, :count] = places
    return found


def _centres(vectors: Vectors, cells: int, seed: int) -> Vectors:
    generator = np.random.default_rng(seed)
    sample = vectors[generator.permutation(len(vectors))[:SAMPLE]]
    centres = sample[:cells].copy()
    for _ in range(ROUNDS):
        home = _homes(sample, centres)
        summed = np.zeros_like(centres)
        np.add.at(summed, home, sample)
        there = np.linalg.norm(summed, axis=1)
        filled = there > 0
        centres[filled] = summed[filled] / there[filled, None]
    return centres


def _homes(vectors: Vectors, centres: Vectors) -> Places:
    """The nearest centre of each row, in blocks."""
    found = np.empty(len(vectors), np.int64)
    step = max(1, CELLS_AT_ONCE // len(centres))
    for start in range(0, len(vectors), step):
        found[start : start + step] = (vectors[start : start + step] @ centres.T).argmax(1)
    return found
