"""Files of conference tools (Zoom, Teams, Meet, BigBlueButton, Webex): which rows say who was there from when to when.

They are no plain tables: reports begin with a summary, hold several tables one below the other, and write times in the
manner of the place where the host sits. The table is found by its headings; day and month are told apart by the day of
the session.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import product

HEADINGS: dict[str, tuple[str, ...]] = {
    "comes": (
        "join time", "joined at", "time joined", "joined", "join", "join date", "first join", "first join time",
        "attendance start time", "koha e hyrjes", "prisijungimo laikas", "време на влегување", "ώρα εισόδου",
    ),
    "goes": (
        "leave time", "left at", "time exited", "left", "leave", "exit time", "last leave", "last leave time",
        "leave date", "attendance end time", "koha e daljes", "atsijungimo laikas", "време на излегување",
        "ώρα εξόδου",
    ),
    "email": (
        "email", "e-mail", "user email", "attendee email", "email address", "participant email", "e-mail address",
        "participant id (upn)", "upn", "email id",
    ),
    "name": (
        "name (original name)", "name", "full name", "participant", "participant name", "user name", "display name",
        "attendee name", "name (original)", "emri", "vardas", "име", "όνομα",
    ),
    "first": ("first name", "given name"),
    "last": ("last name", "surname", "family name"),
}  # fmt: skip
ROUGH = ("first join", "first join time", "last leave", "last leave time")
"""Headings of tables that forget breaks: another table of the same file is better."""
_SHOWN = re.compile(r"^=?\"(.*)\"$")
_ZONE = re.compile(r"\s*\(?(?:UTC|GMT)\s*([+-]\d{1,2})?:?(\d{2})?\)?$", re.IGNORECASE)
_ORIGINAL = re.compile(r"\s*\((?:[^()]*)\)\s*$")
_INSIDE = re.compile(r"\(([^()]*)\)")
_DAYS = ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", "%b %d %Y",
         "%d %b %Y", "%B %d %Y", "%d %B %Y", "%d-%m-%Y")  # fmt: skip
_TIMES = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M")
_FORMATS = tuple(" ".join(pair) for pair in product(_DAYS, _TIMES))

Cells = Sequence[object]
Clock = Callable[[datetime], datetime]


@dataclass(frozen=True)
class Table:
    """Where the rows begin (index of the headings) and end, and which column is which."""

    header: int
    end: int
    columns: dict[str, int]
    is_rough: bool = False


@dataclass
class Met:
    """One row of a file: `line` as the spreadsheet shows it; `fault` is a code, "" when it can be read."""

    line: int
    name: str = ""
    email: str = ""
    comes: datetime | None = None
    goes: datetime | None = None
    fault: str = ""
    said: tuple[str, str] = ("", "")
    names: tuple[str, ...] = ()


def table_of(rows: Sequence[Cells]) -> Table | None:
    """The table with joining times and a name or an address; the one that knows breaks before the one that does not."""
    found = []
    for at, cells in enumerate(rows):
        heads = [plain(cell) for cell in cells]
        columns = _columns(heads)
        if "comes" in columns and ({"email", "name", "first"} & set(columns)):
            rough = heads[columns["comes"]] in ROUGH
            found.append(Table(at, _end(rows, at, len([head for head in heads if head])), columns, rough))
    return min(found, key=lambda table: (table.is_rough, table.header), default=None)


def met(rows: Sequence[tuple[int, Cells]], table: Table, day: date, clock: Clock) -> list[Met]:
    """The rows of a table. `clock` makes a moment of what clocks in the zone of the file show, or raises ValueError."""
    some = rows[table.header + 1 : table.end]
    read = _reader([_cell(cells, table, name) for _line, cells in some for name in ("comes", "goes")], day)
    return [each for line, cells in some if (each := _met(line, cells, table, read, clock)) is not None]


def alike(said: Sequence[str], names: Sequence[str], most: int) -> set[int]:
    """Where those names stand that share most pieces of three letters with what is said."""
    pieces = {piece for words in said for piece in _pieces(words)}
    near = sorted(range(len(names)), key=lambda at: (-len(pieces & _pieces(names[at])), at))
    return set(near[:most])


def _pieces(words: str) -> set[str]:
    return {part[at : at + 3] for part in re.findall(r"\w+", words) for at in range(max(1, len(part) - 2))}


def plain(cell: object) -> str:
    return " ".join(text_of(cell).casefold().strip(" :*").split())


def text_of(cell: object) -> str:
    """A cell as text; Webex writes ="2026-11-22 15:00" so that spreadsheets leave it alone."""
    said = "" if cell is None else str(cell).strip()
    shown = _SHOWN.match(said)
    return (shown[1] if shown else said).replace("\u202f", " ").replace("\xa0", " ").strip()


def bare(name: str) -> str:
    """A name without what tools add in brackets: (Guest), (Host), (Original Name)."""
    while (shorter := _ORIGINAL.sub("", name)) != name and shorter:
        name = shorter
    return " ".join(name.split())


def _columns(heads: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, known in HEADINGS.items():
        ranks = [(known.index(head), at) for at, head in enumerate(heads) if head in known]
        if ranks:
            found[name] = min(ranks)[1]
    return found


def _end(rows: Sequence[Cells], header: int, width: int) -> int:
    """The table ends where a row has hardly any cell: a title of the next one (empty rows are not here any more)."""
    for at in range(header + 1, len(rows)):
        filled = [cell for cell in rows[at] if text_of(cell)]
        if len(filled) == 1 and width > 2:
            return at
    return len(rows)


def _cell(cells: Cells, table: Table, name: str) -> object:
    at = table.columns.get(name)
    return cells[at] if at is not None and at < len(cells) else None


def _met(line: int, cells: Cells, table: Table, read: "Reader", clock: Clock) -> Met | None:
    name = text_of(_cell(cells, table, "name"))
    if not name:
        name = " ".join(text_of(_cell(cells, table, part)) for part in ("first", "last"))
    row = Met(line, bare(name)[:160], text_of(_cell(cells, table, "email")).lower()[:254])
    row.names = tuple(dict.fromkeys(each.strip()[:160] for each in (row.name, *_INSIDE.findall(name)) if each.strip()))
    comes, goes = _cell(cells, table, "comes"), _cell(cells, table, "goes")
    row.said = text_of(comes), text_of(goes)
    if not (row.name or row.email) and not any(row.said):
        return None
    try:
        row.comes = _moment(read(comes), clock)
        row.goes = _moment(read(goes), clock) if row.said[1] else None
    except ValueError:
        row.fault = "time"
        return row
    if row.comes is None:
        row.fault = "time"
    elif row.goes is not None and row.goes < row.comes:
        row.fault = "order"
    return row


def _moment(shown: datetime | None, clock: Clock) -> datetime | None:
    if shown is None:
        return None
    return shown.astimezone(UTC) if shown.tzinfo else clock(shown)


Reader = Callable[[object], datetime | None]


def _reader(cells: Iterable[object], day: date) -> Reader:
    """How times are written in this file: the manner by which most of them fall on the day of the session."""
    texts = [text_of(cell) for cell in cells if not isinstance(cell, date | time)]
    texts = [_split(text)[0] for text in texts if text][:60]

    def fits(manner: str) -> tuple[int, int]:
        read = [found for text in texts if (found := _parsed(text, manner)) is not None]
        near = sum(abs((found.date() - day).days) <= 1 for found in read)
        return near, len(read)

    ranks = {manner: fits(manner) for manner in _FORMATS}
    best = sorted((manner for manner in _FORMATS if ranks[manner][1]), key=lambda manner: ranks[manner], reverse=True)

    def read(cell: object) -> datetime | None:
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, time):
            return datetime.combine(day, cell)
        text, zone = _split(text_of(cell))
        if not text:
            return None
        for found in (_iso(text), *(_parsed(text, manner) for manner in best), _hour(text, day)):
            if found is not None:
                return found.replace(tzinfo=zone) if zone is not None and found.tzinfo is None else found
        raise ValueError(text)

    return read


def _split(text: str) -> tuple[str, tzinfo | None]:
    """A time and the zone that stands behind it, if it is one of the few that mean the same everywhere."""
    found = _ZONE.search(text)
    if not found:
        return text, None
    hours, minutes = int(found[1] or 0), int(found[2] or 0)
    offset = timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
    if abs(offset) > timedelta(hours=14):
        return text, None
    return text[: found.start()].strip(), timezone(offset)


def _parsed(text: str, manner: str) -> datetime | None:
    said = re.sub(r"[,\s]+", " ", text)
    said = re.sub(r"(?<=\d)(am|pm)$", r" \1", said, flags=re.IGNORECASE).replace("a.m.", "AM").replace("p.m.", "PM")
    try:
        return datetime.strptime(said.strip(), manner)
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text) else None
    except ValueError:
        return None


def _hour(text: str, day: date) -> datetime | None:
    """Only the time of day: Meet writes no date."""
    for manner in _TIMES:
        found = _parsed(text, manner)
        if found is not None:
            return datetime.combine(day, found.time())
    return None
