"""The columns of a spreadsheet of organisations: how they are called in many languages, and what their cells mean."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from koinon.kit.meaning.folding import fold, loose
from koinon.kit.sheets import (
    LIMITS,
    Cell,
    Field,
    Guess,
    Limits,
    Sheet,
    SheetError,
    as_text,
    guess_columns,
    looks_like_country,
    looks_like_languages,
    looks_like_url,
    read,
)
from koinon.kit.vocabularies import eurovoc
from koinon.kit.vocabularies.countries import find_country, find_language

ORGANISATION = (
    "name",
    "names",
    "country",
    "city",
    "kind",
    "size",
    "website",
    "languages",
    "themes",
    "about",
    "language",
)
LISTING = (
    "offer_title", "offer_text", "offer_kind", "offer_until", "need_title", "need_text", "need_kind", "need_until",
)  # fmt: skip
FIELDS = ORGANISATION + LISTING
REQUIRED = ("name", "kind")
SAMPLE = 200
"""Rows looked at to tell what the columns mean."""

_LOOKS = {"country": looks_like_country, "languages": looks_like_languages, "website": looks_like_url}
_WORDS = Path(__file__).parents[1] / "data" / "columns.toml"
_SIZES = ("1-9", "10-49", "50-249", "250+")
_PARTS = re.compile(r"[,;/|+\n]|\s+(?:and|dhe|ir|и|και|og|in|und|et)\s+")
_LISTS = re.compile(r"[;|\n]")
_TRIED = 8
_NAMED = re.compile(r"^([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\s*[:=]\s*(.+)$")
_ADDRESS = re.compile(r"^(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/[^\s]*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the field ("" for the row), a code that pages say in words, and the cell's text."""

    field: str
    code: str
    said: str = ""


def headings_of(language: str) -> list[str]:
    """Headings of an export, in the order of FIELDS."""
    titles = _words()["titles"]
    return [titles.get(language, titles["en"])[field] for field in FIELDS]


def guess(headings: Sequence[str], sample: Sequence[Sequence[Cell]]) -> dict[str, Guess]:
    """Propose a column for each field that seems to have one."""
    return guess_columns(headings, sample, _fields())


def open_sheet(path: Path, *, fits: Callable[[Mapping[str, Guess]], bool], limits: Limits = LIMITS) -> Sheet:
    """Open the first sheet whose columns fit, the first of all when none does: many books begin with notes.

    Raises SheetError when the file cannot be read. Close what it gives.
    """
    first = read(path, limits=limits)
    if _does_fit(first, fits):
        return first
    for name in [name for name in first.sheets if name != first.name][:_TRIED]:
        try:
            other = read(path, sheet=name, limits=limits)
        except SheetError as problem:
            if problem.code == "empty":
                continue
            break
        if _does_fit(other, fits):
            first.close()
            return other
        other.close()
    return first


def read_row(cells: Sequence[Cell], columns: Mapping[str, int]) -> tuple[dict[str, object], list[Fault]]:
    """What a row means, as plain facts (lists, codes, ISO days), and what is wrong with it.

    Places are not looked up here: `city` stays as written.
    """
    said = {field: as_text(cells[at]).strip() if at < len(cells) else "" for field, at in columns.items()}
    faults: list[Fault] = []
    facts: dict[str, object] = {
        "name": " ".join(said.get("name", "").split())[:200],
        "names": _names(said.get("names", "")),
        "city": said.get("city", "")[:120],
        "country": _country(said.get("country", ""), faults),
        "kind": _kind(said.get("kind", ""), faults),
        "size": _size(said.get("size", "")),
        "website": _website(said.get("website", ""), faults),
        "languages": _languages(said.get("languages", ""), faults),
        "themes": _themes(said.get("themes", ""), faults),
        "about": said.get("about", "")[:6000],
        "language": find_language(said.get("language", "")) or "",
        "listings": [row for side in ("offer", "need") if (row := _listing(side, said, faults))],
    }
    if not facts["name"]:
        faults.insert(0, Fault("name", "no_name"))
    if said.get("language") and not facts["language"]:
        faults.append(Fault("language", "unknown_language", said["language"][:60]))
    return facts, faults


def _does_fit(sheet: Sheet, fits: Callable[[Mapping[str, Guess]], bool]) -> bool:
    return fits(guess(sheet.header, [row.cells for row in sheet.head(SAMPLE)]))


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _fields() -> dict[str, Field]:
    titles, also = _words()["titles"], _words()["also"]
    return {
        field: Field(
            headings=tuple(dict.fromkeys([*(each[field] for each in titles.values()), *also[field]])),
            looks=_LOOKS.get(field),
            by_content=field in ("country", "website"),
        )
        for field in FIELDS
    }


def _names(said: str) -> dict[str, str]:
    """Names in other languages, written "lt: Serai; el: Σέρρες"; a name may hold the sign that parts them."""
    found: dict[str, str] = {}
    last = ""
    for part in filter(None, (" ".join(part.split()) for part in _LISTS.split(said))):
        match = _NAMED.match(part)
        last = match[1] if match else last
        if last:
            found[last] = (match[2] if match else f"{found[last]}; {part}")[:200]
    return found


def _country(said: str, faults: list[Fault]) -> str:
    code = find_country(said) if said else ""
    if said and not code:
        faults.append(Fault("country", "unknown_country", said[:60]))
    return code or ""


def _kind(said: str, faults: list[Fault]) -> str:
    if not said:
        faults.append(Fault("kind", "no_kind"))
        return ""
    found = _known(said, _kinds())
    if not found:
        faults.append(Fault("kind", "unknown_kind", said[:60]))
    return found


def _size(said: str) -> str:
    plain = said.replace("–", "-").replace(" ", "")
    if plain in _SIZES:
        return plain
    number = re.search(r"\d+", plain)
    if not number:
        return ""
    people = int(number[0][:7])
    return _SIZES[0] if people < 10 else _SIZES[1] if people < 50 else _SIZES[2] if people < 250 else _SIZES[3]


def _website(said: str, faults: list[Fault]) -> str:
    if not said:
        return ""
    if not _ADDRESS.match(said) or len(said) > 290:
        faults.append(Fault("website", "no_address", said[:60]))
        return ""
    return said if said.lower().startswith("http") else f"https://{said}"


def _languages(said: str, faults: list[Fault]) -> list[str]:
    found = []
    for part in filter(None, (part.strip() for part in _PARTS.split(said))):
        if code := find_language(part):
            found.append(code)
        else:
            faults.append(Fault("languages", "unknown_language", part[:60]))
    return list(dict.fromkeys(found))


def _themes(said: str, faults: list[Fault]) -> list[str]:
    """Themes parted by semicolons, or by commas where a part as a whole is no theme."""
    found = []
    for part in filter(None, (part.strip() for part in _LISTS.split(said))):
        words = [part] if fold(part) in _theme_ids() else [word.strip() for word in part.split(",") if word.strip()]
        for word in words:
            if theme := _theme_ids().get(fold(word)):
                found.append(theme)
            else:
                faults.append(Fault("themes", "unknown_theme", word[:60]))
    return list(dict.fromkeys(found))[:12]


def _listing(side: str, said: Mapping[str, str], faults: list[Fault]) -> dict[str, object] | None:
    title, text = said.get(f"{side}_title", ""), said.get(f"{side}_text", "")
    if not title and not text:
        return None
    if not title:
        title = text[:117].rsplit(" ", 1)[0] + " …" if len(text) > 120 else text
    kind = _known(said.get(f"{side}_kind", ""), _listing_kinds()) or "expertise"
    if said.get(f"{side}_kind") and not _known(said[f"{side}_kind"], _listing_kinds()):
        faults.append(Fault(f"{side}_kind", "unknown_kind", said[f"{side}_kind"][:60]))
    until = _day(said.get(f"{side}_until", ""))
    if said.get(f"{side}_until") and not until:
        faults.append(Fault(f"{side}_until", "no_day", said[f"{side}_until"][:60]))
    return {
        "side": side,
        "title": " ".join(title.split())[:160],
        "text": (text or title)[:6000],
        "kind": kind,
        "until": until,
    }


def _day(said: str) -> str:
    if match := re.match(r"^(\d{4})-(\d{1,2})-(\d{1,2})", said):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := re.match(r"^(\d{1,2})[./]\s?(\d{1,2})[./]\s?(\d{4})", said):
        parts = (int(match[3]), int(match[2]), int(match[1]))
    else:
        return ""
    try:
        return date(*parts).isoformat()
    except ValueError:
        return ""


def _known(said: str, table: Mapping[str, str]) -> str:
    """The code that a word means: exactly, loosely, or as the longest word list entry it begins with."""
    plain = loose(said)
    if plain in table:
        return table[plain]
    starts = [word for word in table if len(word) > 4 and plain.startswith(word)]
    return table[max(starts, key=len)] if starts else ""


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {loose(word): kind for kind, words in _words()["kinds"].items() for word in (kind, *words)}


@lru_cache(maxsize=1)
def _listing_kinds() -> dict[str, str]:
    return {loose(word): kind for kind, words in _words()["listing_kinds"].items() for word in (kind, *words)}


@lru_cache(maxsize=1)
def _theme_ids() -> dict[str, str]:
    """Folded label in any language -> id; default themes win over the rest."""
    found: dict[str, str] = {}
    for concept in (*eurovoc.default_concepts(), *eurovoc.all_concepts()):
        found.setdefault(concept.id, concept.id)
        for label in concept.labels.values():
            found.setdefault(fold(label), concept.id)
    return found
