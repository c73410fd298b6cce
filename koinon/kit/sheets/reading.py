"""Read one sheet of a file somebody sent: headings and rows, or a clear reason why not."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, BinaryIO, Self

from koinon.kit.sheets import encodings, safety
from koinon.kit.sheets.errors import SheetError

Cell = str | int | float | bool | date | datetime | time | None
_Said = tuple[int, list[object]] | dict[str, object]
_CHILD = Path(__file__).with_name("child.py")
_KINDS: dict[str, Callable[[str], Cell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_GUARDED = re.compile(r"^'(?=[=+\-@\t])")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much: bytes of the file, rows, columns, bytes of memory and seconds for a workbook's process."""

    size: int = 20 * 2**20
    rows: int = 50_000
    columns: int = 200
    memory: int = 2**30
    seconds: int = 60


LIMITS = Limits()


def _temporary() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the person sees it in the spreadsheet, its cells padded to the width of the sheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass
class Sheet:
    """A sheet that was read: its rows lie in a temporary file and are walked through as often as wanted.

    `count` is the number of rows below the headings. For text `encoding` and `delimiter` say what was guessed, so that
    the person can be shown it and choose another. Close it, or use it with `with`.
    """

    name: str
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header: tuple[str, ...] = ()
    header_row: int = 0
    count: int = 0
    _spool: IO[str] = field(default_factory=_temporary, repr=False)
    _start: int = 0

    def __iter__(self) -> Iterator[Row]:
        """Walk through the rows below the headings."""
        self._spool.seek(0)
        for position, line in enumerate(self._spool):
            if position >= self._start:
                number, cells = json.loads(line)
                row = [_revived(cell) for cell in cells]
                yield Row(number, tuple(row) + (None,) * (len(self.header) - len(row)))

    def head(self, rows: int = 20) -> list[Row]:
        """Give the first rows, to show and to guess from."""
        return [row for _, row in zip(range(rows), self, strict=False)]

    def close(self) -> None:
        """Throw the temporary file away."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read(
    source: Path | BinaryIO, *, sheet: str = "", encoding: str = "", delimiter: str = "", limits: Limits = LIMITS
) -> Sheet:
    """Read a sheet of an XLSX, XLS, ODS or CSV file; the kind is told by the content, never by the name.

    `sheet` names one of a workbook (default: the first that holds something); `encoding` and `delimiter` overrule the
    guess for text. Cells of workbooks are text, numbers, dates; cells of text files stay text. Raises SheetError, whose
    text is for the person. Memory is constant: rows are spooled to disk.
    """
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        path = _at_hand(source, Path(folder), limits)
        if safety.kind_of(path) == "workbook":
            return _spooled(Sheet(sheet), _workbook_rows(path, sheet, limits), limits)
        encoding = encoding or encodings.encoding_of(path)
        delimiter = delimiter or encodings.delimiter_of(path, encoding)
        found = Sheet("", encoding=encoding, delimiter=delimiter)
        return _spooled(found, _text_rows(path, encoding, delimiter), limits)


def as_text(cell: Cell) -> str:
    """Say any cell as text: 12.0 is "12", a date is ISO, nothing is ""."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def _at_hand(source: Path | BinaryIO, folder: Path, limits: Limits) -> Path:
    """Give a path with the content, copied if it is a stream, never more than the limit."""
    path = source if isinstance(source, Path) else folder / "sheet"
    if not isinstance(source, Path):
        source.seek(0)
        with path.open("wb") as file:
            shutil.copyfileobj(_Measured(source, limits.size), file)
    size = path.stat().st_size
    if size == 0:
        raise SheetError("empty")
    if size > limits.size:
        raise SheetError("too_large", size=-(-size // 2**20), limit=limits.size // 2**20)
    return path


class _Measured:
    """A stream that ends a little after the limit, so that an endless one fills no disk."""

    def __init__(self, source: BinaryIO, limit: int) -> None:
        self._source, self._left = source, limit + 1

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


def _workbook_rows(path: Path, sheet: str, limits: Limits) -> Iterator[_Said]:
    """Let the child process read and give what it says, line by line."""
    numbers = (limits.rows + 20, limits.columns, limits.memory, limits.seconds)
    command = [sys.executable, "-I", str(_CHILD), str(path), sheet, *map(str, numbers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603 - our own script, arguments as a list
        try:
            assert child.stdout is not None
            for line in child.stdout:
                yield json.loads(line)
            if child.wait(timeout=limits.seconds) != 0:
                raise SheetError("too_heavy")
        except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
            raise SheetError("too_heavy") from error
        finally:
            child.kill()


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[_Said]:
    for number, cells in encodings.read_rows(path, encoding, delimiter):
        if any(cell.strip() for cell in cells):
            yield number, [_GUARDED.sub("", cell) if cell.strip() else None for cell in cells]


def _spooled(sheet: Sheet, rows: Iterable[_Said], limits: Limits) -> Sheet:
    """Write the rows to disk, checking the limits, and find the headings; the sheet is closed if anything fails."""
    try:
        width, total = 0, 0
        first: list[tuple[int, list[object]]] = []
        for content in rows:
            if isinstance(content, dict):
                _heed(sheet, content, limits)
                continue
            number, cells = content
            row = [_clean(cell) for cell in cells]
            while row and row[-1] is None:
                row.pop()
            if len(row) > limits.columns:
                raise SheetError("too_many_columns", limit=limits.columns)
            width, total = max(width, len(row)), total + 1
            if total > limits.rows + 20:
                raise SheetError("too_many_rows", limit=limits.rows)
            if len(first) < 20:
                first.append((number, row))
            sheet._spool.write(json.dumps([number, row]) + "\n")
        _set_header(sheet, first, width, total)
        if sheet.count > limits.rows:
            raise SheetError("too_many_rows", limit=limits.rows)
    except BaseException:
        sheet.close()
        raise
    return sheet


def _heed(sheet: Sheet, said: dict[str, object], limits: Limits) -> None:
    """Take what the child says besides rows: the names of the sheets, or why it stopped."""
    if code := said.get("error"):
        limit = limits.rows if code == "too_many_rows" else limits.columns
        raise SheetError(str(code), limit=limit, name=sheet.name)
    sheet.name = str(said["sheet"])
    sheet.sheets = tuple(said["sheets"])  # type: ignore[arg-type]


def _set_header(sheet: Sheet, first: list[tuple[int, list[object]]], width: int, total: int) -> None:
    """Take as headings the first row of several words and nothing else: titles and notes above it are left out."""
    if not first:
        raise SheetError("empty")
    start = next((at for at, (_, row) in enumerate(first) if _is_header(row, width)), 0)
    sheet.header_row, names = first[start]
    texts = [as_text(_revived(name)).strip() for name in names]
    sheet.header = tuple(texts + [""] * (width - len(texts)))
    sheet._start, sheet.count = start + 1, total - start - 1


def _is_header(row: list[object], width: int) -> bool:
    filled = [cell for cell in row if cell is not None]
    words = all(isinstance(cell, str) for cell in filled)
    return words and len(filled) * 2 >= width and (len(filled) > 1 or width == 1)


def _clean(cell: object) -> object:
    """Compose accents, drop control characters and outer blanks; an empty text is nothing."""
    if not isinstance(cell, str):
        return cell
    text = unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
    return _CONTROL.sub("", text).strip() or None


def _revived(cell: object) -> Cell:
    """Make dates and times again from what the spool keeps."""
    if isinstance(cell, list):
        kind, text = cell
        return _KINDS[kind](text)
    return cell  # type: ignore[return-value]
