"""Asking: a list without words walks an index; with words, three ways of finding are fused into one order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from koinon.kit.meaning.folding import fold, loose
from koinon.kit.models import SearchRecord
from koinon.kit.search import cursors, encoder, index, lexemes, means, sql
from koinon.kit.search.cursors import Cursor
from koinon.kit.sentences import Said

TEXT_KEPT = 300
LIKE = 0.5
"""Likeness of trigrams from which a misspelt name is taken for meant (0 to 1, pg_trgm word similarity)."""

Filters = Mapping[str, Sequence[str]]
Facets = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many: exactly, or at least that many (`is_more`)."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of ids in order, cursors of its neighbours ("" at an end), counts of facet values.

    `near` are ids that no word pointed to, only their meaning. `facets` of a capped count are those of a sample.
    """

    ids: list[UUID]
    total: Count
    next: str = ""
    previous: str = ""
    facets: Facets = field(default_factory=dict)
    near: frozenset[UUID] = frozenset()


def find(
    *,
    scope: UUID,
    kind: str,
    text: str = "",
    language: str = "en",
    spoken: Sequence[str] = (),
    filters: Filters | None = None,
    order: str = "",
    cursor: str = "",
    size: int = 25,
) -> Page:
    """The page of `size` rows that begins after `cursor`; `order` is "title" or "newest", with words also "" (best).

    `language` is the reader's, `spoken` are those of the scope: a word of unclear language is looked up in them.
    Costs two statements without words, one (and the settings of its transaction) with words, in any size of scope.
    """
    chosen = {facet: list(values) for facet, values in (filters or {}).items() if values and facet in sql.FACETS}
    where: dict[str, Any] = {"scope": scope, "kind": kind, **sql.parameters(chosen)}
    if plain := " ".join(text.replace("\0", " ").split())[:TEXT_KEPT]:
        hits = _fused(plain, (language, *spoken), where, chosen, order)
        return _answer(hits, cursors.read(cursor), size)
    ids, after, before = _walk(where, chosen, order or "title", cursors.read(cursor), size)
    total, facets = _counts(where, chosen)
    return Page(ids, total, after, before, facets)


def matching(
    *,
    scope: UUID,
    kind: str,
    text: str = "",
    language: str = "en",
    spoken: Sequence[str] = (),
    filters: Filters | None = None,
) -> Any:
    """Every id that `find` would page through, in no order: a subquery without words, a list of the best with words."""
    chosen = {facet: list(values) for facet, values in (filters or {}).items() if values and facet in sql.FACETS}
    if plain := " ".join(text.replace("\0", " ").split())[:TEXT_KEPT]:
        where: dict[str, Any] = {"scope": scope, "kind": kind, **sql.parameters(chosen)}
        return [row[0] for row in _fused(plain, (language, *spoken), where, chosen, "")]
    lookups = {"country": "country__in", "sort": "sort__in", "theme": "themes__overlap"}
    lookups |= {"language": "languages__overlap", "mark": "marks__contains"}
    conditions = {lookups[facet]: values for facet, values in chosen.items()}
    return SearchRecord.objects.filter(scope=scope, kind=kind, **conditions).order_by().values("noun")


def _walk(
    where: dict[str, Any], chosen: Filters, order: str, start: Cursor | None, size: int
) -> tuple[list[UUID], str, str]:
    backwards = start is not None and start.backwards
    asked = sql.listing(chosen, order=order, backwards=backwards, starts=start is None, size=size + 1)
    border = {"after_key": start.key, "after_noun": start.noun} if start else {}
    facts = {**where, **border}
    rows = _rows(asked, facts) if chosen else _said(asked)(facts)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:  # whatever stood beyond that row has left: not an empty list, but the beginning
        return _walk(where, chosen, order, None, size) if start else ([], "", "")
    (first, first_key), (last, last_key) = rows[0], rows[-1]
    has_next = has_more if not backwards else True
    has_previous = has_more if backwards else start is not None
    after = Cursor(last_key, last).write() if has_next else ""
    before = Cursor(first_key, first, backwards=True).write() if has_previous else ""
    return [noun for noun, _ in rows], after, before


def _counts(where: dict[str, Any], chosen: Filters) -> tuple[Count, Facets]:
    if not chosen:
        total, kept = _by_facet(tuple(_said(sql.KEPT_COUNTS)(where)))
        return Count(total), dict(kept)
    total, kept = _by_facet.__wrapped__(_rows(sql.counts(chosen), where))
    is_more = total > sql.COUNTED
    return Count(sql.COUNTED if is_more else total, is_more), dict(kept)


@lru_cache(maxsize=200)
def _by_facet(rows: Sequence[tuple[str, str, int]]) -> tuple[int, Facets]:
    """The total, and for each facet its values, the most frequent first."""
    facets: Facets = {facet: [] for facet in sql.FACETS}
    total = 0
    for facet, value, count in rows:
        if facet == "all":
            total = count
        elif facet in facets:
            facets[facet].append((value, count))
    for values in facets.values():
        values.sort(key=lambda pair: (-pair[1], pair[0]))
    return total, facets


@lru_cache(maxsize=64)
def _said(text: str) -> Said:
    """Sentences without filters are few, and each has one good plan: they are prepared."""
    return Said(text)


def _answer(rows: Sequence[tuple[Any, ...]], start: Cursor | None, size: int) -> Page:
    first = start.position if start and start.position < len(rows) else 0
    shown = rows[first : first + size]
    zero = UUID(int=0)
    after = Cursor("", zero, position=first + size).write() if first + size < len(rows) else ""
    before = Cursor("", zero, position=max(first - size, 0)).write() if first else ""
    return Page(
        ids=[row[0] for row in shown],
        total=Count(len(rows)),
        next=after,
        previous=before,
        facets=_facets_of(rows),
        near=frozenset(row[0] for row in shown if not row[1]),
    )


def _fused(
    text: str, languages: Sequence[str], where: dict[str, Any], chosen: Filters, order: str
) -> list[tuple[Any, ...]]:
    read, vector = encoder.question(text, languages[0], languages[1:])
    question = lexemes.question(read, languages[0])
    folded = fold(text)[:60]
    facts: dict[str, Any] = {"folded": folded, "loose": loose(folded)}
    legs = ["called" if facts["loose"] == folded else "named"]
    if question.strict:
        legs += ["strict", "lenient"]
        facts |= {"strict": question.strict, "lenient": question.lenient}
    near = 0
    meaning = means.of_question(vector, question.language, where["scope"], where["kind"])
    if meaning is not None:
        size = index.size_of(where["scope"], where["kind"])
        legs.append("exact" if size <= sql.EXACT else "near")
        near = max(sql.NEAR_KEPT[0], min(size // 4, sql.NEAR_KEPT[1]))
        facts["meaning"] = "[" + ",".join(f"{number:.5f}" for number in meaning) + "]"
    dimensions = 0 if meaning is None else len(meaning)
    asked = sql.fused(chosen, legs=legs, order=order, dimensions=dimensions, near=near)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS, {"like": str(LIKE), "plan": "auto" if chosen else "force_generic_plan"})
        if not chosen:
            return _said(asked)({**where, **facts})
        cursor.execute(asked, {**where, **facts})
        return list(cursor.fetchall())


_SETTINGS = (
    "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '100', true), "
    "set_config('pg_trgm.word_similarity_threshold', %(like)s, true), set_config('plan_cache_mode', %(plan)s, true)"
)
"""Without filters the plan is the same for any words, and to make it takes as long as to follow it."""


_LISTED = ("country", "sort", "theme", "language", "mark")
"""Facets in the order of the columns of sql.fused; what a row has of each, with commas between."""


def _facets_of(rows: Sequence[tuple[Any, ...]]) -> Facets:
    counted: dict[str, Counter[str]] = {facet: Counter() for facet in sql.FACETS}
    columns = [Counter(column) for column in list(zip(*rows, strict=True))[2:]]
    for facet, column in zip(_LISTED, columns, strict=False):
        for words, number in column.items():
            for word in words.split(",") if words else ():
                counted[facet][word] += number
    return {facet: sorted(values.items(), key=lambda pair: (-pair[1], pair[0])) for facet, values in counted.items()}


def _rows(asked: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked, facts)
        return list(cursor.fetchall())
