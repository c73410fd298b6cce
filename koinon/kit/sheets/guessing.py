"""Which column is which: a proposal from the headings, in any of our languages, and from what the cells look like."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from koinon.kit.meaning.folding import fold
from koinon.kit.sheets.reading import Cell, Row, as_text
from koinon.kit.vocabularies.countries import find_country, find_language

Looks = Callable[[str], bool]
_URL = re.compile(r"^(https?://|www\.)\S+$|^[\w-]+(\.[\w-]+)*\.[a-z]{2,12}(/\S*)?$", re.IGNORECASE)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.IGNORECASE)
_NUMBER = re.compile(r"^[-+]?\d[\d\s.,']*$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}|^\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\.?$")
_PARTS = re.compile(r"[,;/|+]|\s+(?:and|dhe|ir|и|και|og|in|und|et)\s+")


@dataclass(frozen=True, slots=True)
class Field:
    """What the caller looks for: headings that mean it, in any language, and how its cells look.

    `looks` is asked with the text of a cell. `by_content` lets the looks alone decide; keep it off for looks that many
    columns share, such as numbers and dates.
    """

    headings: tuple[str, ...] = ()
    looks: Looks | None = None
    by_content: bool = True


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal: the column (0 is the first), how sure (0 to 1), and whether the heading or the content said so."""

    column: int
    certainty: float
    by: str


def guess_columns(
    headings: Sequence[str], sample: Sequence[Row | Sequence[Cell]], fields: Mapping[str, Field]
) -> dict[str, Guess]:
    """Propose a column for each field that has one; each column goes to one field, the surest first.

    Order of `fields` decides between equals. Fields without a likely column are absent from the answer.
    """
    columns = [[text for row in sample if (text := _cell_text(row, at))] for at in range(len(headings))]
    rated = []
    for order, (name, field) in enumerate(fields.items()):
        for at, heading in enumerate(headings):
            guess = _rate(field, heading, columns[at], at)
            if guess.certainty >= 0.5:
                rated.append((-guess.certainty, order, at, name, guess))
    found: dict[str, Guess] = {}
    taken: set[int] = set()
    for _, _, at, name, guess in sorted(rated, key=lambda each: each[:3]):
        if name not in found and at not in taken:
            found[name] = guess
            taken.add(at)
    return found


def looks_like_url(text: str) -> bool:
    """Tell a web address, with or without its scheme."""
    return bool(_URL.match(text)) and not looks_like_date(text) and not looks_like_number(text)


def looks_like_email(text: str) -> bool:
    """Tell an e-mail address."""
    return bool(_EMAIL.match(text))


def looks_like_country(text: str) -> bool:
    """Tell a country, by name in any of thirty languages or by code."""
    return find_country(text) is not None


def looks_like_languages(text: str) -> bool:
    """Tell one language or a list of them, by name or by code."""
    parts = [part for part in _PARTS.split(text) if part.strip()]
    return bool(parts) and all(find_language(part) for part in parts)


def looks_like_number(text: str) -> bool:
    """Tell a number, however its thousands are parted."""
    return bool(_NUMBER.match(text))


def looks_like_date(text: str) -> bool:
    """Tell a date: 2024-05-31, 31.5.2024, 31/05/24."""
    return bool(_DATE.match(text))


def _rate(field: Field, heading: str, cells: list[str], at: int) -> Guess:
    said = max((_likeness(heading, word) for word in field.headings), default=0.0)
    if field.looks is None:
        return Guess(at, round(said, 3), "heading")
    seen = sum(map(field.looks, cells)) / len(cells) if cells else 0.0
    if said >= 0.5:
        doubt = 0.3 if cells and seen < 0.2 else 0.0
        return Guess(at, round(min(1.0, 0.9 * said + 0.1 * seen) - doubt, 3), "heading")
    return Guess(at, round(0.75 * seen, 3) if field.by_content and seen >= 0.7 else 0.0, "content")


def _likeness(heading: str, word: str) -> float:
    """Rate how near a heading is to a word that means the field: equal, holding it, or misspelt."""
    given, meant = _plain(heading), _plain(word)
    if not given or not meant:
        return 0.0
    if given == meant:
        return 1.0
    if len(meant) > 2 and f" {meant} " in f" {given} ":
        return 0.7 + 0.25 * len(meant) / len(given)
    if len(meant) > 4 and given.startswith(meant):
        return 0.8
    near = SequenceMatcher(None, given, meant).ratio()
    return near * 0.85 if near >= 0.85 and len(meant) > 4 else 0.0


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def _cell_text(row: Row | Sequence[Cell], at: int) -> str:
    cells = row.cells if isinstance(row, Row) else row
    return as_text(cells[at]).strip() if at < len(cells) else ""
