"""What a web process does without: memory that no page needs, counted in the promise of 200 MB for two workers.

`before` comes before the application is loaded, `after` when catalogues and locales are there, `fill` last.
Each saving says how much it is. What is left out comes back, or fails aloud, when somebody asks for it.
"""

import gettext
import os
import sys
import tempfile
from collections.abc import Iterable
from typing import Any

UNSEEN = ("currency_names_plural", "time_zones", "meta_zones", "unit_display_names", "compound_unit_patterns")
"""Tables of each locale that no page reads (3 MB): names of time zones, of units, and of sums in words."""

USED_UNITS = "duration-"
"""Of the names of units only those of time are read (an hour ago)."""


def before() -> None:
    """Libraries that another library uses if it finds them (3 MB): installed or not, pages are the same."""
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # structlog draws with it where it is installed


def after(languages: list[str]) -> None:
    """Load addresses and views, once for all languages; hold each English sentence once; drop tables no page reads."""
    from django.urls import get_resolver
    from django.utils import translation

    with translation.override(languages[0]):
        _addresses(get_resolver(), languages[0], languages)
    _locales()
    _sentences(languages)


def _locales() -> None:
    from babel import core, localedata

    for table in localedata._cache.values():
        for name in UNSEEN:
            table.pop(name, None)
        units = table.get("unit_patterns")
        if isinstance(units, dict):
            table["unit_patterns"] = {name: words for name, words in units.items() if name.startswith(USED_UNITS)}
    core._global_data = None  # 2.2 MB for parsing a new locale: read again if one comes


def _sentences(languages: Iterable[str]) -> None:
    """Catalogues with keys in common (3.5 MB); the files' own tables, from which Django has copied, go."""
    from django.utils.translation import trans_real

    same: dict[Any, Any] = {}
    for language in languages:
        catalog = trans_real.translation(language)._catalog
        catalog._catalogs = [
            {same.setdefault(key, key): said for key, said in one.items()} for one in catalog._catalogs
        ]
    gettext._translations.clear()  # type: ignore[attr-defined]


def _addresses(resolver: Any, language: str, languages: Iterable[str]) -> None:
    """Addresses are the same in every language; Django gathers them anew for each (0.7 MB a language and worker)."""
    resolver.reverse_dict  # noqa: B018  (asking is what gathers them)
    for gathered in (resolver._reverse_dict, resolver._namespace_dict, resolver._app_dict):
        gathered.update(dict.fromkeys(languages, gathered[language]))
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            _addresses(each, language, languages)


def fill() -> None:
    """Fill the holes in memory that the workers will share: one new object in a hole makes a page of 4 KB their own.

    Call it last, before the fork. The objects stay; together they are as large as the holes (4 MB) and hold nothing.
    """
    for size, free in _holes():
        _filling.append([_as_large_as(size, number) for number in range(free)])


def _as_large_as(size: int, number: int) -> object:
    if size <= FLOAT:
        return object() if size <= OBJECT else 0.5 + number
    return bytes(size - BYTES)


_filling: list[list[object]] = []
OBJECT, FLOAT, BYTES = 16, 32, sys.getsizeof(b"")
"""Bytes that an empty object, a number (rounded up), and an empty string of bytes take."""


def _holes() -> list[tuple[int, int]]:
    """Size in bytes and number of the free places in each class of small objects, as the interpreter says on stderr."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        said.seek(0)
        rows = [line.split() for line in said.read().decode().splitlines()]
    return [(int(row[1]), int(row[4])) for row in rows if len(row) == 5 and all(each.isdigit() for each in row)]
