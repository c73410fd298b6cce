"""The columns of a spreadsheet of organisations: how they are called in many languages, and what their cells mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from koinon.kit.meaning.folding import fold, loose
from koinon.kit.sheets import (
    Cell,
    Field,
    Guess,
    as_text,
    guess_columns,
    looks_like_country,
    looks_like_languages,
    looks_like_url,
)
from koinon.kit.vocabularies import eurovoc
from koinon.kit.vocabularies.countries import find_country, find_language

ORGANISATION = ("name", "names", "country", "city", "kind", "size", "website", "languages", "themes", "about", "language")
LISTING = (
    "offer_title", "offer_text", "offer_kind", "offer_until", "need_title", "need_text", "need_kind", "need_until",
)  # fmt: skip
FIELDS = ORGANISATION + LISTING
REQUIRED = ("name", "kind")

TITLES = {
    "en": {
        "name": "Organisation name", "names": "Names in other languages", "country": "Country", "city": "City",
        "kind": "Kind", "size": "Size", "website": "Website", "languages": "Languages", "themes": "Themes",
        "about": "About", "language": "Language of the texts", "offer_title": "Offer title",
        "offer_text": "Offer text", "offer_kind": "Offer kind", "offer_until": "Offer valid until",
        "need_title": "Need title", "need_text": "Need text", "need_kind": "Need kind", "need_until": "Need valid until",
    },
    "sq": {
        "name": "Emri i organizatës", "names": "Emrat në gjuhë të tjera", "country": "Shteti", "city": "Qyteti",
        "kind": "Lloji", "size": "Madhësia", "website": "Faqja e internetit", "languages": "Gjuhët",
        "themes": "Temat", "about": "Përshkrimi", "language": "Gjuha e teksteve",
        "offer_title": "Titulli i ofertës", "offer_text": "Teksti i ofertës", "offer_kind": "Lloji i ofertës",
        "offer_until": "Oferta vlen deri më", "need_title": "Titulli i nevojës", "need_text": "Teksti i nevojës",
        "need_kind": "Lloji i nevojës", "need_until": "Nevoja vlen deri më",
    },
    "lt": {
        "name": "Organizacijos pavadinimas", "names": "Pavadinimai kitomis kalbomis", "country": "Šalis",
        "city": "Miestas", "kind": "Rūšis", "size": "Dydis", "website": "Svetainė", "languages": "Kalbos",
        "themes": "Temos", "about": "Aprašymas", "language": "Tekstų kalba", "offer_title": "Pasiūlymo pavadinimas",
        "offer_text": "Pasiūlymo tekstas", "offer_kind": "Pasiūlymo rūšis", "offer_until": "Pasiūlymas galioja iki",
        "need_title": "Poreikio pavadinimas", "need_text": "Poreikio tekstas", "need_kind": "Poreikio rūšis",
        "need_until": "Poreikis galioja iki",
    },
    "mk": {
        "name": "Име на организацијата", "names": "Имиња на други јазици", "country": "Држава", "city": "Град",
        "kind": "Вид", "size": "Големина", "website": "Веб-страница", "languages": "Јазици", "themes": "Теми",
        "about": "Опис", "language": "Јазик на текстовите", "offer_title": "Наслов на понудата",
        "offer_text": "Текст на понудата", "offer_kind": "Вид на понудата", "offer_until": "Понудата важи до",
        "need_title": "Наслов на потребата", "need_text": "Текст на потребата", "need_kind": "Вид на потребата",
        "need_until": "Потребата важи до",
    },
    "el": {
        "name": "Όνομα οργάνωσης", "names": "Ονόματα σε άλλες γλώσσες", "country": "Χώρα", "city": "Πόλη",
        "kind": "Είδος", "size": "Μέγεθος", "website": "Ιστότοπος", "languages": "Γλώσσες", "themes": "Θέματα",
        "about": "Περιγραφή", "language": "Γλώσσα των κειμένων", "offer_title": "Τίτλος προσφοράς",
        "offer_text": "Κείμενο προσφοράς", "offer_kind": "Είδος προσφοράς", "offer_until": "Η προσφορά ισχύει έως",
        "need_title": "Τίτλος ανάγκης", "need_text": "Κείμενο ανάγκης", "need_kind": "Είδος ανάγκης",
        "need_until": "Η ανάγκη ισχύει έως",
    },
}  # fmt: skip
"""Headings as an export writes them; an import knows them all, so that what went out comes in again."""

_ALSO = {
    "name": ("organisation", "organization", "name", "institution", "emri", "institucioni", "pavadinimas", "įstaiga",
             "име", "назив", "установа", "институција", "όνομα", "φορέας", "ονομασία", "naziv", "ime", "ustanova", "navn"),
    "names": ("other names", "aliases", "names"),
    "country": ("state", "land", "vendi", "valstybė", "земја", "država", "zemlja", "κράτος"),
    "city": ("town", "place", "municipality", "location", "vendndodhja", "vieta", "savivaldybė", "место", "општина",
             "grad", "mesto", "kraj", "τόπος", "δήμος", "sted", "by"),
    "kind": ("type", "category", "tipi", "tipas", "тип", "τύπος", "vrsta", "tip", "type organisation"),
    "size": ("employees", "staff", "darbuotojai", "вработени"),
    "website": ("web site", "web", "url", "homepage", "web page", "website address", "tinklalapis", "интернет страница",
                "веб страница", "ιστοσελίδα", "spletna stran", "nettsted"),
    "languages": ("language", "gjuha", "kalba", "јазик", "γλώσσα", "jeziki", "språk"),
    "themes": ("topics", "tags", "theme", "subjects", "θέμα", "тема", "tema", "temat", "teme"),
    "about": ("description", "profile", "summary", "about us", "за нас", "apie", "σχετικά", "opis"),
    "language": ("text language", "original language", "language of texts"),
    "offer_title": ("offer", "what we offer", "oferta", "pasiūlymas", "понуда", "προσφορά", "ponudba", "tilbud"),
    "offer_text": ("offer description", "offer details"),
    "offer_kind": ("offer type", "kind of offer"),
    "offer_until": ("offer until", "offer expires"),
    "need_title": ("need", "what we need", "we look for", "nevoja", "poreikis", "потреба", "ανάγκη", "potreba", "behov"),
    "need_text": ("need description", "need details"),
    "need_kind": ("need type", "kind of need"),
    "need_until": ("need until", "need expires"),
}  # fmt: skip
_LOOKS = {"country": looks_like_country, "languages": looks_like_languages, "website": looks_like_url}
_KINDS = {
    "municipality": ("municipality", "local authority", "city", "town", "council", "bashki", "bashkia", "komuna",
                     "savivaldybė", "општина", "град", "δήμος", "občina", "opština", "općina", "kommune"),
    "hub": ("hub", "creative hub", "digital hub", "innovation hub", "start-up hub", "qendër kreative", "kūrybinis centras",
            "креативен центар", "хаб", "δημιουργικός κόμβος", "κόμβος", "kreativno središče"),
    "school": ("school", "school centre", "vocational school", "shkollë", "shkolla", "mokykla", "училиште", "школа",
               "σχολείο", "šola", "škola", "skole", "школски центар"),
    "university": ("university", "universitet", "universiteti", "universitetas", "универзитет", "πανεπιστήμιο", "univerza"),
    "college": ("college", "kolegj", "kolegija", "колеџ", "висока школа", "κολέγιο", "višja šola", "høgskole"),
    "library": ("library", "bibliotekë", "biblioteka", "библиотека", "βιβλιοθήκη", "knjižnica", "bibliotek"),
    "ngo": ("ngo", "non-governmental organisation", "non-governmental organization", "association", "civil society",
            "organizatë joqeveritare", "ojq", "shoqatë", "nevyriausybinė organizacija", "nvo", "asociacija",
            "невладина организација", "здружение", "нво", "μη κυβερνητική οργάνωση", "μκο", "σύλλογος",
            "nevladna organizacija", "društvo", "udruženje", "frivillig organisasjon"),
    "company": ("company", "firm", "business", "enterprise", "kompani", "ndërmarrje", "įmonė", "bendrovė", "компанија",
                "претпријатие", "фирма", "εταιρεία", "επιχείρηση", "podjetje", "preduzeće", "bedrift"),
    "government": ("government", "ministry", "public body", "agency", "ministry or government body", "ministri", "qeveri",
                   "ministerija", "vyriausybė", "министерство", "влада", "υπουργείο", "κυβέρνηση", "ministrstvo"),
    "international": ("international organisation", "international organization", "international", "organizatë ndërkombëtare",
                      "tarptautinė organizacija", "меѓународна организација", "διεθνής οργανισμός",
                      "mednarodna organizacija"),
    "cultural_institute": ("cultural institute", "culture", "cultural institution", "museum", "theatre", "institut kulture",
                           "kultūros institutas", "kultūros įstaiga", "институт за култура", "πολιτιστικό ίδρυμα",
                           "kulturna ustanova"),
    "care": ("care", "care home", "care or health institution", "health", "hospital", "social services", "shërbime sociale",
             "globos įstaiga", "здравствена установа", "социјална установа", "ίδρυμα φροντίδας",
             "socialna ustanova", "helse"),
    "network": ("network", "federation", "network or association", "umbrella", "rrjet", "tinklas", "мрежа", "δίκτυο",
                "omrežje", "mreža", "nettverk"),
    "venue": ("venue", "hotel", "conference centre", "sallë", "salė", "место за настани", "χώρος", "prizorišče"),
}  # fmt: skip
_LISTING_KINDS = {
    "expertise": ("expertise", "knowledge", "advice", "training", "ekspertizë", "patirtis", "експертиза", "τεχνογνωσία"),
    "partner": ("partner", "partner for a call", "partneri", "partneris", "партнер", "εταίρος"),
    "peer_visit": ("peer visit", "visit", "study visit", "vizitë", "vizitas", "посета", "επίσκεψη"),
    "mentor": ("mentor", "mentori", "mentorius", "ментор", "μέντορας"),
    "venue": ("venue", "venue or equipment", "equipment", "sallë", "įranga", "опрема", "χώρος", "εξοπλισμός"),
    "learning_place": ("learning place", "internship", "placement", "praktikë", "praktika", "пракса", "πρακτική"),
    "funding": ("funding", "grant", "financim", "finansavimas", "финансирање", "χρηματοδότηση"),
}  # fmt: skip
_SIZES = ("1-9", "10-49", "50-249", "250+")
_PARTS = re.compile(r"[,;/|+\n]|\s+(?:and|dhe|ir|и|και|og|in|und|et)\s+")
_LISTS = re.compile(r"[;|\n]")
_NAMED = re.compile(r"^([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\s*[:=]\s*(.+)$")
_ADDRESS = re.compile(r"^(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/[^\s]*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the field ("" for the row), a code that pages say in words, and the cell's text."""

    field: str
    code: str
    said: str = ""


def headings_of(language: str) -> list[str]:
    """Headings of an export, in the order of FIELDS."""
    titles = TITLES.get(language, TITLES["en"])
    return [titles[field] for field in FIELDS]


def guess(headings: Sequence[str], sample: Sequence[Sequence[Cell]]) -> dict[str, Guess]:
    """Propose a column for each field that seems to have one."""
    return guess_columns(headings, sample, _fields())


def read_row(cells: Sequence[Cell], columns: Mapping[str, int]) -> tuple[dict[str, object], list[Fault]]:
    """What a row means, as plain facts (lists, codes, ISO days), and what is wrong with it.

    Places are not looked up here: `city` stays as written.
    """
    said = {field: as_text(cells[at]).strip() if at < len(cells) else "" for field, at in columns.items()}
    faults: list[Fault] = []
    facts: dict[str, object] = {
        "name": " ".join(said.get("name", "").split())[:200],
        "names": _names(said.get("names", "")),
        "city": said.get("city", "")[:120],
        "country": _country(said.get("country", ""), faults),
        "kind": _kind(said.get("kind", ""), faults),
        "size": _size(said.get("size", "")),
        "website": _website(said.get("website", ""), faults),
        "languages": _languages(said.get("languages", ""), faults),
        "themes": _themes(said.get("themes", ""), faults),
        "about": said.get("about", "")[:6000],
        "language": find_language(said.get("language", "")) or "",
        "listings": [
            row for side in ("offer", "need") if (row := _listing(side, said, faults))
        ],
    }
    if not facts["name"]:
        faults.insert(0, Fault("name", "no_name"))
    if said.get("language") and not facts["language"]:
        faults.append(Fault("language", "unknown_language", said["language"][:60]))
    return facts, faults


@lru_cache(maxsize=1)
def _fields() -> dict[str, Field]:
    return {
        field: Field(
            headings=tuple(dict.fromkeys([*(TITLES[each][field] for each in TITLES), *_ALSO[field]])),
            looks=_LOOKS.get(field),
            by_content=field in ("country", "website"),
        )
        for field in FIELDS
    }


def _names(said: str) -> dict[str, str]:
    """Names in other languages, written "lt: Serai; el: Σέρρες"."""
    found = {}
    for part in _LISTS.split(said):
        if match := _NAMED.match(part.strip()):
            found[match[1]] = " ".join(match[2].split())[:200]
    return found


def _country(said: str, faults: list[Fault]) -> str:
    code = find_country(said) if said else ""
    if said and not code:
        faults.append(Fault("country", "unknown_country", said[:60]))
    return code or ""


def _kind(said: str, faults: list[Fault]) -> str:
    if not said:
        faults.append(Fault("kind", "no_kind"))
        return ""
    found = _known(said, _kinds())
    if not found:
        faults.append(Fault("kind", "unknown_kind", said[:60]))
    return found


def _size(said: str) -> str:
    plain = said.replace("–", "-").replace(" ", "")
    if plain in _SIZES:
        return plain
    number = re.search(r"\d+", plain)
    if not number:
        return ""
    people = int(number[0][:7])
    return _SIZES[0] if people < 10 else _SIZES[1] if people < 50 else _SIZES[2] if people < 250 else _SIZES[3]


def _website(said: str, faults: list[Fault]) -> str:
    if not said:
        return ""
    if not _ADDRESS.match(said) or len(said) > 290:
        faults.append(Fault("website", "no_address", said[:60]))
        return ""
    return said if said.lower().startswith("http") else f"https://{said}"


def _languages(said: str, faults: list[Fault]) -> list[str]:
    found = []
    for part in filter(None, (part.strip() for part in _PARTS.split(said))):
        if code := find_language(part):
            found.append(code)
        else:
            faults.append(Fault("languages", "unknown_language", part[:60]))
    return list(dict.fromkeys(found))


def _themes(said: str, faults: list[Fault]) -> list[str]:
    found = []
    for part in filter(None, (part.strip() for part in _LISTS.split(said.replace(",", ";")))):
        if theme := _theme_ids().get(fold(part)):
            found.append(theme)
        else:
            faults.append(Fault("themes", "unknown_theme", part[:60]))
    return list(dict.fromkeys(found))[:12]


def _listing(side: str, said: Mapping[str, str], faults: list[Fault]) -> dict[str, object] | None:
    title, text = said.get(f"{side}_title", ""), said.get(f"{side}_text", "")
    if not title and not text:
        return None
    if not title:
        title = text[:117].rsplit(" ", 1)[0] + " …" if len(text) > 120 else text
    kind = _known(said.get(f"{side}_kind", ""), _listing_kinds()) or "expertise"
    if said.get(f"{side}_kind") and not _known(said[f"{side}_kind"], _listing_kinds()):
        faults.append(Fault(f"{side}_kind", "unknown_kind", said[f"{side}_kind"][:60]))
    until = _day(said.get(f"{side}_until", ""))
    if said.get(f"{side}_until") and not until:
        faults.append(Fault(f"{side}_until", "no_day", said[f"{side}_until"][:60]))
    return {"side": side, "title": " ".join(title.split())[:160], "text": (text or title)[:6000], "kind": kind, "until": until}


def _day(said: str) -> str:
    if match := re.match(r"^(\d{4})-(\d{1,2})-(\d{1,2})", said):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := re.match(r"^(\d{1,2})[./]\s?(\d{1,2})[./]\s?(\d{4})", said):
        parts = (int(match[3]), int(match[2]), int(match[1]))
    else:
        return ""
    try:
        return date(*parts).isoformat()
    except ValueError:
        return ""


def _known(said: str, table: Mapping[str, str]) -> str:
    """The code that a word means: exactly, loosely, or as the longest word list entry it begins with."""
    plain = loose(said)
    if plain in table:
        return table[plain]
    starts = [word for word in table if len(word) > 4 and plain.startswith(word)]
    return table[max(starts, key=len)] if starts else ""


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {loose(word): kind for kind, words in _KINDS.items() for word in (kind, *words)}


@lru_cache(maxsize=1)
def _listing_kinds() -> dict[str, str]:
    return {loose(word): kind for kind, words in _LISTING_KINDS.items() for word in (kind, *words)}


@lru_cache(maxsize=1)
def _theme_ids() -> dict[str, str]:
    """Folded label in any language -> id; default themes win over the rest."""
    found: dict[str, str] = {}
    for concept in (*eurovoc.default_concepts(), *eurovoc.all_concepts()):
        found.setdefault(concept.id, concept.id)
        for label in concept.labels.values():
            found.setdefault(fold(label), concept.id)
    return found
