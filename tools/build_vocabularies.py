"""Write `koinon/kit/vocabularies/data/names_cldr.csv` from Babel's CLDR, and say which labels are missing.

Run it after a new Babel or after editing themes: `python tools/build_vocabularies.py`. What it writes is
committed, so nobody needs to run it to use Koinon. Names that we correct stay in `names_added.csv`.
"""

import csv
import sys
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global

sys.path.insert(0, str(Path(__file__).parents[1]))
from koinon.kit.vocabularies import countries, eurovoc

DATA = Path(__file__).parents[1] / "koinon" / "kit" / "vocabularies" / "data"
LOCALES = """en sq mk lt el nb sl sr sr-Latn hr bs bg ro de fr it es pt nl pl cs sk hu lv et fi sv da nn tr uk
ca is""".split()  # noqa: SIM905
LANGUAGES = """ar az be bg bs ca cnr cs cy da de el en es et eu fa fi fo fr ga gd gl he hi hr hu hy is it
ka kk ku lb lt lv mk mt nb nl nn pl ps pt rm ro rom ru rue rup se sk sl so sq sr sv
ti tr uk ur vi zh""".split()  # noqa: SIM905
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def write_names() -> None:
    """Write a row per country and language: kind, code, a column per locale, own name, three-letter code."""
    locales = {code: Locale.parse(code.replace("-", "_")) for code in LOCALES}
    long = {
        short[0]: code
        for code, short in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(short) == 1
    }
    with (DATA / "names_cldr.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        write(["kind", "code", *LOCALES, "own", "iso3"])
        for code in sorted(locales["en"].territories):
            if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES:
                names = [locales[each].territories.get(code, "") for each in LOCALES]
                write(["country", code, *names, "", long.get(code, "")])
        for code in LANGUAGES:
            names = [locales[each].languages.get(code, "") for each in LOCALES]
            write(["language", code, *names, own_name(code), ""])


def own_name(code: str) -> str:
    """Ask CLDR how a language calls itself; empty where it does not say."""
    try:
        return Locale.parse(code).languages.get(code, "")
    except (ValueError, UnknownLocaleError):
        return ""


def report() -> None:
    """Print what a reader in one of our languages would see in English."""
    for concept in eurovoc.default_concepts():
        missing = [code for code in ("sq", "mk", "lt", "el") if code not in concept.labels]
        if missing:
            print("theme", concept.id, concept.label("en"), "lacks", *missing)
    for locale in ("sq", "mk", "lt", "el", "nb", "sl"):
        for code, name in countries.languages(locale):
            if name == countries.language_name(code, "en"):
                print("language", code, "is English in", locale)


if __name__ == "__main__":
    write_names()
    report()
