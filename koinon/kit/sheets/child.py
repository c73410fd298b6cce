"""Runs alone, in a process with little memory and time: turns one sheet of a workbook into lines of JSON.

Called by `reading.py` as a script with: path, sheet name or "", rows, columns, bytes of memory, seconds. A file made to
exhaust a parser ends this process and nothing else. Formulas are not evaluated: the value last saved is what is read.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

try:
    import resource
except ImportError:  # not on Windows: there the parent's time limit is all
    resource = None  # type: ignore[assignment]


def main(path: str, sheet: str, rows: int, columns: int, memory: int, seconds: int) -> None:
    """Write one line of facts, then one line per row that is not empty: [number, cells]."""
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        book = CalamineWorkbook.from_path(Path(path))
    except PasswordError:
        return say({"error": "protected"})
    except Exception:
        return say({"error": "broken"})
    visible = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    if sheet and sheet not in book.sheet_names:
        return say({"error": "no_sheet"})
    try:
        return pour(book, visible or book.sheet_names, sheet, rows, columns)
    except MemoryError:
        return say({"error": "too_heavy"})
    except Exception:
        return say({"error": "broken"})


def pour(book: CalamineWorkbook, visible: list[str], wanted: str, rows: int, columns: int) -> None:
    """Write the wanted sheet, or the first one that has something in it."""
    for name in [wanted] if wanted else visible:
        sheet = book.get_sheet_by_name(name)
        if sheet.height or wanted or name == visible[-1]:
            break
    say({"sheets": visible, "sheet": name})
    if sheet.width > columns and used_width(sheet) > columns:
        return say({"error": "too_many_columns"})
    count = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [plain(cell) for cell in cells[:columns]]
        if any(cell is not None for cell in row):
            count += 1
            if count > rows:
                return say({"error": "too_many_rows"})
            say([number, row])
    return None


def used_width(sheet: object) -> int:
    """Count columns up to the last one that holds anything: formats alone do not make a column."""
    width = 0
    for cells in sheet.iter_rows():  # type: ignore[attr-defined]
        width = max(width, max((at for at, cell in enumerate(cells, start=1) if cell != ""), default=0))
    return width


def plain(cell: object) -> object:
    """Say a cell in JSON: dates and times as a pair of kind and ISO text, an empty one as null."""
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0):
            return ["date", cell.date().isoformat()]
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date | time):
        return [type(cell).__name__, cell.isoformat()]
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 86400
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, str):
        return cell[:32767] if cell.strip() else None
    return cell


def say(content: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(content) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7]))
