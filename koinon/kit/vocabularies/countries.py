"""Names of countries and languages in every language we speak, as CLDR (Unicode) gives them.

Countries are the ISO 3166 codes plus XK (Kosovo). Languages are those of Europe and its newcomers. The file
`names_cldr.csv` holds thirty languages, so that a web process need not load Babel's locales (11 MB for five);
Babel answers for any other. What we correct or add, each with its reason, is in `names_added.csv`.
"""

import csv
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from koinon.kit.meaning.folding import fold

_DATA = Path(__file__).parent / "data"
_OWN = "own"
_ALPHABETS = {
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
}


def country_name(code: str, locale: str) -> str:
    """Say country `code` ("MK") in the language of `locale` ("el", "pt-br"); an unknown code stays."""
    return _names("country", _known(locale)).get(code.upper(), code)


def language_name(code: str, locale: str) -> str:
    """Say language `code` ("lt", "sr-Latn") in the language of `locale`; an unknown code stays as it is."""
    names = _names("language", _known(locale))
    return names.get(code) or names.get(code.replace("_", "-").split("-")[0].lower(), code)


def own_name(code: str) -> str:
    """Say a language in itself ("lietuvių", "shqip"): for the language switch."""
    return _names("language", _OWN).get(code) or language_name(code, code)


@lru_cache(maxsize=32)
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """Give (code, name) of all 250 countries in the alphabetical order of `locale`: choices of a form."""
    return _in_order(_names("country", _known(locale)), locale)


@lru_cache(maxsize=32)
def languages(locale: str) -> tuple[tuple[str, str], ...]:
    """Give (code, name) of the languages people may say they speak, in the alphabetical order of `locale`."""
    return _in_order(_names("language", _known(locale)), locale)


def country_codes() -> tuple[str, ...]:
    """Give the two-letter codes of all countries, sorted."""
    return tuple(sorted(_names("country", "en")))


def language_codes() -> tuple[str, ...]:
    """Give the codes of all languages people may say they speak, sorted."""
    return tuple(sorted(_names("language", "en")))


def find_country(text: str) -> str | None:
    """Find a country written in any of thirty languages or as a code of 2 or 3 letters: "Lietuva" -> "LT"."""
    return _index("country").get(_plain(text))


def find_language(text: str) -> str | None:
    """Find a language written in any of thirty languages, in itself or as a code: "shqip" -> "sq"."""
    return _index("language").get(_plain(text))


def alphabetical(text: str, locale: str) -> tuple[list[int], str]:
    """Make a sort key: the letters of the locale's own alphabet in their order, accents aside."""
    alphabet = _ALPHABETS.get(locale.split("-")[0])
    lower = text.casefold()
    if alphabet:
        return [alphabet.find(sign) + 2 if sign.isalpha() else 0 for sign in lower], lower
    return [ord(sign) for sign in unicodedata.normalize("NFD", lower) if not unicodedata.combining(sign)], lower


def _in_order(names: dict[str, str], locale: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda pair: alphabetical(pair[1], locale)))


def _plain(text: str) -> str:
    return fold(text).strip(" .*()")


@lru_cache(maxsize=64)
def _known(locale: str) -> str:
    """Find the column or CLDR locale of a language tag: "pt-br" -> pt, "sr-latn" -> sr-Latn, "xx" -> en."""
    parts = locale.replace("_", "-").split("-")
    script = "-".join([parts[0].lower(), parts[1].title()]) if len(parts) > 1 else ""
    if script in _columns():
        return script
    short = {"no": "nb", "sh": "sr-Latn", "cnr": "sr-Latn"}.get(parts[0].lower(), parts[0].lower())
    return short if short in _columns() or _babel_knows(short) else "en"


@lru_cache(maxsize=1)
def _columns() -> tuple[str, ...]:
    with (_DATA / "names_cldr.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(next(csv.reader(rows))[2:-1])


@lru_cache(maxsize=64)
def _names(kind: str, locale: str) -> dict[str, str]:
    rows = [row for row in _rows("names_cldr.csv") if row["kind"] == kind]
    names = {row["code"]: row["en"] for row in rows if locale != _OWN}
    if locale in _columns():
        names |= {row["code"]: row[locale] for row in rows if row[locale]}
    else:
        names |= {code: name for code, name in _babel_names(kind, locale).items() if code in names}
    return names | {row["code"]: row["name"] for row in _rows("names_added.csv", kind) if row["locale"] == locale}


def _babel_knows(locale: str) -> bool:
    from babel.localedata import exists  # loaded only for a language that names_cldr.csv lacks

    return bool(locale) and exists(locale)


def _babel_names(kind: str, locale: str) -> dict[str, str]:
    from babel import Locale

    found = Locale.parse(locale)
    return dict(found.territories if kind == "country" else found.languages)


@lru_cache(maxsize=2)
def _index(kind: str) -> dict[str, str]:
    """Map every folded spelling to its code; our aliases win over CLDR, the codes themselves over all."""
    found: dict[str, str] = {}
    for row in _rows("names_cldr.csv", kind):
        for name in list(row.values())[2:]:
            found.setdefault(_plain(name), row["code"])
    found |= {_plain(row["name"]): row["code"] for row in _rows("names_added.csv", kind)}
    found |= {_plain(row["name"]): row["code"] for row in _rows("names_added.csv", f"{kind}_alias")}
    found |= {code.lower(): code for code in _names(kind, "en")}
    found.pop("", None)
    return found


def _rows(name: str, kind: str = "") -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as rows:
        yield from (row for row in csv.DictReader(rows) if not kind or row["kind"] == kind)
