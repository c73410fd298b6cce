"""Rows of a spreadsheet for the report: organisations with what they offer and need, and what could not be read."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from koinon.kit import sheets
from koinon.kit.meaning import detect
from koinon.network.engine import columns
from koinon.network.engine.gazetteer import Gazetteer

UNKNOWN = "und"
LEAST = ("need_title", "need_text", "offer_title", "offer_text")


class Unusable(ValueError):  # noqa: N818  (it reads as a sentence: raise Unusable)
    """The file as a whole cannot be matched: a code that the report says in words, and facts for the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Text:
    """One offer or need: `row` is the position of its organisation, `themes` those written in the sheet."""

    row: int
    side: str
    title: str
    text: str
    kind: str
    language: str

    @property
    def says(self) -> str:
        return self.title if self.text in ("", self.title) else f"{self.title}. {self.text}"


@dataclass(slots=True)
class Row:
    """One organisation; `number` as in the spreadsheet, `point` latitude and longitude if the place is known."""

    number: int
    name: str
    kind: str
    country: str
    city: str
    website: str
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    point: tuple[float, float] | None


@dataclass
class Book:
    """What was read: organisations, their texts, and problems as (row number, field, code, what was written).

    `sheet` is the name of the sheet it was read from, "" for a text file.
    """

    rows: list[Row] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    problems: list[tuple[int, str, str, str]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    sheet: str = ""


def read(path: Path) -> Book:
    """Read the first sheet of a file that has names and offers or needs; rows that cannot be used are problems in it.

    Raises SheetError or Unusable.
    """
    with columns.open_sheet(path, fits=_is_enough) as sheet:
        guessed = columns.guess(sheet.header, [row.cells for row in sheet.head(columns.SAMPLE)])
        at = {name: guess.column for name, guess in guessed.items()}
        if "name" not in at:
            raise Unusable("no_names", headings=", ".join(filter(None, sheet.header))[:200])
        if not any(name in at for name in LEAST):
            raise Unusable("no_texts", headings=", ".join(filter(None, sheet.header))[:200])
        book = Book(columns={name: sheet.header[place] for name, place in at.items()}, sheet=sheet.name)
        _fill(book, sheet, at)
    if not book.texts:
        raise Unusable("nothing_written")
    return book


def _is_enough(found: Mapping[str, object]) -> bool:
    return "name" in found and any(name in found for name in LEAST)


def _fill(book: Book, sheet: Iterable[sheets.Row], at: Mapping[str, int]) -> None:
    """Take each row once: one that says the same in every cell is a slip of copying, not a second organisation."""
    places = Gazetteer()
    seen: set[bytes] = set()
    for row in sheet:
        told = hashlib.blake2b(repr(row.cells).encode(), digest_size=16).digest()
        if told in seen:
            continue
        seen.add(told)
        facts, faults = columns.read_row(row.cells, at)
        has_kinds = "kind" in at
        book.problems += [
            (row.number, fault.field, fault.code, fault.said)
            for fault in faults
            if has_kinds or fault.code != "no_kind"
        ]
        if facts["name"]:
            with_kind = {side for side in ("offer", "need") if f"{side}_kind" in at}
            _add(book, row.number, facts, places, with_kind)


def _add(book: Book, number: int, facts: dict[str, Any], places: Gazetteer, told: set[str]) -> None:
    """One organisation and its texts; `told`: the sides whose kind stands in the sheet and is not just assumed."""
    point, country = None, facts["country"]
    if facts["city"]:
        found = places.resolve(facts["city"], country)
        if found:
            point, country = (found[0].latitude, found[0].longitude), country or found[0].country
        else:
            book.problems.append((number, "city", "unknown_place", facts["city"]))
    listings = facts["listings"]
    if not listings:
        book.problems.append((number, "", "no_texts_in_row", ""))
    known = (*facts["languages"], *([facts["language"]] if facts["language"] else []))
    for each in listings:
        words = f"{each['title']}. {each['text']}"
        kind = each["kind"] if each["side"] in told else ""
        language = facts["language"] or detect.language_of(words, among=known or None) or detect.language_of(words)
        book.texts.append(Text(len(book.rows), each["side"], each["title"], each["text"], kind, language or UNKNOWN))
    shown = ("name", "kind")
    book.rows.append(
        Row(
            number=number, **{name: facts[name] for name in shown}, country=country, city=facts["city"],
            website=facts["website"], languages=tuple(facts["languages"]), themes=tuple(facts["themes"]), point=point,
        )
    )  # fmt: skip
