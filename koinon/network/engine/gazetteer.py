"""The gazetteer: 30,000 places with the spellings of their neighbours, found in any script, offline.

Σερρες, serres, Serai and Серес are one town; so are Велење and Velenje, Shkup and Скопје. A place carries
*keys*: its spellings folded to plain Latin letters, faithfully and loosely, so that a plain comparison of
text finds it. Source: GeoNames, CC BY 4.0.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from koinon.kit.meaning.folding import fold, loose

_FILE = Path(__file__).parents[1] / "data" / "places.csv.gz"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place: GeoNames id, name for everybody, name as written there, degrees, inhabitants, IANA zone."""

    id: int
    name: str
    native: str
    country: str
    admin1: str
    latitude: float
    longitude: float
    population: int
    zone: str
    spellings: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What the place is found by: see `search_keys`."""
        return search_keys(self.name, (self.native, *self.spellings))


def read_places(path: Path | None = None) -> Iterator[PlaceRow]:
    """Walk through the gazetteer from the most to the least populous; 0.2 s for all, nothing is held."""
    with gzip.open(path or _FILE, "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield PlaceRow(
                id=int(row["geonameid"]),
                name=row["name"],
                native=row["native"],
                country=row["country"],
                admin1=row["admin1"],
                latitude=float(row["lat"]),
                longitude=float(row["lon"]),
                population=int(row["population"]),
                zone=row["timezone"],
                spellings=tuple(filter(None, row["alternates"].split("|"))),
            )


def search_keys(name: str, alternates: Iterable[str] = ()) -> tuple[str, ...]:
    """Fold every spelling, faithfully and loosely, each key once; the first key is the name's own.

    Store them parted by "|" with one at either end ("|serres|seres|"): then `|key|` in the text is an exact
    hit and `|key` the beginning of a spelling.
    """
    keys: dict[str, None] = {}
    for spelling in (name, *alternates):
        for key in (fold(spelling), loose(spelling)):
            if key:
                keys[key.replace("|", " ")] = None
    return tuple(keys)


def joined(keys: Iterable[str]) -> str:
    """Write keys as one text to store and to index: "|serres|seres|"."""
    return f"|{'|'.join(keys)}|"


def query_keys(text: str) -> tuple[str, ...]:
    """Fold what somebody typed in the two ways places are keyed; empty for text without a letter or digit."""
    plain = fold(text).strip(" ,.;-")
    return tuple(dict.fromkeys(key for key in (plain, loose(plain)) if key)) if loose(plain) else ()


def rank(keys: Iterable[str], population: int, query: str) -> tuple[int, int]:
    """Make a sort key, smaller is better: how close the spelling is, then how many live there.

    Closeness: 0 equal, 1 loosely equal, 2-3 begins so, 4-5 a later word begins so, 6-7 contained, 9 no hit.
    Of places equally close, one *called* so counts a hundred times its inhabitants against one that is so
    called elsewhere.
    """
    asked, known = query_keys(query), tuple(keys)
    best = min((_closeness(key, asked) for key in known), default=9)
    called_so = best < 2 and known[0] == asked[0]
    return best, -population * (100 if called_so else 1)


def find(places: Iterable[PlaceRow], query: str, country: str = "", limit: int = 10) -> list[PlaceRow]:
    """Find places by any spelling, best first, in one country (ISO code) where it is given.

    For spreadsheets and tests: it walks through all rows (2 s for 30,000). A site asks its database.
    """
    if not query_keys(query):
        return []
    hits = []
    for place in places:
        if country and place.country != country.upper():
            continue
        rated = rank(place.keys, place.population, query)
        if rated[0] < 9:
            hits.append((rated, place.id, place))
    return [place for _, _, place in sorted(hits, key=lambda hit: hit[:2])[:limit]]


class Gazetteer:
    """Places indexed by exact key: thousands of names resolved in a moment, for an import or a spreadsheet.

    Holds about 45 MB while it lives; make it in a job or a command, never in a web process.
    """

    def __init__(self, places: Iterable[PlaceRow] | None = None) -> None:
        self._by_key: dict[str, list[PlaceRow]] = {}
        for place in read_places() if places is None else places:
            for key in place.keys:
                self._by_key.setdefault(key, []).append(place)

    def resolve(self, name: str, country: str = "") -> list[PlaceRow]:
        """Give the places that `name` may mean exactly, best first; none if it is unknown."""
        found: dict[int, PlaceRow] = {}
        for key in query_keys(name):
            for place in self._by_key.get(key, ()):
                if not country or place.country == country.upper():
                    found.setdefault(place.id, place)
        return sorted(found.values(), key=lambda place: (rank(place.keys, place.population, name), place.id))


def _closeness(key: str, asked: tuple[str, ...]) -> int:
    return min((min(2 * _step(key, query) + loosely, 9) for loosely, query in enumerate(asked)), default=9)


def _step(key: str, query: str) -> int:
    """Give 0 for an equal key, 1 if it begins so, 2 if a later word does, 3 if it contains it, 9 if not."""
    if key == query:
        return 0
    if key.startswith(query):
        return 1
    if f" {query}" in key or f"-{query}" in key:
        return 2
    return 3 if len(query) > 2 and query in key else 9
