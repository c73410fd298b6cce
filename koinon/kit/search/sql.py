# ruff: noqa: S608  (sentences are put together from constants of this file; values are always parameters)
"""The sentences we say to PostgreSQL. Constant text only: what a person typed travels as a parameter.

Every sentence names the scope and the kind first, so that one network's search never reads another's rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FACETS = ("country", "sort", "theme", "language", "mark")
COUNTED = 1000
"""Rows counted at most on a filtered page: a count must not cost more in a larger network."""

WORDS_KEPT, NAMES_KEPT = 200, 50
NEAR_KEPT = (6, 60)
"""At least and at most how many are found by meaning: a quarter of a small scope, not all of it."""

RANKED, RANKED_OF_ANY, RANKED_NAMES = 400, 250, 600
"""Rows whose words are weighed at most: of those with every word; if there are none, of those with any; of names."""

EXACT = 3000
"""Scopes up to this size are compared one by one: exact, and as quick as the index of near meanings."""

K = 60
"""Reciprocal rank: 1 / (60 + place). Source: Cormack, Clarke, Buettcher, SIGIR 2009."""

_BASE = "scope = %(scope)s AND kind = %(kind)s"
_ONE = {
    "country": "country = %(country_1)s",
    "sort": "sort = %(sort_1)s",
}
_SOME = {
    "country": "country = ANY(%(country)s)",
    "sort": "sort = ANY(%(sort)s)",
    "theme": "themes && %(theme)s::varchar[]",
    "language": "languages && %(language)s::varchar[]",
    "mark": "marks @> %(mark)s::varchar[]",
}
_VALUES = {
    "country": "SELECT 'country', country, count(*) FROM {hits} WHERE country <> '' GROUP BY country",
    "sort": "SELECT 'sort', sort, count(*) FROM {hits} WHERE sort <> '' GROUP BY sort",
    "theme": "SELECT 'theme', value, count(*) FROM {hits}, unnest(themes) value GROUP BY value",
    "language": "SELECT 'language', value, count(*) FROM {hits}, unnest(languages) value GROUP BY value",
    "mark": "SELECT 'mark', value, count(*) FROM {hits}, unnest(marks) value GROUP BY value",
}
_BORDERS = {
    ("title", False): ("AND (key, noun) > (%(after_key)s, %(after_noun)s)", "key, noun"),
    ("title", True): ("AND (key, noun) < (%(after_key)s, %(after_noun)s)", "key DESC, noun DESC"),
    ("newest", False): ("AND noun < %(after_noun)s", "noun DESC"),
    ("newest", True): ("AND noun > %(after_noun)s", "noun"),
}
_FUSED = {"": "score DESC, key, noun", "title": "key, noun", "newest": "noun DESC"}


def where(chosen: Mapping[str, Sequence[str]], *, without: str = "") -> str:
    """The condition for these filters; `without` leaves one facet out, to count what else it offers."""
    parts = [_BASE]
    for facet in FACETS:
        values = chosen.get(facet)
        if values and facet != without:
            parts.append(_ONE[facet] if len(values) == 1 and facet in _ONE else _SOME[facet])
    return " AND ".join(parts)


def parameters(chosen: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The values of those filters as parameters."""
    given: dict[str, Any] = {}
    for facet, values in chosen.items():
        given[facet] = list(values)
        given[f"{facet}_1"] = values[0] if values else ""
    return given


def listing(chosen: Mapping[str, Sequence[str]], *, order: str, backwards: bool, starts: bool, size: int) -> str:
    """One page of a list, found by walking an index from where the last page ended."""
    border, sorting = _BORDERS[order, backwards]
    return (
        f"SELECT noun, key FROM kit_searchrecord WHERE {where(chosen)} {'' if starts else border} "
        f"ORDER BY {sorting} LIMIT {int(size)}"
    )


KEPT_COUNTS = "SELECT facet, value, count FROM kit_searchcount WHERE scope = %(scope)s AND kind = %(kind)s"


def counts(chosen: Mapping[str, Sequence[str]]) -> str:
    """Counts of a filtered list: of each facet the values that would remain if that facet were not filtered."""
    hits = [_hits("hits", where(chosen))]
    asked = ["SELECT 'all', '', count(*) FROM hits"]
    for facet in FACETS:
        if not chosen.get(facet) or facet == "mark":
            asked.append(_VALUES[facet].format(hits="hits"))
        elif any(values for other, values in chosen.items() if other != facet):
            hits.append(_hits(f"hits_{facet}", where(chosen, without=facet)))
            asked.append(_VALUES[facet].format(hits=f"hits_{facet}"))
        else:
            asked.append(f"{KEPT_COUNTS} AND facet = '{facet}'")
    return f"WITH {', '.join(hits)} " + " UNION ALL ".join(asked)


def fused(
    chosen: Mapping[str, Sequence[str]], *, legs: Iterable[str], order: str, dimensions: int = 0, near: int = 0
) -> str:
    """Words, names and meanings of the filtered rows, fused by reciprocal rank; with what the facets need.

    `near`: how many are found by meaning. It is written out, because a plan for any number would walk no index.
    """
    condition = where(chosen)
    wanted = [leg for leg in _PLACED if leg in set(legs)]
    parts = ", ".join(_LEGS[leg].format(where=condition, dimensions=int(dimensions), near=int(near)) for leg in wanted)
    union = " UNION ALL ".join(
        f"SELECT noun, place, {int(leg not in ('near', 'exact'))} AS said FROM {leg}" for leg in wanted
    )
    return (
        f"WITH {parts}, fused AS (SELECT noun, sum(1 / ({K} + place)::float8) AS score, max(said) AS said "
        f"FROM ({union}) places GROUP BY noun) "
        "SELECT noun, said, country, sort, array_to_string(themes, ','), array_to_string(languages, ','), "
        "array_to_string(marks, ',') FROM fused "
        f"JOIN kit_searchrecord USING (noun) WHERE {_BASE} ORDER BY {_FUSED[order]}"
    )


def _hits(name: str, condition: str) -> str:
    return (
        f"{name} AS MATERIALIZED (SELECT country, sort, themes, languages, marks FROM kit_searchrecord "
        f"WHERE {condition} LIMIT {COUNTED + 1})"
    )


def _words(name: str, query: str, ranked: int, more: str = "") -> str:
    return (
        f"{name} AS (SELECT noun, row_number() OVER (ORDER BY rank DESC, key, noun) AS place FROM (SELECT noun, key, "
        f"ts_rank(words, {query}) AS rank FROM (SELECT noun, key, words FROM kit_searchrecord "
        f"WHERE {{where}} AND words @@ {query}{more} LIMIT {ranked}) found ORDER BY rank DESC, key, noun "
        f"LIMIT {WORDS_KEPT}) best)"
    )


def _names(name: str, forms: Sequence[str]) -> str:
    likeness = ", ".join(f"word_similarity(%({form})s, names)" for form in forms)
    alike = " OR ".join(f"%({form})s <%% names" for form in forms)
    return (
        f"{name} AS (SELECT noun, row_number() OVER (ORDER BY likeness DESC, key, noun) AS place FROM (SELECT noun, "
        f"key, greatest({likeness}) AS likeness FROM (SELECT noun, key, names FROM kit_searchrecord WHERE {{where}} "
        f"AND ({alike}) LIMIT {RANKED_NAMES}) found ORDER BY likeness DESC, key, noun LIMIT {NAMES_KEPT}) best)"
    )


_LEGS = {
    "strict": _words("strict", "%(strict)s::tsquery", RANKED),
    "lenient": _words("lenient", "%(lenient)s::tsquery", RANKED_OF_ANY, " AND NOT EXISTS (SELECT FROM strict)"),
    "named": _names("named", ("folded", "loose")),
    "called": _names("called", ("folded",)),
    "exact": (
        "exact AS (SELECT noun, row_number() OVER (ORDER BY distance, noun) AS place FROM (SELECT noun, "
        "meaning <#> %(meaning)s::halfvec AS distance FROM (SELECT noun, meaning FROM kit_searchrecord "
        "WHERE {where} AND meaning IS NOT NULL OFFSET 0) own WHERE vector_dims(meaning) = {dimensions} "
        "ORDER BY distance, noun LIMIT {near}) best)"
    ),
    "near": (
        "near AS (SELECT noun, row_number() OVER (ORDER BY distance, noun) AS place FROM (SELECT noun, "
        "meaning::halfvec({dimensions}) <#> %(meaning)s::halfvec({dimensions}) AS distance FROM kit_searchrecord "
        "WHERE {where} AND meaning IS NOT NULL ORDER BY distance LIMIT {near}) best)"
    ),
}
_PLACED = ("strict", "lenient", "named", "called", "near", "exact")
