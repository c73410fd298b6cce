"""Places by any spelling, in any script."""

from django.db.models import Case, IntegerField, Q, Value, When

from koinon.network.engine import gazetteer
from koinon.network.models import Place

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
    found = list(rows.filter(begins).annotate(closeness=closeness).order_by("closeness", "-population")[:LOOKED_AT])
    if not found and len(asked[0]) > 2:
        found = list(rows.filter(Q(keys__contains=asked[0]) | Q(keys__trigram_word_similar=asked[0]))[:LOOKED_AT])
    found.sort(key=lambda place: (*gazetteer.rank(_keys(place), place.population, text), place.pk))
    return found[:limit]


def label(place: Place, language: str) -> str:
    """A place as people there write it, with its country in the reader's language: "Σέρρες, Greece"."""
    from koinon.kit.vocabularies.countries import country_name

    return f"{place.native or place.name}, {country_name(place.country, language)}"


def _keys(place: Place) -> list[str]:
    return [key for key in place.keys.split("|") if key]
