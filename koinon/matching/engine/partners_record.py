"""A record of who took part with whom: read from a table, cut at a year, kept as plain arrays."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMNS = ("rcn", "role", "pic", "type", "country", "start_year", "end_year", "duration")
FEWEST, MOST = 2, 60
"""Projects of this many organisations make ties; in larger ones people do not meet."""

USUAL_MONTHS = 36
NOT_SAID = {"", "NA", "N/A", "NULL"}


class RecordError(ValueError):
    """The file is not such a record; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Record:
    """Rows (one organisation in one project) and what is known of each project, all as codes.

    Projects and organisations are numbered in the order of their names (numbers by value), so that the order of the
    rows changes nothing. `kind` and `country` stand in each row, since an organisation may have changed.
    """

    organisations: list[str]
    kinds: list[str]
    countries: list[str]
    project: Codes
    organisation: Codes
    role: Codes
    kind: Codes
    country: Codes
    year: Codes
    """Of each project: the year it began."""
    months: NDArray[np.float64]
    """Of each project: how long it lasts; `USUAL_MONTHS` where it is not said."""

    def before(self, year: int) -> Flags:
        """The projects that began before the year."""
        return self.year < year

    def only(self, projects: Flags) -> "Record":
        """The record as if the other projects had never been: no code of theirs is left."""
        rows = projects[self.project]
        organisations, organisation = _fewer(self.organisations, self.organisation[rows])
        kinds, kind = _fewer(self.kinds, self.kind[rows])
        countries, country = _fewer(self.countries, self.country[rows])
        return Record(
            organisations,
            kinds,
            countries,
            np.searchsorted(np.flatnonzero(projects), self.project[rows]),
            organisation,
            np.unique(self.role[rows], return_inverse=True)[1],
            kind,
            country,
            self.year[projects],
            self.months[projects],
        )


def read(path: Path) -> Record:
    """A record from a CSV file, gzipped or plain, with the columns of `COLUMNS`; `RecordError` says what is wrong."""
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if _is_packed(path)
            else path.open(encoding="utf-8-sig", newline="") as file
        ):
            return of_rows(_rows(csv.DictReader(file)))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as trouble:
        raise RecordError(f"{path.name} cannot be read: {trouble}") from trouble


def of_rows(rows: Iterable[tuple[str, str, str, str, str, int, float]]) -> Record:
    """A record from rows (project, role, organisation, kind, country, year, months); a pair given twice counts once."""
    once = {(row[0], row[2]): row for row in rows}
    if not once:
        raise RecordError("The file holds no rows.")
    columns = list(zip(*(once[key] for key in sorted(once, key=_order)), strict=True))
    projects, project = _coded(columns[0])
    organisations, organisation = _coded(columns[2])
    kinds, kind = _coded(columns[3])
    countries, country = _coded(columns[4])
    year = np.zeros(len(projects), np.int64)
    months = np.zeros(len(projects))
    year[project[::-1]] = columns[5][::-1]
    months[project[::-1]] = columns[6][::-1]
    role = _coded(columns[1])[1]
    return Record(organisations, kinds, countries, project, organisation, role, kind, country, year, months)


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _rows(table: "csv.DictReader[str]") -> Iterator[tuple[str, str, str, str, str, int, float]]:
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise RecordError(f"Missing columns: {', '.join(missing)}. Needed: {', '.join(COLUMNS)}.")
    for row in table:
        cells = {name: (row[name] or "").strip() for name in COLUMNS}
        if not cells["rcn"] or not cells["pic"]:
            raise RecordError(f"Line {table.line_num}: a project (rcn) and an organisation (pic) are needed.")
        yield (
            cells["rcn"],
            cells["role"],
            cells["pic"],
            cells["type"],
            cells["country"],
            _year(cells["start_year"], table.line_num),
            _months(cells["duration"], table.line_num),
        )


def _year(cell: str, line: int) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) == 4):
        raise RecordError(f"Line {line}: start_year is a year of four digits, not “{cell[:40]}”.")
    return int(cell)


def _months(cell: str, line: int) -> float:
    if cell.upper() in NOT_SAID:
        return USUAL_MONTHS
    try:
        months = float(cell)
    except ValueError:
        months = -1
    if not 0 <= months <= 1200:
        raise RecordError(f"Line {line}: duration is a number of months or nothing, not “{cell[:40]}”.")
    return months


def _order(key: tuple[str, str]) -> tuple[tuple[int, int, str], ...]:
    return tuple(_by_value(name) for name in key)


def _by_value(name: str) -> tuple[int, int, str]:
    """Numbers by their value and before words, so that 9 comes before 10."""
    return (0, int(name), name) if name.isascii() and name.isdigit() else (1, 0, name)


def _coded(names: Iterable[str]) -> tuple[list[str], Codes]:
    cells = list(names)
    known = sorted(set(cells), key=_by_value)
    place = {name: code for code, name in enumerate(known)}
    return known, np.fromiter((place[name] for name in cells), np.int64, len(cells))


def _fewer(names: list[str], codes: Codes) -> tuple[list[str], Codes]:
    """Only the names that still occur, and the codes of these."""
    kept, fewer = np.unique(codes, return_inverse=True)
    return [names[each] for each in kept], fewer.astype(np.int64)
