"""Organisations, offers and needs that look real: names of towns in their own spelling, kinds in seven languages, texts
from the need-offer set. The same seed gives the same network.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from koinon.kit.vocabularies import eurovoc
from koinon.network.engine.gazetteer import PlaceRow, read_places

SET = Path(__file__).parent / "quality" / "need_offer.jsonl"
LANGUAGE_OF = {
    "AL": "sq", "XK": "sq", "LT": "lt", "MK": "mk", "GR": "el", "CY": "el", "GB": "en", "IE": "en", "MT": "en",
    "NO": "nb", "SI": "sl",
}  # fmt: skip
KINDS = {
    "sq": "Bashkia|Shkolla|Biblioteka|Qendra kulturore|Universiteti|Shoqata|Inkubatori|Kolegji",
    "lt": "Savivaldybė|Mokykla|Biblioteka|Kultūros centras|Universitetas|Asociacija|Inkubatorius|Kolegija",
    "mk": "Општина|Училиште|Библиотека|Културен центар|Универзитет|Здружение|Инкубатор|Колеџ",
    "el": "Δήμος|Σχολείο|Βιβλιοθήκη|Πολιτιστικό κέντρο|Πανεπιστήμιο|Σύλλογος|Θερμοκοιτίδα|Κολλέγιο",
    "en": "Municipality|School|Library|Cultural centre|University|Association|Incubator|College",
    "nb": "Kommune|Skole|Bibliotek|Kultursenter|Universitet|Forening|Inkubator|Høyskole",
    "sl": "Občina|Šola|Knjižnica|Kulturni center|Univerza|Društvo|Inkubator|Višja šola",
}
CODES = ("municipality", "school", "library", "cultural_institute", "university", "ngo", "hub", "college")
CALLED = {
    "sq": "Ura|Dielli|Lumi|Dituria|E ardhmja|Rinia|Drita|Hapi i ri|Kopshti|Horizonti|Dera e hapur|Rruga",
    "lt": "Tiltas|Saulė|Upė|Žinija|Ateitis|Jaunystė|Šviesa|Naujas žingsnis|Sodas|Horizontas|Atviros durys|Kelias",
    "mk": "Мост|Сонце|Река|Знаење|Иднина|Младост|Светлина|Нов чекор|Градина|Хоризонт|Отворена врата|Пат",
    "el": "Γέφυρα|Ήλιος|Ποταμός|Γνώση|Μέλλον|Νεότητα|Φως|Νέο βήμα|Κήπος|Ορίζοντας|Ανοιχτή πόρτα|Δρόμος",
    "en": "Bridge|Sun|River|Knowledge|Future|Youth|Light|New Step|Garden|Horizon|Open Door|Road",
    "nb": "Broen|Solen|Elven|Kunnskap|Fremtiden|Ungdom|Lyset|Nye steg|Hagen|Horisonten|Åpen dør|Veien",
    "sl": "Most|Sonce|Reka|Znanje|Prihodnost|Mladost|Luč|Nov korak|Vrt|Obzorje|Odprta vrata|Pot",
}
SIZES = ("1-9", "10-49", "50-249", "250+")
LISTING_KINDS = ("expertise", "partner", "peer_visit", "mentor", "venue", "learning_place", "funding")
TEXTS_PER_LANGUAGE = 60


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the need-offer set: its title (first sentence), the rest, and the language."""

    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Body:
    """One synthetic organisation with the one offer or need it has."""

    number: int
    name: str
    english: str
    slug: str
    language: str
    kind: str
    place: PlaceRow
    size: str
    themes: tuple[str, ...]
    about: int
    side: str
    listing: int
    listing_kind: str


def said() -> list[Said]:
    """Every text of the set, needs too, split into title and text."""
    lines = [json.loads(line) for line in SET.read_text("utf-8").splitlines() if line.strip()]
    rows = [line.get("query", line) for line in lines]
    return [Said(*_split(row["text"]), row["language"]) for row in rows]


def abouts(texts: Sequence[Said]) -> list[Said]:
    """What organisations say about themselves: four texts of one language together, some 800 signs, 60 a language."""
    draw = random.Random(7)
    found = []
    for language in sorted(KINDS):
        own = [each for each in texts if each.language == language]
        for _ in range(TEXTS_PER_LANGUAGE):
            chosen = draw.sample(own, 4)
            whole = "\n\n".join(f"{each.title} {each.text}".strip() for each in chosen)
            found.append(Said(chosen[0].title, whole, language))
    return found


def bodies(count: int, texts: Sequence[Said], about: Sequence[Said], *, seed: int = 1) -> Iterator[Body]:
    """So many organisations, spread evenly over seven languages, with themes as unevenly used as real ones are."""
    draw = random.Random(seed)
    towns = _towns()
    themes = [concept.id for concept in eurovoc.default_concepts()]
    weights = [1 / (place + 3) for place in range(len(themes))]
    own_abouts = {code: [n for n, each in enumerate(about) if each.language == code] for code in KINDS}
    own_texts = {code: [n for n, each in enumerate(texts) if each.language == code] for code in KINDS}
    languages = sorted(KINDS)
    for number in range(count):
        language = languages[number % len(languages)]
        place = draw.choice(towns[language])
        which, called = draw.randrange(len(CODES)), draw.randrange(12)
        yield Body(
            number=number,
            name=_name(language, which, called, place.native, number),
            english=_name("en", which, called, place.name, number),
            slug=f"bench-{number}",
            language=language,
            kind=CODES[which],
            place=place,
            size=draw.choice(SIZES),
            themes=tuple(sorted(set(draw.choices(themes, weights, k=draw.randint(1, 5))))),
            about=draw.choice(own_abouts[language]),
            side="need" if number // len(languages) % 2 else "offer",
            listing=draw.choice(own_texts[language]),
            listing_kind=draw.choice(LISTING_KINDS),
        )


def questions(texts: Sequence[Said], count: int, *, seed: int = 3) -> list[str]:
    """What people type into the search box: two to four words of a title in any of the languages, hardly ever twice."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        one, other = draw.choice(texts), draw.choice(texts)
        other = draw.choice([each for each in texts if each.language == one.language]) if draw.random() < 0.7 else other
        words = [word.strip(".,:;!?") for word in f"{one.title} {other.title}".split() if len(word) > 3]
        found.append(" ".join(draw.sample(words, min(len(words), draw.randint(2, 4)))))
    return found


def _name(language: str, which: int, called: int, town: str, number: int) -> str:
    kind = KINDS[language].split("|")[which]
    if which == 0:
        return f"{kind} {town}" if number < 4000 else f"{kind} {town} {number}"
    return f"{kind} „{CALLED[language].split('|')[called]}“ {town}"


def _split(text: str) -> tuple[str, str]:
    title, mark, rest = text.partition(". ")
    return (f"{title}." if mark else title), rest


def _towns() -> dict[str, list[PlaceRow]]:
    found: dict[str, list[PlaceRow]] = {language: [] for language in KINDS}
    for place in read_places():
        if language := LANGUAGE_OF.get(place.country):
            found[language].append(place)
    return found
