"""Sheets: the files people already have, read with care and written so that they open everywhere.

`read` takes XLSX, XLS, ODS and CSV and gives headings and rows, or says plainly why not; a hostile file is parsed
in a small process of its own. `guess_columns` proposes which column is which. `write_xlsx`, `write_ods` and
`write_csv` stream tables out. Nothing here knows what the columns mean.
"""

from koinon.kit.sheets.errors import SheetError
from koinon.kit.sheets.guessing import (
    Field,
    Guess,
    guess_columns,
    looks_like_country,
    looks_like_date,
    looks_like_email,
    looks_like_languages,
    looks_like_number,
    looks_like_url,
)
from koinon.kit.sheets.reading import LIMITS, Cell, Limits, Row, Sheet, as_text, read
from koinon.kit.sheets.writing import Table, write_csv, write_ods, write_xlsx

__all__ = [
    "LIMITS",
    "Cell",
    "Field",
    "Guess",
    "Limits",
    "Row",
    "Sheet",
    "SheetError",
    "Table",
    "as_text",
    "guess_columns",
    "looks_like_country",
    "looks_like_date",
    "looks_like_email",
    "looks_like_languages",
    "looks_like_number",
    "looks_like_url",
    "read",
    "write_csv",
    "write_ods",
    "write_xlsx",
]
