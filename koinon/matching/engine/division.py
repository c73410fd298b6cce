"""A very large pool in parts: each part is matched by itself, so that time grows with the pool and not with its square.

Each part holds the offers around one centre and the needs that have it among their two nearest: parts know nothing of
each other, and a distributed engine can take one each.
"""

from collections.abc import Iterator

from koinon.kit.meaning.arrays import Floats, Wholes, np

Vectors = Floats
Places = Wholes

SIZE = 6_000
"""Offers in a part, about."""
NEAREST = 2
"""A need stands in the parts of so many centres, so that what lies on a border is not missed."""
SAMPLE, ROUNDS, SEED = 40_000, 6, 5
CELLS_AT_ONCE = 8_000_000


def parts(needs: Vectors, offers: Vectors, *, size: int = SIZE) -> Iterator[tuple[Places, Places]]:
    """(positions of needs, positions of offers) of each part; every offer in one, every need in at most two.

    `needs` [n, d] and `offers` [m, d] are calibrated unit vectors. The same input gives the same parts.
    """
    centres = _centres(offers, max(1, round(len(offers) / size)))
    home = _nearest(offers, centres, 1)[:, 0]
    near = _nearest(needs, centres, min(NEAREST, len(centres)))
    for centre in range(len(centres)):
        asking = np.flatnonzero((near == centre).any(1))
        offering = np.flatnonzero(home == centre)
        if len(asking) and len(offering):
            yield asking, offering


def _centres(vectors: Vectors, count: int) -> Vectors:
    """Spherical k-means on a sample."""
    draw = np.random.default_rng(SEED)
    sample = vectors[draw.permutation(len(vectors))[:SAMPLE]]
    centres = sample[:count].copy()
    for _round in range(ROUNDS):
        home = _nearest(sample, centres, 1)[:, 0]
        for centre in range(len(centres)):
            total = sample[home == centre].sum(0)
            length = float(np.linalg.norm(total))
            if length > 0:
                centres[centre] = total / length
    return centres


def _nearest(vectors: Vectors, centres: Vectors, count: int) -> Places:
    """The nearest centres of each row, in blocks."""
    found = np.empty((len(vectors), count), np.int64)
    step = max(1, CELLS_AT_ONCE // len(centres))
    for start in range(0, len(vectors), step):
        near = vectors[start : start + step] @ centres.T
        found[start : start + step] = np.argsort(-near, axis=1, kind="stable")[:, :count]
    return found
