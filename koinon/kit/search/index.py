"""Writing the index: words at once, meanings as soon as the encoder answers, counts of facets after each change."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q, Sum

from koinon.kit import jobs
from koinon.kit.models import SearchCount, SearchRecord
from koinon.kit.prepared import Prepared
from koinon.kit.search import encoder, lexemes, means
from koinon.kit.search.rows import TITLE_KEPT, Row

BATCH = 128
_sizes: dict[tuple[UUID, str], tuple[float, int]] = {}
_FACTS = [
    "title", "key", "language", "country", "sort", "themes", "languages", "marks", "names", "says", "prefix",
    "words", "at",
]  # fmt: skip
_MEANING = ["vector", "meaning", "encoder", "calibration", "text_hash"]


def put(
    *, scope: UUID, kind: str, rows: Iterable[Row], progress: Callable[[int], None] | None = None, recount: bool = True
) -> int:
    """Index rows of one scope and kind, anew or again; gives how many. Only changed texts are embedded.

    `progress` hears how many are done. While the encoder is away words are found and meanings follow later.
    """
    done = 0
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        _put(scope, kind, batch)
        done += len(batch)
        if progress:
            progress(done)
    if done:
        if recount:
            count(scope=scope, kind=kind)
        _refit_when_grown(scope)
    return done


def remove(*, scope: UUID, nouns: Iterable[UUID], kind: str | None = None) -> int:
    """Take rows out of one scope, of one kind or of all; gives how many went."""
    rows = SearchRecord.objects.filter(scope=scope, noun__in=list(nouns))
    if kind is not None:
        rows = rows.filter(kind=kind)
    kinds = set(rows.values_list("kind", flat=True))
    gone, _ = rows.delete()
    for each in sorted(kinds):
        count(scope=scope, kind=each)
    return gone


def keep_only(*, scope: UUID, kind: str, nouns: Iterable[UUID]) -> int:
    """Take everything else of this kind out of the scope, after a whole index run; gives how many went."""
    gone, _ = SearchRecord.objects.filter(scope=scope, kind=kind).exclude(noun__in=list(nouns)).delete()
    count(scope=scope, kind=kind)
    return gone


def scopes_of(*, kind: str, noun: UUID) -> set[UUID]:
    """The scopes in which this row is indexed."""
    return set(SearchRecord.objects.filter(kind=kind, noun=noun).values_list("scope", flat=True))


def size_of(scope: UUID, kind: str) -> int:
    """How many rows a scope has, as counted last; remembered for a minute."""
    now = time.monotonic()
    kept = _sizes.get((scope, kind))
    if kept is None or kept[0] < now:
        rows = SearchCount.objects.filter(scope=scope, kind=kind, facet="all").values_list("count", flat=True)
        if len(_sizes) > 1000:
            _sizes.clear()
        kept = _sizes[scope, kind] = (now + 60, next(iter(rows), 0))
    return kept[1]


def totals(scopes: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[int, int]]:
    """(scope, kind) -> how many rows, from how many countries, as counted last; one query, whatever their size.

    What was never indexed is not in it.
    """
    return {(scope, kind): (rows or 0, lands) for scope, kind, rows, lands in _totals(scopes=sorted(scopes))}


_totals: Prepared[tuple[UUID, str, int, int]] = Prepared(
    lambda scopes: (
        SearchCount.objects.filter(scope__in=scopes, facet__in=["all", "country"])
        .order_by()
        .values_list("scope", "kind")
        .annotate(rows=Sum("count", filter=Q(facet="all")), lands=Count("pk", filter=Q(facet="country")))
    )
)


def count(*, scope: UUID, kind: str) -> None:
    """Count facet values of a scope anew, so that no page has to; one statement, the same rows changed only once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"count:{scope}:{kind}"])
        cursor.execute("DELETE FROM kit_searchcount WHERE scope = %s AND kind = %s", [scope, kind])
        cursor.execute(_COUNT, {"scope": scope, "kind": kind})


def heal(*, limit: int = 2000) -> int:
    """Embed what has no meaning of the encoder in use yet (it was away, or it was changed); gives how many."""
    version = encoder.version()
    if not version:
        return 0
    waiting = SearchRecord.objects.exclude(encoder=version).exclude(says="").order_by("id")
    done = 0
    while done < limit and (batch := list(waiting.only(*_EMBEDDED)[:BATCH])):
        if not _embed(batch):
            break
        SearchRecord.objects.bulk_update(batch, _MEANING)
        done += len(batch)
    return done


def ensure_index(dimensions: int) -> bool:
    """Make the index of near meanings fit the encoder's `dimensions`; True when it was made anew.

    Vectors of another size are dropped: `heal` embeds their texts again.
    """
    name = f"search_meaning_{int(dimensions)}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'kit_searchrecord' AND indexname LIKE %s",
            ["search\\_meaning\\_%"],
        )
        there = {row[0] for row in cursor.fetchall()}
        if there == {name}:
            return False
        for other in sorted(there - {name}):
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(other)}")
        cursor.execute(
            "UPDATE kit_searchrecord SET vector = NULL, meaning = NULL, encoder = '' "
            "WHERE vector_dims(coalesce(meaning, vector)) <> %s",
            [dimensions],
        )
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON kit_searchrecord "
            f"USING hnsw ((meaning::halfvec({int(dimensions)})) halfvec_ip_ops) WITH (m = 12, ef_construction = 40)"
        )
    return True


_EMBEDDED = ("id", "scope", "kind", "language", "says", "prefix", "text_hash")
_COUNT = """
WITH own AS MATERIALIZED (SELECT country, sort, themes, languages, marks FROM kit_searchrecord
                          WHERE scope = %(scope)s AND kind = %(kind)s),
counted AS (
    SELECT 'all' AS facet, '' AS value, count(*) AS count FROM own
    UNION ALL SELECT 'country', country, count(*) FROM own WHERE country <> '' GROUP BY country
    UNION ALL SELECT 'sort', sort, count(*) FROM own WHERE sort <> '' GROUP BY sort
    UNION ALL SELECT 'theme', value, count(*) FROM own, unnest(themes) value GROUP BY value
    UNION ALL SELECT 'language', value, count(*) FROM own, unnest(languages) value GROUP BY value
    UNION ALL SELECT 'mark', value, count(*) FROM own, unnest(marks) value GROUP BY value)
INSERT INTO kit_searchcount (id, scope, kind, facet, value, count)
SELECT gen_random_uuid(), %(scope)s, %(kind)s, facet, value, count FROM counted
"""


def _put(scope: UUID, kind: str, rows: Sequence[Row]) -> None:
    known = {
        noun: (text_hash, version)
        for noun, text_hash, version in SearchRecord.objects.filter(
            scope=scope, kind=kind, noun__in=[row.noun for row in rows]
        ).values_list("noun", "text_hash", "encoder")
    }
    version = encoder.version()
    records = [_record(scope, kind, row) for row in rows]
    same: list[SearchRecord] = []
    changed: list[SearchRecord] = []
    for record in records:
        text_hash, embedded_by = known.get(record.noun, ("", ""))
        is_same = text_hash == record.text_hash and embedded_by and embedded_by == (version or embedded_by)
        (same if is_same else changed).append(record)
    _embed(changed)
    _write(same, _FACTS)
    _write(changed, _FACTS + _MEANING)


def _refit_when_grown(scope: UUID) -> None:
    from koinon.kit import clock  # the clock's jobs call search

    if means.is_due(scope):
        jobs.later(clock.refit_scope, once=f"refit:{scope}", scope=str(scope))


def _record(scope: UUID, kind: str, row: Row) -> SearchRecord:
    says = row.says
    return SearchRecord(
        scope=scope,
        kind=kind,
        noun=row.noun,
        title=row.title[:TITLE_KEPT],
        key=row.key,
        language=row.language,
        country=row.country,
        sort=row.sort,
        themes=sorted(set(row.themes)),
        languages=sorted(set(row.languages)),
        marks=sorted(set(row.marks)),
        names=row.spellings,
        says=says,
        prefix=row.prefix,
        words=lexemes.document(row),
        text_hash=hashlib.sha256(f"{row.prefix}:{row.language}:{says}".encode()).hexdigest(),
    )


def _embed(records: Sequence[SearchRecord]) -> bool:
    """Give records their vectors and calibrated meanings; False (and none) while the encoder is away."""
    for prefix in sorted({record.prefix for record in records}):
        group = [record for record in records if record.prefix == prefix and record.says]
        vectors = encoder.encode([record.says for record in group], "query" if prefix == "query" else "passage")
        if vectors is None:
            return False
        for record, vector in zip(group, vectors, strict=True):
            record.vector, record.encoder = vector, encoder.version()
        means.apply(group)
    return True


def _write(records: Sequence[SearchRecord], fields: Sequence[str]) -> None:
    if records:
        SearchRecord.objects.bulk_create(
            records, update_conflicts=True, unique_fields=["scope", "kind", "noun"], update_fields=list(fields)
        )


__all__: list[Any] = ["count", "ensure_index", "heal", "keep_only", "put", "remove", "scopes_of", "totals"]
