"""Finds the nearest texts across languages: exact neighbours with CSLS, in blocks that fit into memory.

score(q, d) = 2 q.d - r(q, language of d) - r(d, language of q), where r is the mean of the ten best within that
language: a text that is near to everybody, or a language that is, no longer wins by that. Two things make it hold in
small networks too. Of a language with few texts fewer are taken (`neighbours`). And the best of three thousand are
nearer than the best of thirty by mere number, so r is moved to what it would be if every language had the same
number of texts (a normal tail; nothing changes when they do). Without that, rare languages fill the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import NormalDist

from koinon.kit.meaning.arrays import Wholes, np

from .port import Vectors

NEIGHBOURS = 10
FEWEST, SHARE = 3, 20
"""Of a language with few texts the ten best are no neighbours but everybody: a twentieth is taken, at least three."""

METHOD = "csls.1"
"""Name of this way of ranking; stored beside r."""

CELLS = 8_000_000
"""Similarities held at once: 32 MB, whatever the number of texts."""

NOBODY = float("-inf")
_NORMAL = NormalDist()

Places = Wholes


@dataclass(frozen=True)
class Pool:
    """Texts to be found: calibrated unit vectors [n, size] and the language of each, kept in order of language.

    Build it with `Pool.of`. `order` gives the caller's position of each row, `edges` where each of `tongues`
    begins and ends.
    """

    tongues: tuple[str, ...]
    edges: tuple[int, ...]
    order: Places = field(repr=False)
    vectors: Vectors = field(repr=False)

    @classmethod
    def of(cls, vectors: Vectors, languages: Sequence[str]) -> "Pool":
        """Sort texts by language; positions in every answer are those of the caller."""
        tongues = tuple(sorted(set(languages)))
        number = {tongue: place for place, tongue in enumerate(tongues)}
        codes = np.fromiter((number[each] for each in languages), np.int64, len(languages))
        order = np.argsort(codes, kind="stable").astype(np.int64)
        edges = tuple(int(each) for each in np.searchsorted(codes[order], np.arange(len(tongues) + 1)))
        return cls(tongues, edges, order, np.ascontiguousarray(vectors[order], np.float32))

    def __len__(self) -> int:
        return len(self.order)

    def column(self, language: str) -> int:
        """The column of `hubness` for a language; the last one when the pool has no text in it."""
        return self.tongues.index(language) if language in self.tongues else len(self.tongues)

    def places(self) -> Places:
        """Where the caller's texts lie: row of each position."""
        found = np.empty(len(self.order), np.int64)
        found[self.order] = np.arange(len(self.order))
        return found


def hubness(vectors: Vectors, pool: Pool, *, itself: Places | None = None) -> Vectors:
    """Give r of each text to each language of the pool: float32 [n, len(pool.tongues) + 1].

    `vectors` [n, size] are calibrated; `itself` [n] is the caller's position of each in the pool (-1: not in it), so
    that no text is its own neighbour. The last column serves texts in a language that the pool does not have.
    Bounded memory; 36,000 against 36,000 takes about a minute of one core.
    """
    found = np.zeros((len(vectors), len(pool.tongues) + 1), np.float32)
    rows = _own_rows(pool, itself, len(vectors))
    for start, stop in _blocks(len(vectors), len(pool)):
        near = vectors[start:stop] @ pool.vectors.T
        _hide(near, rows[start:stop])
        found[start:stop, :-1] = _nearness(near, pool)
    found[:, -1] = _elsewhere(found[:, :-1], pool, rows)
    return found


def rank(
    queries: Vectors,
    languages: Sequence[str],
    pool: Pool,
    *,
    k: int = 10,
    itself: Places | None = None,
    query_groups: Places | None = None,
    pool_groups: Places | None = None,
    without: Sequence[Sequence[int]] | None = None,
    pool_hubness: Vectors | None = None,
    query_hubness: Vectors | None = None,
) -> tuple[Places, Vectors]:
    """Give the k best texts of the pool for each query: positions int64 [n, k] and scores float32 [n, k].

    `itself` is the query's own position in the pool (-1: none), never found. A text of the query's own group
    (`query_groups` [n] equal to `pool_groups` [len(pool)], say the organisation) and the positions `without` [n] are
    not found either, but count as neighbours. `pool_hubness` (rows as the caller's) and `query_hubness` are computed
    when not given. Scores order the answers to one query and mean nothing else: do not show them. Where there are
    fewer than k, position -1 and score -inf. Equal scores keep the order of the pool.
    """
    count = min(k, len(pool))
    found, scores = np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), NOBODY, np.float32)
    if not count or not len(queries):
        return found, scores
    if pool_hubness is None:
        pool_hubness = hubness(pool.vectors[pool.places()], pool, itself=np.arange(len(pool)))
    towards = pool_hubness[pool.order].T
    columns = [pool.column(each) for each in languages]
    rows, place = _own_rows(pool, itself, len(queries)), pool.places()
    sizes = np.diff(pool.edges)
    for start, stop in _blocks(len(queries), len(pool)):
        near = queries[start:stop] @ pool.vectors.T
        _hide(near, rows[start:stop])
        own = _nearness(near, pool) if query_hubness is None else query_hubness[start:stop, :-1]
        near *= 2
        near -= np.repeat(own, sizes, axis=1)
        near -= towards[columns[start:stop]]
        if query_groups is not None and pool_groups is not None:
            near[query_groups[start:stop, None] == pool_groups[pool.order][None]] = NOBODY
        for line, hidden in enumerate(without[start:stop] if without else ()):
            near[line, place[list(hidden)]] = NOBODY
        found[start:stop, :count], scores[start:stop, :count] = _best(near, pool.order, count)
    return found, scores


def nearest(queries: Vectors, pool: Pool, *, k: int = 10, itself: Places | None = None) -> tuple[Places, Vectors]:
    """Give the k texts with the highest plain cosine; for comparison only (`koinon quality --raw`)."""
    count = min(k, len(pool))
    found, scores = np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), NOBODY, np.float32)
    rows = _own_rows(pool, itself, len(queries))
    for start, stop in _blocks(len(queries), len(pool)) if count else ():
        near = queries[start:stop] @ pool.vectors.T
        _hide(near, rows[start:stop])
        found[start:stop, :count], scores[start:stop, :count] = _best(near, pool.order, count)
    return found, scores


def neighbours(count: int) -> int:
    """How many of a language's texts are near: ten of two hundred and more, fewer of fewer, never below three."""
    return min(NEIGHBOURS, max(FEWEST, -(-count // SHARE)))


def expected_top(count: int) -> float:
    """Mean of the nearest of `count` draws from a normal distribution, in standard deviations."""
    k = neighbours(count)
    if count <= k:
        return 0.0
    share = k / count
    return _NORMAL.pdf(_NORMAL.inv_cdf(1 - share)) / share


def _blocks(count: int, width: int) -> list[tuple[int, int]]:
    step = max(1, CELLS // max(1, width))
    return [(start, min(start + step, count)) for start in range(0, count, step)]


def _own_rows(pool: Pool, itself: Places | None, count: int) -> Places:
    if itself is None:
        return np.full(count, -1, np.int64)
    return np.where(itself >= 0, np.append(pool.places(), -1)[itself], -1)


def _hide(near: Vectors, rows: Places) -> None:
    """Take each text out of its own neighbours."""
    lines = np.flatnonzero(rows >= 0)
    near[lines, rows[lines]] = NOBODY


def _nearness(near: Vectors, pool: Pool) -> Vectors:
    """r of each line to each language: the mean of its nearest, as if every language were of the same size."""
    is_there = np.isfinite(near)
    safe = np.where(is_there, near, 0)
    total = np.maximum(is_there.sum(1), 1)
    mean = safe.sum(1) / total
    spread = np.sqrt(np.maximum((safe * safe).sum(1) / total - mean * mean, 0))
    usual = expected_top(round(len(pool) / max(1, len(pool.tongues))))
    found = np.empty((len(near), len(pool.tongues)), np.float32)
    for tongue, (start, stop) in enumerate(pairwise(pool.edges)):
        found[:, tongue] = _top_mean(near[:, start:stop], mean) + spread * (usual - expected_top(stop - start))
    return found


def _top_mean(near: Vectors, otherwise: Vectors) -> Vectors:
    """Mean of the nearest of each line, hidden ones left out; `otherwise` where a line has none."""
    size = near.shape[1]
    k = neighbours(size)
    top = np.partition(near, size - k, axis=1)[:, -k:] if size > k else near
    there = np.isfinite(top)
    count = there.sum(1)
    result: Vectors = np.where(count > 0, np.where(there, top, 0).sum(1) / np.maximum(count, 1), otherwise)
    return result


def _elsewhere(found: Vectors, pool: Pool, rows: Places) -> Vectors:
    """r to a language that the pool lacks: the mean over the languages that are not the text's own, else zero."""
    if len(pool.tongues) < 2:
        return np.zeros(len(found), np.float32)
    total = found.sum(1)
    own = np.searchsorted(np.array(pool.edges), rows, side="right") - 1
    lines = np.flatnonzero(rows >= 0)
    mean = total / len(pool.tongues)
    mean[lines] = (total[lines] - found[lines, own[lines]]) / (len(pool.tongues) - 1)
    return np.asarray(mean, np.float32)


def _best(near: Vectors, order: Places, count: int) -> tuple[Places, Vectors]:
    """Positions and values of the largest of each line, largest first; a hidden one becomes -1."""
    if count < near.shape[1]:
        part = np.argpartition(-near, count - 1, axis=1)[:, :count]
    else:
        part = np.broadcast_to(np.arange(near.shape[1]), near.shape)
    values = np.take_along_axis(near, part, axis=1)
    places = order[part]
    by_score = np.lexsort((places, -values), axis=1)
    values = np.take_along_axis(values, by_score, axis=1)
    places = np.take_along_axis(places, by_score, axis=1)
    return np.where(np.isfinite(values), places, -1), values
