"""Bridges: introductions that would connect two clusters, or bring in a member that stands alone. Plain arrays only.

It looks at organisations and at clusters as wholes. What a person does, or how central anybody is, is no input and no
result: an organisation is proposed because it asks for what another offers, shares a theme with it, and the two
clusters (or that member and the others) have few ties.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from koinon.kit.meaning.arrays import Wholes, np

Edges = Wholes
Labels = Wholes

FEW_TIES = 3
"""Two clusters with more ties than this between them need no bridge."""

PER_ORGANISATION = 1
"""Nobody is proposed more often than this in one week."""

PER_PAIR = 1
"""Of one pair of clusters one bridge is proposed."""

FITS, THEME, LANGUAGE, FEW = 2.0, 0.5, 0.25, 0.5
"""Weights: a need that an offer serves (once for each way, at most two); each shared theme (at most two); a language in
common; and few ties, as FEW / (1 + ties)."""


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of an organisation: its themes and languages."""

    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """A need of `asks` that an offer of `gives` serves (rows), with the ids of both."""

    asks: int
    gives: int
    need: str
    offer: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Introduce `one` to `other` (rows, the lower first), and why. Scores order the proposals and mean nothing else."""

    one: int
    other: int
    sort: str
    score: float
    fits: tuple[Fit, ...]
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    ties: int


def proposals(
    labels: Labels, ties: Edges, members: Sequence[Member], fits: Iterable[Fit], *,
    without: Collection[tuple[int, int]] = (), most: int = 10,
) -> list[Proposal]:  # fmt: skip
    """At most `most` introductions, the best first.

    `labels` [n]: the cluster of each row, -1 for none; `ties` [m, 2]: rows tied already (confirmed or derived);
    `fits`: which need of whom an offer of whom serves; `without`: pairs (lower first) that were proposed, introduced or
    set aside before. A pair within one cluster is never proposed, nor one that is tied.
    """
    degree = np.bincount(ties.ravel(), minlength=len(labels)) if len(ties) else np.zeros(len(labels), np.int64)
    tied = {(int(min(pair)), int(max(pair))) for pair in ties.tolist()} | set(without)
    between = _between(labels, ties)
    candidates = _candidates(labels, degree, members, fits)
    found = []
    for (one, other), given in candidates.items():
        sort = _sort(labels, degree, one, other)
        if sort and (one, other) not in tied:
            number = between[_pair(labels, one, other)] if sort == "clusters" else 0
            if number <= FEW_TIES:
                found.append(_proposal(one, other, sort, given, members, number))
    found.sort(key=lambda each: (-each.score, each.one, each.other))
    return _chosen(found, labels, most)


def _candidates(
    labels: Labels, degree: Wholes, members: Sequence[Member], fits: Iterable[Fit]
) -> dict[tuple[int, int], list[Fit]]:
    """Pairs worth a look: where a need fits an offer; and members that stand alone with others of a rare theme."""
    found: dict[tuple[int, int], list[Fit]] = defaultdict(list)
    for fit in fits:
        if fit.asks != fit.gives:
            found[min(fit.asks, fit.gives), max(fit.asks, fit.gives)].append(fit)
    having: dict[str, list[int]] = defaultdict(list)
    for row, member in enumerate(members):
        for theme in sorted(member.themes):
            having[theme].append(row)
    for row in np.flatnonzero((degree == 0) & (labels < 0)).tolist():
        for theme in sorted(members[row].themes, key=lambda each: (len(having[each]), each))[:3]:
            for other in having[theme][:20]:
                if other != row:
                    found.setdefault((min(row, other), max(row, other)), [])
    return found


def _sort(labels: Labels, degree: Wholes, one: int, other: int) -> str:
    """Does it connect two clusters, bring in a member without ties and cluster, or neither?"""
    homes = int(labels[one]), int(labels[other])
    if min(homes) >= 0:
        return "clusters" if homes[0] != homes[1] else ""
    is_alone = any(home < 0 and degree[row] == 0 for home, row in zip(homes, (one, other), strict=True))
    return "member" if is_alone else ""


def _proposal(one: int, other: int, sort: str, fits: Sequence[Fit], members: Sequence[Member], ties: int) -> Proposal:
    first: dict[int, Fit] = {}
    for fit in fits:
        first.setdefault(fit.asks, fit)
    themes = tuple(sorted(members[one].themes & members[other].themes))
    languages = tuple(sorted(members[one].languages & members[other].languages))
    score = FITS * len(first) + THEME * min(2, len(themes)) + LANGUAGE * bool(languages) + FEW / (1 + ties)
    return Proposal(one, other, sort, score, tuple(first[row] for row in sorted(first)), themes, languages, ties)


def _chosen(found: Sequence[Proposal], labels: Labels, most: int) -> list[Proposal]:
    """The best, but nobody too often and not two bridges over the same gap."""
    chosen: list[Proposal] = []
    of_row: Counter[int] = Counter()
    of_pair: Counter[tuple[int, int]] = Counter()
    for each in found:
        pair = _pair(labels, each.one, each.other)
        is_over = each.sort == "clusters" and of_pair[pair] >= PER_PAIR
        if is_over or max(of_row[each.one], of_row[each.other]) >= PER_ORGANISATION:
            continue
        chosen.append(each)
        of_row.update((each.one, each.other))
        of_pair[pair] += 1
        if len(chosen) == most:
            break
    return chosen


def _between(labels: Labels, ties: Edges) -> Counter[tuple[int, int]]:
    """How many ties there are between each two clusters."""
    if not len(ties):
        return Counter()
    ends = labels[ties]
    across = ends[(ends >= 0).all(1) & (ends[:, 0] != ends[:, 1])]
    return Counter((int(min(pair)), int(max(pair))) for pair in across.tolist())


def _pair(labels: Labels, one: int, other: int) -> tuple[int, int]:
    homes = int(labels[one]), int(labels[other])
    return min(homes), max(homes)
