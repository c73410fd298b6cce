"""ISCED-F 2013: fields of education and training in three levels, English. UNESCO-UIS, CC BY-SA 3.0 IGO."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "isced_f.csv"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: code of two (broad), three (narrow) or four (detailed) digits, code above it, title."""

    code: str
    level: str
    parent: str
    title: str


@lru_cache(maxsize=1)
def fields() -> dict[str, Field]:
    """Give all 120 fields by code, each after the one above it."""
    with _FILE.open(encoding="utf-8", newline="") as rows:
        found = (Field(row["code"], row["level"], row["parent"], row["label_en"]) for row in csv.DictReader(rows))
        return {field.code: field for field in found}


def path(code: str) -> tuple[Field, ...]:
    """Lead from the broad field down to `code`; raises KeyError where there is no such field."""
    field = fields()[code]
    return (*path(field.parent), field) if field.parent else (field,)
