"""Places by any spelling, in any script."""

import hashlib
from pathlib import Path

from django.db import connection
from django.db.models import Case, IntegerField, Q, Value, When

from koinon.network.engine import gazetteer
from koinon.network.models import Place

DATA = Path(gazetteer.__file__).parents[1] / "data" / "places.csv.gz"
LOOKED_AT = 120
MAX_WORDS = 80


def search(text: str, country: str = "", limit: int = 8) -> list[Place]:
    """The places that `text` may mean, best first; with a typing mistake the nearest spellings. One or two queries."""
    asked = gazetteer.query_keys(text[:MAX_WORDS])
    if not asked:
        return []
    rows = Place.objects.filter(country=country.upper()) if country else Place.objects.all()
    exact, begins = Q(), Q()
    for key in asked:
        exact |= Q(keys__contains=f"|{key}|")
        begins |= Q(keys__contains=f"|{key}")
    closeness = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = list(rows.filter(begins).order_by(closeness, "-population")[:LOOKED_AT])
    if not found and len(asked[0]) > 2:
        found = list(rows.filter(Q(keys__contains=asked[0]) | Q(keys__trigram_word_similar=asked[0]))[:LOOKED_AT])
    found.sort(key=lambda place: (*gazetteer.rank(_keys(place), place.population, text), place.pk))
    return found[:limit]


def mark() -> str:
    """What tells one gazetteer from another: the file we ship and the code that folds its spellings."""
    return f"gazetteer {hashlib.sha256(DATA.read_bytes() + Path(gazetteer.__file__).read_bytes()).hexdigest()[:16]}"


def is_current() -> bool:
    """True if the table of places was filled from the file we ship; its mark is kept as the table's comment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('network_place'::regclass)")
        return bool(cursor.fetchone()[0] == mark())


def label(place: Place, language: str) -> str:
    """A place as people there write it, with its country in the reader's language: "Σέρρες, Greece"."""
    from koinon.kit.vocabularies.countries import country_name

    return f"{place.native or place.name}, {country_name(place.country, language)}"


def kept(place: Place) -> dict[str, str]:
    """A place as an answer of a questionnaire: readable by itself, in the reader's language by its country."""
    name = place.native or place.name
    return {"id": str(place.pk), "name": name, "country": place.country, "label": name}


def _keys(place: Place) -> list[str]:
    return [key for key in place.keys.split("|") if key]
