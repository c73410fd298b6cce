"""Taking the bias of languages out of meanings: one mean per language and kind, of the scope's own texts.

`koinon.kit.meaning.calibration` learns the means from a sample; PostgreSQL gives the rows their new meanings, some
hundred in each transaction, so that a refit of 36,000 texts sends nothing back and forth, holds up nobody for long,
and goes on where it was cut off.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from koinon.kit.meaning import calibration
from koinon.kit.meaning.arrays import Floats, np
from koinon.kit.models import Calibration, SearchRecord

Array = Floats
SAMPLE = 12_000
KEPT_SECONDS = 60.0
KEPT_SCOPES = 500
GROWTH = 1.2
MANY = 50
STILL = 0.01
PORTION = 250
"""Rows written in one transaction: about two seconds, most of them for the index of near meanings."""


class _Kept:
    """A calibration as it is written down, until when it is taken for the newest, and what is read of it when asked."""

    def __init__(self, until: float, data: bytes | None) -> None:
        self.until, self._data = until, data

    @cached_property
    def fitted(self) -> calibration.Calibration | None:
        return calibration.Calibration.from_bytes(self._data) if self._data else None

    @cached_property
    def means(self) -> calibration.Means | None:
        return calibration.Means.from_bytes(self._data) if self._data else None


_kept: dict[UUID, _Kept] = {}


@dataclass(frozen=True)
class Vectors:
    """Every embedded row of one kind in one scope; `raw` and `meaning` are float32 [n, d] of unit length."""

    nouns: list[UUID]
    languages: list[str]
    raw: Array
    meaning: Array


def of(scope: UUID) -> calibration.Calibration | None:
    """The calibration in force for a scope, None before the first; kept in the process for a minute."""
    return _newest(scope).fitted


def of_question(vector: list[float] | None, language: str, scope: UUID, kind: str) -> list[float] | None:
    """The meaning of a question, comparable with those of the rows of that kind."""
    if vector is None:
        return None
    means = _newest(scope).means
    return vector if means is None or len(means.whole) != len(vector) else means.centred(vector, language, kind)


def _newest(scope: UUID) -> _Kept:
    now = time.monotonic()
    kept = _kept.get(scope)
    if kept is None or kept.until < now:
        row = Calibration.objects.filter(scope=scope).order_by("-id").first()
        kept = _kept[scope] = _Kept(now + KEPT_SECONDS, bytes(row.data) if row else None)
        if len(_kept) > KEPT_SCOPES:
            _kept.pop(next(iter(_kept)))
    return kept


def apply(records: Sequence[SearchRecord]) -> None:
    """Give records (of any scopes) the meaning of their vectors.

    Many at once in a scope that was never fitted wait for the fit, so that their index is not written twice.
    """
    for record in records:
        fitted = of(record.scope)
        if fitted is None and len(records) > MANY:
            record.meaning, record.calibration = None, ""
            continue
        vector = np.asarray(record.vector, np.float32)
        record.meaning = _centred(vector, fitted, record.language, record.kind)
        record.calibration = fitted.version[:VERSION_KEPT] if fitted else ""


def _centred(vector: Array, fitted: calibration.Calibration | None, language: str, kind: str) -> Array:
    if fitted is None or fitted.whole.shape != vector.shape:
        return vector
    centred: Array = fitted.apply(vector[None], [language], [kind])[0]
    return centred


def is_due(scope: UUID) -> bool:
    """True when nothing was fitted yet, or the scope's texts have grown by a fifth since."""
    texts = SearchRecord.objects.filter(scope=scope, vector__isnull=False).count()
    fitted = Calibration.objects.filter(scope=scope).order_by("-id").values_list("texts", flat=True).first()
    return texts > 1 and (fitted is None or texts > fitted * GROWTH)


def refit(scope: UUID, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Learn the means of a scope anew and give every row its meaning by them; gives the number of texts.

    `progress` hears how many rows of how many are written. What was cut off is finished by the next call, which
    writes only what is missing; meanwhile rows stand by the old means or the new, which differ little.
    """
    learnt = _learn(scope)
    if learnt is None:
        return 0
    fitted, texts = learnt
    total, done = _waiting(scope, fitted).count(), 0
    for written in _portions(scope, fitted):
        done += written
        if progress:
            progress(done, max(total, done))
    return texts


def _learn(scope: UUID) -> tuple[calibration.Calibration, int] | None:
    """The means in force from now on (new ones, or those of last time if none has moved), and from how many texts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"means:{scope}"])
        cursor.execute(_SAMPLE, {"scope": scope, "limit": SAMPLE})
        rows = cursor.fetchall()
        if not rows:
            return None
        fitted = calibration.fit(
            _stacked(row[2] for row in rows), [row[1] for row in rows], [row[0] for row in rows], encoder=rows[0][3]
        )
        texts = int(rows[0][4])
        _kept.pop(scope, None)
        if (old := of(scope)) is not None and _is_like(old, fitted):
            fitted = old
            Calibration.objects.filter(scope=scope).update(texts=texts)
        else:
            _write(scope, fitted, texts)
    _kept.pop(scope, None)
    return fitted, texts


def _portions(scope: UUID, fitted: calibration.Calibration) -> Iterator[int]:
    """Write the missing meanings, a transaction for each portion; gives how many each time. A newer fit ends it."""
    last = UUID(int=0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCK, [f"means:{scope}"])
            rows = _waiting(scope, fitted).filter(pk__gt=last).order_by("pk").values_list("pk", "kind", "language")
            found = list(rows[:PORTION]) if _is_newest(scope, fitted) else []
            parts = calibration.group([row[2] for row in found], [row[1] for row in found])
            for (language, kind), places in parts.items():
                mean = ",".join(f"{number:.6f}" for number in fitted.mean(language, kind))
                facts: dict[str, Any] = {"ids": [found[place][0] for place in places], "mean": f"[{mean}]"}
                facts |= {"kind": kind, "language": language, "version": fitted.version[:VERSION_KEPT]}
                cursor.execute(_APPLY, {**facts, "encoder": fitted.encoder})
        if not found:
            return
        last = found[-1][0]
        yield len(found)


def refit_all() -> int:
    """Fit every scope anew (nightly); gives how many."""
    scopes = list(
        SearchRecord.objects.filter(vector__isnull=False).order_by().values_list("scope", flat=True).distinct()
    )
    return sum(1 for scope in scopes if refit(scope))


def vectors(*, scope: UUID, kind: str, only: Sequence[UUID] | None = None) -> Vectors:
    """Vectors of one kind in one scope, all or `only` these, in the order of ids; for jobs (36,000: 55 MB each)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT noun, language, halfvec_send(vector), halfvec_send(coalesce(meaning, vector)) "
            "FROM kit_searchrecord WHERE scope = %s AND kind = %s AND vector IS NOT NULL AND encoder = "
            "(SELECT max(encoder) FROM kit_searchrecord WHERE scope = %s AND kind = %s) "
            "AND (%s::uuid[] IS NULL OR noun = ANY(%s::uuid[])) ORDER BY noun",
            [scope, kind, scope, kind, *([None if only is None else list(only)] * 2)],
        )
        rows = cursor.fetchall()
    return Vectors(
        nouns=[row[0] for row in rows],
        languages=[row[1] for row in rows],
        raw=_stacked(row[2] for row in rows),
        meaning=_stacked(row[3] for row in rows),
    )


VERSION_KEPT = 60
_SAMPLE = """
WITH own AS (SELECT id, kind, language, vector, encoder FROM kit_searchrecord
             WHERE scope = %(scope)s AND vector IS NOT NULL AND encoder = (
                 SELECT encoder FROM kit_searchrecord WHERE scope = %(scope)s AND vector IS NOT NULL
                 GROUP BY encoder ORDER BY count(*) DESC, encoder LIMIT 1))
SELECT kind, language, halfvec_send(vector), encoder, (SELECT count(*) FROM own) FROM own
ORDER BY hashtext(id::text), id LIMIT %(limit)s
"""
_APPLY = """
UPDATE kit_searchrecord SET meaning = l2_normalize(vector - %(mean)s::halfvec), calibration = %(version)s
WHERE id = ANY(%(ids)s) AND kind = %(kind)s AND language = %(language)s AND encoder = %(encoder)s
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def _is_like(old: calibration.Calibration | None, new: calibration.Calibration) -> bool:
    """True when no mean has moved by more than STILL: then 36,000 rows need not be written again."""
    if old is None or old.encoder != new.encoder or old.keys != new.keys:
        return False
    return float(np.linalg.norm(old.means - new.means, axis=1).max(initial=0.0)) < STILL


def _waiting(scope: UUID, fitted: calibration.Calibration) -> QuerySet[SearchRecord]:
    """Rows whose meaning does not stand by these means yet."""
    rows = SearchRecord.objects.filter(scope=scope, vector__isnull=False, encoder=fitted.encoder)
    return rows.filter(Q(meaning__isnull=True) | ~Q(calibration=fitted.version[:VERSION_KEPT]))


def _is_newest(scope: UUID, fitted: calibration.Calibration) -> bool:
    newest = Calibration.objects.filter(scope=scope).order_by("-id").values_list("version", flat=True).first()
    return newest == fitted.version[:VERSION_KEPT]


def _write(scope: UUID, fitted: calibration.Calibration, texts: int) -> None:
    version = fitted.version[:VERSION_KEPT]
    Calibration.objects.filter(scope=scope, version=version).delete()
    Calibration.objects.create(
        scope=scope, encoder=fitted.encoder, version=version, data=fitted.to_bytes(), texts=texts
    )
    old = Calibration.objects.filter(scope=scope).order_by("-id").values_list("pk", flat=True)[3:]
    Calibration.objects.filter(pk__in=list(old)).delete()


def _numbers(sent: Any) -> Array:
    """The numbers of a halfvec as PostgreSQL sends it: two shorts, then half-precision numbers, big end first."""
    return np.frombuffer(bytes(sent)[4:], dtype=">f2").astype(np.float32)


def _stacked(sent: Iterable[Any]) -> Array:
    rows = [_numbers(each) for each in sent]
    return np.vstack(rows) if rows else np.zeros((0, 0), np.float32)
