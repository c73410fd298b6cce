"""Formats of courses and questions, one folder each, found by name: adding one edits no list and no migration.

A folder gives `FORMAT`, a Format. Readers get a Path and never trust it; they answer with a Document and a Report, or
raise Refused; they write nothing outside the folder they are given.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from koinon.learning.engine.documents import Document
from koinon.learning.engine.reports import Refused, Report

Progress = Callable[[int, int], None]
"""progress(done, total): called now and then; raises to stop."""


def quietly(done: int, total: int) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class Format:
    """`looks(path)` tells by content whether a file is of this kind; `read(path, report, language, progress)` makes a
    document (language: of texts that do not say theirs); `write(document, target, language)` makes a file."""

    name: str
    title: str
    looks: Callable[[Path], bool]
    read: Callable[[Path, Report, str, Progress], Document] | None = None
    write: Callable[[Document, Path, str], None] | None = None
    suffix: str = ""
    order: int = 50


@cache
def all_formats() -> tuple[Format, ...]:
    """Every folder beside this file, those that are surest of themselves first."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    formats = [module.FORMAT for module in found if hasattr(module, "FORMAT")]
    return tuple(sorted(formats, key=lambda each: (each.order, each.name)))


def recognise(path: Path) -> Format:
    """The format of a file, by its content alone. Raises Refused when none of ours."""
    for each in all_formats():
        if each.read is not None and each.looks(path):
            return each
    raise Refused("unknown_format")


def read(path: Path, *, language: str = "en", progress: Progress = quietly) -> tuple[Document | None, Report]:
    """Read a file of any known kind: (document, report); the document is None when the report tells a refusal."""
    report = Report(format="")
    try:
        form = recognise(path)
        report.format = form.name
        assert form.read is not None
        return form.read(path, report, language, progress), report
    except Refused as refusal:
        report.refusal = refusal
        return None, report
