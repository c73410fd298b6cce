"""Everything that is a person's in one ZIP: each table as JSON and as CSV, files as they are, a page that explains."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

RISKY = ("=", "+", "-", "@", "\t", "\r")


def write(
    target: Path,
    *,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    files: Sequence[tuple[str, Path]],
    readme: str,
    step: Callable[[int], None],
) -> None:
    """Write the ZIP at `target`; `step(n)` is called after each table and file. A missing file is left out."""
    done = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        archive.writestr("README.txt", readme)
        for name, rows in tables.items():
            archive.writestr(f"json/{name}.json", json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))
            archive.writestr(f"csv/{name}.csv", as_csv(rows))
            done += 1
            step(done)
        for name, path in files:
            if path.is_file():
                archive.write(path, f"files/{name}")
            done += 1
            step(done)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV with one heading line, readable by a spreadsheet and harmless in it (no cell becomes a formula)."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
    return "'" + text if text.startswith(RISKY) else text
