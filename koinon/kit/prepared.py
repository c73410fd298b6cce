"""Query sets written once: on hot pages the frame takes longer to write a sentence than PostgreSQL to answer it.

    _page = Prepared(lambda me, slug: Organisation.objects.visible_to(me).filter(slug=slug).select_related("place"))
    row = _page.first(me=request.me, slug=slug)

The function is called with markers instead of values, once for each *shape* of them (which roles an actor holds, how
long a list is) and each day; the sentence it leads to is kept, the values go where the markers stood, and PostgreSQL
keeps its plan. So rules stay in query sets, and nothing but the time to write them is saved.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql import Query
from psycopg import errors
from psycopg._queries import PostgresQuery
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.sql import Literal

from koinon.kit.verbs import Actor

T = TypeVar("T")
_PLACE = re.compile("%[%s]")
_NAMED = re.compile(r"%\((\w+)\)s")
SHAPES = 200
"""Shapes kept of one query set; a person with a hundred roles is one more, and pays for the writing again."""

_MARK = 0xC0FFEE << 96
_ACTOR = 1 << 32
"""The markers of an actor are numbered from here: they are the same beside whatever else is asked for."""


class Unpreparable(TypeError):  # noqa: N818  (it reads as a sentence)
    """This query set cannot be kept: it hides a value in another one, or prefetches."""


@dataclass
class Sentence:
    """What is sent, the markers that values replace, and how rows become answers.

    `sent`: the same as psycopg sent it once, with $1 for %s; by it psycopg knows what the server has prepared.
    """

    text: str
    parameters: tuple[Any, ...]
    read: Callable[[Iterable[Sequence[Any]]], list[Any]]
    sent: bytes = b""


NOTHING = Sentence("", (), list)
"""For a question that no row can answer (one of an empty list)."""


class Prepared(Generic[T]):
    """A query set as a function of actors, ids, words and lists of them, and of nothing else but the day.

    Values that are True, False, None or numbers belong to the shape.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]]) -> None:
        self.build = build
        self.kept: dict[Hashable, Sentence] = {}

    @cached_property
    def whether(self) -> "Prepared[T]":
        """Whether there are such rows: without what they hold, their order, and the tables joined for either."""
        return _Whether(self.build)

    def __call__(self, **given: Any) -> list[T]:
        """All rows; one query."""
        sentence, filled = self.said(given)
        if sentence is NOTHING:
            return []
        rows = _at_once(sentence, filled)
        return sentence.read(_by_cursor(sentence, filled) if rows is None else rows)

    def said(self, given: Mapping[str, Any]) -> tuple[Sentence, list[Any]]:
        """The sentence of this shape and the values that go into it."""
        values: dict[Any, Any] = {}
        markers, shape = _Markers(values), []
        marked = {}
        for name, value in given.items():
            marked[name], form = markers.of(value)
            shape.append((name, form))
        key = (date.today(), *shape)
        sentence = self.kept.get(key)
        if sentence is None:
            sentence = self._write(key, marked, values)
        return sentence, [_filled(each, values) for each in sentence.parameters]

    def first(self, **given: Any) -> T | None:
        """The first row, or None."""
        rows = self(**given)
        return rows[0] if rows else None

    def _write(self, key: Hashable, marked: dict[str, Any], values: dict[Any, Any]) -> Sentence:
        rows = self.build(**marked)
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise Unpreparable("A prepared query set cannot prefetch.")
        compiler = self._asked(rows).get_compiler(using=rows.db)
        try:
            text, parameters = compiler.as_sql()
        except EmptyResultSet:
            sentence = NOTHING
        else:
            _check(parameters, values)
            sentence = Sentence(*_with_constants(text, parameters, values), self._reader(rows, compiler))
        if len(self.kept) >= SHAPES:
            self.kept.clear()
        self.kept[key] = sentence
        return sentence

    def _asked(self, rows: models.QuerySet[Any, T]) -> Query:
        return rows.query

    def _reader(self, rows: models.QuerySet[Any, T], compiler: Any) -> Callable[[Iterable[Sequence[Any]]], list[Any]]:
        return _reader(rows, compiler)


class _Whether(Prepared[T]):
    def _asked(self, rows: models.QuerySet[Any, T]) -> Query:
        return rows.query.exists()  # type: ignore[no-any-return]

    def _reader(self, rows: models.QuerySet[Any, T], compiler: Any) -> Callable[[Iterable[Sequence[Any]]], list[Any]]:
        return list


Question = tuple[Prepared[Any], Mapping[str, Any]]
_together: dict[tuple[str, ...], Sentence] = {}


def have_rows(questions: Sequence[Question]) -> list[bool]:
    """Which of these questions have an answer at all: one query for all of them, so that most need not be asked."""
    said = [question.whether.said(given) for question, given in questions]
    texts = tuple(sentence.text for sentence, _ in said if sentence is not NOTHING)
    if not texts:
        return [False] * len(said)
    sentence = _together.get(texts)
    if sentence is None:
        if len(_together) >= SHAPES:
            _together.clear()
        sentence = _together[texts] = Sentence("SELECT " + ", ".join(f"EXISTS({text})" for text in texts), (), list)
    filled = [value for each, values in said if each is not NOTHING for value in values]
    rows = _at_once(sentence, filled)
    found = iter((_by_cursor(sentence, filled) if rows is None else rows)[0])
    return [each is not NOTHING and bool(next(found)) for each, _ in said]


class Said:
    """A sentence written by hand, with %(names)s for its values, and prepared as well."""

    def __init__(self, text: str) -> None:
        self.names = _NAMED.findall(text)
        self.sentence = Sentence(_NAMED.sub("%s", text), (), list)

    def __call__(self, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows, as plain values; one query."""
        filled = [given[name] for name in self.names]
        rows = _at_once(self.sentence, filled)
        return _by_cursor(self.sentence, filled) if rows is None else rows


def _by_cursor(sentence: Sentence, filled: list[Any]) -> list[Any]:
    """The ordinary way; psycopg prepares the sentence when it has come often enough."""
    with _cursor() as cursor:
        cursor.execute(sentence.text, filled)
        if not sentence.sent:
            asked = PostgresQuery(Transformer(connection.connection))
            asked.convert(sentence.text, filled)
            sentence.sent = asked.query
        return cursor.fetchall()  # type: ignore[no-any-return]


def _at_once(sentence: Sentence, filled: list[Any]) -> list[Any] | None:
    """One call of libpq, when psycopg has the sentence prepared and nothing has to go before it; else None.

    A quarter of what a cursor costs. Whoever counts or logs queries gets the ordinary way, so does a transaction that
    psycopg has yet to begin, and a connection on which it has statements to forget.
    """
    site = connections[DEFAULT_DB_ALIAS]  # the proxy is asked once
    if not sentence.sent or site.queries_logged or site.execute_wrappers:
        return None
    site.ensure_connection()
    raw: Any = site.connection
    server, prepared = raw.pgconn, raw._prepared
    if prepared._to_flush or raw._pipeline or not (raw.autocommit or server.transaction_status == _IN_TRANSACTION):
        return None
    form = Transformer(raw)
    values = form.dump_sequence(filled, [PyFormat.AUTO] * len(filled))
    key = (sentence.sent, form.types or ())
    name = prepared._names.get(key)
    if name is None:
        return None
    prepared._names.move_to_end(key)
    site.validate_thread_sharing()
    with site.wrap_database_errors:
        result = server.exec_prepared(name, values, form.formats, 0)
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding=raw.info.encoding)
        form.set_pgresult(result)
        return form.load_rows(0, result.ntuples, tuple)


_IN_TRANSACTION = TransactionStatus.INTRANS


def _cursor() -> Any:
    """A cursor as Django makes them (counted in tests, errors translated), but bound and prepared by the server."""
    connection.validate_thread_sharing()
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


class _Markers:
    """Gives each value a marker of its own type, the same one for the same kind of place in every call."""

    def __init__(self, values: dict[Any, Any], first: int = 1) -> None:
        self.values = values
        self.numbers = count(first)
        self.has_actor = False

    def of(self, value: Any) -> tuple[Any, Hashable]:
        """The marker of a value, and its part of the shape."""
        if isinstance(value, bool | int | None):
            return value, value
        if isinstance(value, Actor):
            return self._actor(value)
        if isinstance(value, list | tuple | set | frozenset):
            marked = [self.of(each) for each in value]
            return [marker for marker, _ in marked], ("list", *(form for _, form in marked))
        return self._plain(value), type(value).__name__

    def _plain(self, value: Any) -> Any:
        number = _MARK + next(self.numbers)
        marker: Any
        if isinstance(value, UUID):
            marker = UUID(int=number)
        elif isinstance(value, str):
            marker = f"prepared-{number}-"
        else:
            raise Unpreparable(f"{type(value).__name__} has no marker.")
        self.values[marker] = value
        return marker

    def _actor(self, me: Actor) -> tuple[Actor, Hashable]:
        """An actor is asked for a dozen times on one page: what comes of it is kept on it."""
        if self.has_actor:
            raise Unpreparable("Two actors in one question.")
        self.has_actor = True
        kept = me.__dict__.get("_marked")
        if kept is None:
            own: dict[Any, Any] = {}
            kept = (*_Markers(own, _ACTOR)._marked_actor(me), own)
            object.__setattr__(me, "_marked", kept)
        self.values.update(kept[2])
        return kept[0], kept[1]

    def _marked_actor(self, me: Actor) -> tuple[Actor, Hashable]:
        held = sorted(me.roles.items(), key=lambda item: (sorted(item[1]), item[0]))
        marker_of = {scope: self._plain(scope) for scope, _ in held}
        person = self._plain(me.person) if me.person else None
        acting_for = (marker_of.get(me.acting_for) or self._plain(me.acting_for)) if me.acting_for else None
        shape = (
            tuple(tuple(sorted(roles)) for _, roles in held),
            person is not None,
            [scope for scope, _ in held].index(me.acting_for) if me.acting_for in marker_of else bool(acting_for),
            (me.role, me.language, me.is_operator, me.is_machine),
        )
        marked = Actor(  # anew, not replaced: `me` may be a lazy object around an actor
            person=person,
            acting_for=acting_for,
            role=me.role,
            roles={marker_of[scope]: roles for scope, roles in held},
            language=me.language,
            is_operator=me.is_operator,
            is_machine=me.is_machine,
        )
        return marked, shape


def _check(parameters: Iterable[Any], values: dict[Any, Any]) -> None:
    """Each marker stands alone wherever it stands: inside another text or object its value could not be put in."""
    for parameter in parameters:
        if isinstance(parameter, list | tuple):
            _check(parameter, values)
        elif not (isinstance(parameter, UUID | str) and parameter in values):
            said = str(getattr(parameter, "obj", parameter))
            if any(str(marker) in said for marker in values):
                raise Unpreparable("A value is hidden inside another parameter.")


def _with_constants(text: str, parameters: Iterable[Any], values: dict[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """The sentence with what never changes (a state, today) written out: a plan for any day would be a poor plan."""
    connection.ensure_connection()
    waiting, kept = iter(parameters), []

    def place(found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%%"
        parameter = next(waiting)
        if _holds_a_marker(parameter, values):
            kept.append(parameter)
            return "%s"
        return Literal(parameter).as_string(connection.connection).replace("%", "%%")

    return _PLACE.sub(place, text), tuple(kept)


def _holds_a_marker(parameter: Any, values: dict[Any, Any]) -> bool:
    if isinstance(parameter, list | tuple):
        return any(_holds_a_marker(each, values) for each in parameter)
    return isinstance(parameter, UUID | str) and parameter in values


def _filled(parameter: Any, values: dict[Any, Any]) -> Any:
    if isinstance(parameter, list):
        return [_filled(each, values) for each in parameter]
    return values.get(parameter, parameter) if isinstance(parameter, UUID | str) else parameter


def _reader(rows: models.QuerySet[Any, Any], compiler: Any) -> Callable[[Iterable[Sequence[Any]]], list[Any]]:
    """What the query set would make of rows: models with what was selected along, or plain values."""
    converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
    make = _makers(rows, compiler)

    def read(found: Iterable[Sequence[Any]]) -> list[Any]:
        made = compiler.apply_converters(found, converters) if converters else found
        return [make(row) for row in made]

    return read


def _makers(rows: models.QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    if issubclass(rows._iterable_class, ValuesListIterable):
        return tuple
    if rows._iterable_class is not ModelIterable:
        return lambda row: row[0]  # values_list(flat=True)
    info, select = compiler.klass_info, compiler.select
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [each[0].target.attname for each in select[start:end]]
    populators = get_related_populators(info, select, rows.db)  # type: ignore[call-arg]
    extra = list((compiler.annotation_col_map or {}).items())

    def make(row: Sequence[Any]) -> Any:
        found = info["model"].from_db(rows.db, names, row[start:end])
        for populator in populators:
            populator.populate(row, found)
        for name, place in extra:
            setattr(found, name, row[place])
        return found

    return make
