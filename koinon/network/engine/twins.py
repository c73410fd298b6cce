"""Twins: two rows that may be one organisation, found across scripts, spellings and languages. Proposed, never decided.

Compared are only pairs that share a place, a web site or a rare word, so that 5,000 rows meet 36,000 organisations
in seconds. Names are folded loosely (Велење, Velenje -> velenie), words may differ by a few letters (centar, center).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from koinon.kit.meaning.folding import loose

LIKELY, POSSIBLE = 0.9, 0.55
MOST = 3
COMMON = 60
"""A word of more organisations than this says nothing about which one is meant."""

_ANYBODYS = frozenset(
    (
        "facebook.com", "linkedin.com", "instagram.com", "twitter.com", "x.com", "youtube.com", "wordpress.com",
        "blogspot.com", "wixsite.com", "google.com", "sites.google.com", "europa.eu", "github.io", "weebly.com",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """One organisation as twins are looked for: key, every spelling, place (0 unknown), country, kind, web domain."""

    key: str
    names: tuple[str, ...]
    place: int = 0
    country: str = ""
    kind: str = ""
    domain: str = ""

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The loose words of each spelling."""
        return tuple(spelling for name in self.names if (spelling := _words(name)))


@dataclass(frozen=True, slots=True)
class Twin:
    """A proposal: whose key, how likely (0 to 1), and why: "name", "similar", "website" or "place"."""

    key: str
    likeness: float
    why: str

    @property
    def is_likely(self) -> bool:
        return self.likeness >= LIKELY


class Register:
    """Organisations indexed for the question "who may this be already?"; rows of a file join as they are read."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_key: dict[str, Known] = {}
        self._places: dict[int, list[str]] = defaultdict(list)
        self._domains: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._words: dict[str, list[str]] = defaultdict(list)
        for each in known:
            self.add(each)

    def add(self, known: Known) -> None:
        """Let later questions find this one."""
        self._by_key[known.key] = known
        if known.place:
            self._places[known.place].append(known.key)
        if known.domain and known.domain not in _ANYBODYS:
            self._domains[known.domain].append(known.key)
        for words in known.words:
            self._names[" ".join(words)].append(known.key)
            for word in set(words):
                self._words[word].append(known.key)

    def twins_of(self, asked: Known, town: str = "") -> list[Twin]:
        """The most likely twins, best first, at most MOST; `town` are words that say where, not who."""
        said = frozenset(_words(town))
        found = []
        for key in self._candidates(asked):
            if key != asked.key and (twin := compare(asked, self._by_key[key], said)):
                found.append(twin)
        return sorted(found, key=lambda twin: (-twin.likeness, twin.key))[:MOST]

    def _candidates(self, asked: Known) -> list[str]:
        keys: dict[str, None] = {}
        for words in asked.words:
            keys.update(dict.fromkeys(self._names.get(" ".join(words), ())))
            for word in words:
                if len(owners := self._words.get(word, ())) <= COMMON:
                    keys.update(dict.fromkeys(owners))
        if asked.domain:
            keys.update(dict.fromkeys(self._domains.get(asked.domain, ())))
        if asked.place:
            keys.update(dict.fromkeys(self._places.get(asked.place, ())[:2000]))
        return list(keys)


def compare(one: Known, other: Known, town: frozenset[str] = frozenset()) -> Twin | None:
    """How likely two are one; None when nothing speaks for it or their countries speak against it."""
    if one.country and other.country and one.country != other.country:
        return None
    is_near = bool(one.place and one.place == other.place)
    is_apart = bool(one.place and other.place and not is_near)
    if one.domain and one.domain == other.domain and one.domain not in _ANYBODYS:
        return Twin(other.key, 0.97, "website")
    likeness = max((_likeness(a, b, town) for a in one.words for b in other.words), default=0.0)
    if likeness >= 0.999 and not is_apart:
        return Twin(other.key, 1.0 if is_near else 0.93, "name")
    if is_near and one.kind == other.kind == "municipality":
        return Twin(other.key, max(0.8, likeness), "place")
    weight = 1.0 if is_near else 0.5 if is_apart else 0.75
    if likeness * weight >= POSSIBLE:
        return Twin(other.key, round(min(likeness * weight, LIKELY - 0.01), 3), "similar")
    return None


def _likeness(one: Sequence[str], other: Sequence[str], town: frozenset[str]) -> float:
    """How much of the shorter name is in the longer one, words of the town counting half."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if tuple(one) == tuple(other):
        return 1.0
    left = list(long)
    met = total = 0.0
    own = 0
    for word in short:
        weight = 0.5 if word in town else 1.0
        total += weight
        best = max(left, key=lambda candidate: _alike(word, candidate), default="")
        alike = _alike(word, best) if best else 0.0
        if alike >= 0.75:
            met += weight * alike
            left.remove(best)
            own += word not in town
    if not own:
        return 0.0
    extra = sum(0.5 if word in town else 1.0 for word in left)
    return met / (total + 0.4 * extra)


@lru_cache(maxsize=50_000)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if abs(len(one) - len(other)) > 3 or min(len(one), len(other)) < 4:
        return 0.0
    return SequenceMatcher(None, one, other).ratio()


@lru_cache(maxsize=100_000)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word for word in loose(name).split() if len(word) > 1)
