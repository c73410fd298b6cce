"""EuroVoc: 7,382 themes in 17 languages, and the four hundred a network of learning places starts with.

A theme is the cheapest translation there is: written by a tap in Lithuanian, read in Albanian. Source:
EuroVoc, Publications Office of the European Union; missing labels and a few concepts were added by hand.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
LANGUAGES = (
    "en",
    "sq",
    "mk",
    "lt",
    "el",
    "sr",
    "bg",
    "hr",
    "sl",
    "ro",
    "de",
    "fr",
    "it",
    "es",
    "pl",
    "lv",
    "et",
)
_RELATED = {"bs": "hr", "cnr": "sr", "sh": "sr", "me": "sr"}


@dataclass(frozen=True, slots=True)
class Concept:
    """One theme: EuroVoc id (`k_...` when it is ours), microthesaurus code, labels aligned to LANGUAGES."""

    id: str
    microthesaurus: str
    names: tuple[str, ...]

    @property
    def labels(self) -> dict[str, str]:
        """The labels that exist, by language code."""
        return {language: name for language, name in zip(LANGUAGES, self.names, strict=True) if name}

    def label(self, language: str) -> str:
        """Say the theme in `language` (any tag, "sr-Cyrl" too), in English where it has no such label."""
        code = language.replace("_", "-").split("-")[0].lower()
        code = _RELATED.get(code, code)
        return (self.names[LANGUAGES.index(code)] if code in LANGUAGES else "") or self.names[0]


def default_concepts() -> tuple[Concept, ...]:
    """Give the default tags in the order of `themes_default.txt`; held in memory, about 0.7 MB."""
    return tuple(_defaults().values())


@lru_cache(maxsize=1)
def default_groups() -> dict[str, tuple[Concept, ...]]:
    """Give the default tags by group (education, culture, ...); the first of a group is also its title."""
    defaults = _defaults()
    return {group: tuple(defaults[each] for each in ids) for group, ids in _default_ids().items()}


def all_concepts() -> Iterator[Concept]:
    """Walk through every concept, ours at the end; reads the file each time (0.1 s) and keeps nothing."""
    added = {row["id"]: row for row in _rows("labels_added.csv")}
    for row in _rows("eurovoc.csv.gz"):
        yield _concept(row | {key: value for key, value in added.get(row["id"], {}).items() if value})
    for row in _rows("concepts_added.csv"):
        yield _concept(row)


def concept(id: str) -> Concept | None:
    """Find one concept by id: at once for a default tag, by reading the file (remembered) for another."""
    return _defaults().get(id) or _rare_concept(id)


def label(id: str, language: str) -> str:
    """Say theme `id` in `language`, else in English; an id nobody knows is said as it is."""
    found = concept(id)
    return found.label(language) if found else id


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Concept]:
    wanted = [each for ids in _default_ids().values() for each in ids]
    needed = set(wanted)
    found = {each.id: each for each in all_concepts() if each.id in needed}
    return {each: found[each] for each in wanted}


@lru_cache(maxsize=512)
def _rare_concept(id: str) -> Concept | None:
    return next((each for each in all_concepts() if each.id == id), None)


@lru_cache(maxsize=1)
def _default_ids() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for line in (DATA / "themes_default.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            ids = groups.setdefault(line.strip("[] "), [])
        elif line and not line.startswith("#"):
            ids.append(line.split()[0])
    return groups


def _concept(row: dict[str, str]) -> Concept:
    return Concept(row["id"], row.get("microthesaurus", ""), tuple(row.get(code, "") for code in LANGUAGES))


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = DATA / name
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)
