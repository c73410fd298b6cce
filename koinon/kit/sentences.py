"""Sentences that the server keeps prepared, and how they are sent: one in one call of libpq, several in one trip."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import errors, generators
from psycopg._queries import PostgresQuery
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

Take = Callable[[Sequence[Any]], Any]
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass
class Sentence:
    """What is sent, how each of its values is taken from those given, and how rows become answers.

    `sent`: the same as psycopg sent it once, with $1 for %s; by it psycopg knows what the server has prepared.
    `names`: of the values, where the text says one of them more than once.
    """

    text: str
    takes: tuple[Take, ...]
    read: Callable[[Iterable[Sequence[Any]]], list[Any]]
    sent: bytes = b""
    names: tuple[str, ...] = ()


NOTHING = Sentence("", (), list)
"""For a question that no row can answer (one of an empty list)."""


Filled = tuple[Sentence, list[Any]]
"""A sentence with the values that go into it."""


class Said:
    """A sentence written by hand, with %(names)s for its values, and prepared as well."""

    def __init__(self, text: str) -> None:
        self.names = _NAMED.findall(text)
        self.sentence = Sentence(_NAMED.sub("%s", text), (), list)

    def __call__(self, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows, as plain values; one query."""
        return rows_of(self.sentence, [given[name] for name in self.names])


def rows_of(sentence: Sentence, filled: list[Any]) -> list[Any]:
    """All rows, as plain values; one query."""
    site = _free()
    call = site and _call(site, sentence, filled)
    if not call:
        return _by_cursor(sentence, filled)
    with site.wrap_database_errors:
        return _read(site, call, site.connection.pgconn.exec_prepared(call.name, call.values, call.form.formats, 0))


def rows_of_all(said: Sequence[Filled]) -> list[list[Any]]:
    """The rows of each: a query each, but one trip to the server, when all of them are prepared there."""
    site: Any = _free() if len(said) > 1 else None
    calls = [call for each in said if (call := _call(site, *each))] if site else []
    if len(calls) < max(len(said), 1):
        return [rows_of(*each) for each in said]
    with site.wrap_database_errors:
        results = _sent_together(site.connection, calls)
        return [_read(site, call, result) for call, result in zip(calls, results, strict=True)]


@dataclass
class _Call:
    name: bytes
    values: Sequence[Any]
    form: Any


def _free() -> Any:
    """The connection, when libpq may be called past the cursor, at a quarter of its cost; else None.

    Whoever counts or logs queries gets the ordinary way, so does a transaction that psycopg has yet to begin, and a
    connection on which it has statements to forget.
    """
    site = connections[DEFAULT_DB_ALIAS]  # the proxy is asked once
    if site.queries_logged or site.execute_wrappers:
        return None
    site.ensure_connection()
    raw: Any = site.connection
    is_begun = raw.autocommit or raw.pgconn.transaction_status == _IN_TRANSACTION
    if raw._prepared._to_flush or raw._pipeline or not is_begun:
        return None
    site.validate_thread_sharing()
    return site


def _call(site: Any, sentence: Sentence, filled: list[Any]) -> _Call | None:
    """What to send, when psycopg has the sentence prepared on this connection."""
    if not sentence.sent:
        return None
    raw = site.connection
    form = Transformer(raw)
    values = form.dump_sequence(filled, [PyFormat.AUTO] * len(filled))
    key = (sentence.sent, form.types or ())
    names = raw._prepared._names
    name = names.get(key)
    if name is None:
        return None
    names.move_to_end(key)
    return _Call(name, values, form)


def _sent_together(raw: Any, calls: Sequence[_Call]) -> list[Any]:
    """One result for each call, in one trip; after an error, the calls behind it end as aborted."""
    server = raw.pgconn
    server.enter_pipeline_mode()
    try:
        results: list[Any] = raw.wait(_conversation(server, calls))
    except BaseException:
        server.finish()  # answers may still be under way, which nobody would read
        raise
    server.exit_pipeline_mode()
    return results


def _conversation(server: Any, calls: Sequence[_Call]) -> PQGen[list[Any]]:
    for call in calls:
        server.send_query_prepared(call.name, call.values, call.form.formats, 0)
    server.pipeline_sync()
    yield from generators.send(server)
    results = []
    for _call in calls:
        results += yield from generators.fetch_many(server)
    yield from generators.fetch_many(server)  # the end of the trip
    return results


def _read(site: Any, call: _Call, result: Any) -> list[Any]:
    if result.status != ExecStatus.TUPLES_OK:
        raise errors.error_from_result(result, encoding=site.connection.info.encoding)
    call.form.set_pgresult(result)
    return call.form.load_rows(0, result.ntuples, tuple)  # type: ignore[no-any-return]


_IN_TRANSACTION = TransactionStatus.INTRANS


def _by_cursor(sentence: Sentence, filled: list[Any]) -> list[Any]:
    """The ordinary way; psycopg prepares the sentence when it has come often enough."""
    given: Any = dict(zip(sentence.names, filled, strict=True)) if sentence.names else filled
    with _cursor() as cursor:
        cursor.execute(sentence.text, given)
        if not sentence.sent:
            asked = PostgresQuery(Transformer(connection.connection))
            asked.convert(sentence.text, given)
            sentence.sent = asked.query
        return cursor.fetchall()  # type: ignore[no-any-return]


def _cursor() -> Any:
    """A cursor as Django makes them (counted in tests, errors translated), but bound and prepared by the server."""
    connection.validate_thread_sharing()
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
