"""The search index of a synthetic network: words, names and facets by kit.search's own functions, vectors in SQL."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import UUID

import numpy as np
from django.db import connection

from bench import meanings
from bench.rows import copy, without_indexes

if TYPE_CHECKING:
    from bench.filling import Filling

STAGE = "bench_stage"
VECTORS = ("vector", "meaning", "encoder", "calibration")


def fill(made: "Filling") -> int:
    """Write SearchRecord, SearchCount and Calibration rows of one network; gives how many records."""
    from koinon.kit import search
    from koinon.kit.models import SearchRecord

    scope = made.network.pk
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {STAGE} (LIKE kit_searchrecord INCLUDING DEFAULTS)")
        cursor.execute(f"ALTER TABLE {STAGE} ALTER encoder DROP NOT NULL, ALTER calibration DROP NOT NULL")
        cursor.execute("CREATE TEMP TABLE bench_of (noun uuid, base int, noise int)")
    places = _places(made)
    with _remembered_words():
        done = copy(SearchRecord, _records(made, places), into=STAGE, without=VECTORS)
    _bases(made)
    fitted = _fit(made, scope, done)
    with without_indexes("kit_searchrecord"), connection.cursor() as cursor:
        cursor.execute(_INSERT, {"encoder": fitted.encoder, "version": fitted.version[:60]})
    for kind in ("organisation", "offer", "need"):
        search.count(scope=scope, kind=kind)
    return done


def _records(made: "Filling", places: dict[int, Any]) -> Iterator[Any]:
    """Index rows of organisations and listings, by the functions that the index jobs use. Asks nothing: a COPY runs."""
    from koinon.kit.search import index
    from koinon.matching.clock.index import row_of as row_of_listing
    from koinon.network.clock.indexing import row_of

    scope = made.network.pk
    marks: dict[UUID, set[str]] = {}
    for listing in made.listings:
        marks.setdefault(listing.organisation_id, set()).add(f"{listing.side}s")
    for organisation in made.organisations:
        organisation.place = places[organisation.place_id]
        yield index._record(scope, "organisation", row_of(organisation, marks=marks[organisation.pk]))
    for listing in made.listings:
        yield index._record(scope, listing.side, row_of_listing(listing))


def _places(made: "Filling") -> dict[int, Any]:
    from koinon.network.models import Place

    return Place.objects.in_bulk({organisation.place_id for organisation in made.organisations})


def _remembered_words() -> Any:
    """The same texts come again and again here: their words are looked up once."""
    from koinon.kit.meaning import words

    return mock.patch.object(words, "lexemes", lru_cache(maxsize=50_000)(words.lexemes))


def _bases(made: "Filling") -> None:
    """Vectors of the texts, moves, and which row has which, as temporary tables."""
    passages, _ = meanings.of_texts(made.texts, "passage")
    queries, made.encoder = meanings.of_texts(made.texts, "query")
    bases = np.concatenate([meanings.of_abouts(made.abouts, made.texts, passages), queries])
    made.bases, first = bases, len(made.abouts)
    with connection.cursor() as cursor:
        for table, rows in (("bench_base", bases), ("bench_noise", meanings.noises(bases.shape[1]))):
            cursor.execute(f"CREATE TEMP TABLE {table} (number int PRIMARY KEY, vector halfvec({bases.shape[1]}))")
            with cursor.copy(f"COPY {table} FROM STDIN") as out:
                for number, vector in enumerate(rows):
                    out.write_row([number, _written(vector)])
        with cursor.copy("COPY bench_of FROM STDIN") as out:
            for body, organisation in zip(made.bodies, made.organisations, strict=True):
                out.write_row([organisation.pk, body.about, made.draw.randrange(meanings.NOISES)])
            for listing in made.listings:
                out.write_row([listing.pk, first + listing.said, made.draw.randrange(meanings.NOISES)])


def _fit(made: "Filling", scope: UUID, texts: int) -> Any:
    """The calibration of the network, learnt from the texts its rows were made of."""
    from koinon.kit.meaning import calibration
    from koinon.kit.search import means

    count, first = len(made.texts), len(made.abouts)
    spoken = [each.language for each in made.texts]
    fitted = calibration.fit(
        np.concatenate([made.bases, made.bases[first:]]),
        [each.language for each in made.abouts] + spoken + spoken,
        ["organisation"] * first + ["offer"] * count + ["need"] * count,
        encoder=made.encoder,
    )
    means._write(scope, fitted, texts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE bench_mean (language text, kind text, mean halfvec({fitted.whole.shape[0]}))"
        )
        for language, kind in fitted.keys:
            cursor.execute(
                "INSERT INTO bench_mean VALUES (%s, %s, %s)", [language, kind, _written(fitted.mean(language, kind))]
            )
    return fitted


def _written(vector: Any) -> str:
    return "[" + ",".join(f"{number:.5f}" for number in vector) + "]"


_INSERT = f"""
WITH moved AS (
    SELECT s.*, l2_normalize(b.vector + n.vector) AS v FROM {STAGE} s JOIN bench_of o USING (noun)
    JOIN bench_base b ON b.number = o.base JOIN bench_noise n ON n.number = o.noise)
INSERT INTO kit_searchrecord (id, scope, kind, noun, title, key, language, country, sort, themes, languages, marks,
    names, says, prefix, words, nearness, text_hash, at, vector, meaning, encoder, calibration)
SELECT id, scope, moved.kind, noun, title, key, moved.language, country, sort, themes, languages, marks, names, says,
    prefix, words, nearness, text_hash, at, v, l2_normalize(v - mean), %(encoder)s, %(version)s
FROM moved JOIN bench_mean ON bench_mean.language = moved.language AND bench_mean.kind = moved.kind
"""
