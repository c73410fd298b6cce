"""Query sets written once: on hot pages the frame takes longer to write a sentence than PostgreSQL to answer it.

    _page = Prepared(lambda me, slug: Organisation.objects.visible_to(me).filter(slug=slug).select_related("place"))
    row = _page.first(me=request.me, slug=slug)

The function is called with markers instead of values, once for each *shape* of them (which roles an actor holds, how
long a list is) and each day; the sentence it leads to is kept, the values go where the markers stood, and PostgreSQL
keeps its plan. So rules stay in query sets, and nothing but the time to write them is saved.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql import Query
from psycopg.sql import Literal

from koinon.kit.sentences import NOTHING, Filled, Sentence, Take, rows_of, rows_of_all
from koinon.kit.verbs import Actor

T = TypeVar("T")
_PLACE = re.compile("%[%s]")
SHAPES = 200
"""Shapes kept of one query set; a person with a hundred roles is one more, and pays for the writing again."""

_MARK = 0xC0FFEE << 96


class Unpreparable(TypeError):  # noqa: N818  (it reads as a sentence)
    """This query set cannot be kept: it hides a value in another one, or prefetches."""


class Prepared(Generic[T]):
    """A query set as a function of actors, ids, words and lists of them, and of nothing else but the day.

    Values that are True, False, None or numbers belong to the shape.
    """

    beside = "EXISTS(%s)"
    """How `whether` it has rows is asked beside other questions, and what it answers when no row can be there."""
    nothing: Any = False

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
        return sentence.read(rows_of(sentence, filled))

    def said(self, given: Mapping[str, Any]) -> tuple[Sentence, list[Any]]:
        """The sentence of this shape and the values that go into it."""
        values: list[Any] = []
        key = (date.today(), *given, *(_shape(value, values) for value in given.values()))
        sentence = self.kept.get(key)
        if sentence is None:
            sentence = self._write(key, given)
        return sentence, [take(values) for take in sentence.takes]

    def first(self, **given: Any) -> T | None:
        """The first row, or None."""
        rows = self(**given)
        return rows[0] if rows else None

    def _write(self, key: Hashable, given: Mapping[str, Any]) -> Sentence:
        places: dict[Any, int] = {}
        rows = self.build(**{name: _marked(value, places) for name, value in given.items()})
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise Unpreparable("A prepared query set cannot prefetch.")
        compiler = self._asked(rows).get_compiler(using=rows.db)
        try:
            text, parameters = compiler.as_sql()
        except EmptyResultSet:
            sentence = NOTHING
        else:
            _check(parameters, places)
            sentence = Sentence(*_with_constants(text, parameters, places), self._reader(rows, compiler))
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


class Single(Prepared[T]):
    """One value of one row, or None: asked together with others, it answers with the value."""

    beside = "(%s)"
    nothing = None

    @cached_property
    def whether(self) -> Prepared[T]:
        return self


class Listed(Prepared[T]):
    """Asked together with others, it answers with its rows: a sentence of its own, in the same trip to the server."""

    @cached_property
    def whether(self) -> Prepared[T]:
        return self


Question = tuple[Prepared[Any], Mapping[str, Any]]
_together: dict[Hashable, Sentence] = {}


def answers_to(questions: Sequence[Question]) -> list[Any]:
    """The answers of many questions in one trip to the server, so that most of them need not be asked once more.

    A Listed tells its rows, a Single its value, any other whether it has rows at all: one query for each Listed, and
    one for all others together, in which an id that many questions name is sent once.
    """
    said = [(question, *question.whether.said(given)) for question, given in questions]
    asked = [each for each in said if each[1] is not NOTHING]
    whether = [each for each in asked if not isinstance(each[0], Listed)]
    lists = [(sentence, filled) for question, sentence, filled in asked if isinstance(question, Listed)]
    found = rows_of_all([_as_one(whether), *lists] if whether else lists)
    values, rows = iter(found.pop(0)[0] if whether else ()), iter(found)

    def answer(question: Prepared[Any], sentence: Sentence) -> Any:
        if isinstance(question, Listed):
            return sentence.read(next(rows) if sentence is not NOTHING else ())
        return next(values) if sentence is not NOTHING else question.nothing

    return [answer(question, sentence) for question, sentence, _ in said]


def _as_one(asked: Sequence[tuple[Prepared[Any], Sentence, list[Any]]]) -> Filled:
    """One sentence that says the answers of all side by side."""
    parts = [(question.beside, sentence.text) for question, sentence, _ in asked]
    values, places = _each_once([value for _, _, filled in asked for value in filled])
    key = (*parts, places)
    sentence = _together.get(key)
    if sentence is None:
        if len(_together) >= SHAPES:
            _together.clear()
        sentence = _together[key] = _joined(parts, places)
    return sentence, values


def _each_once(filled: Iterable[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """The values, the same id only once, and which of them goes where."""
    values: list[Any] = []
    places, numbers = [], dict[int, int]()
    for value in filled:
        number = numbers.setdefault(id(value), len(values)) if isinstance(value, UUID) else len(values)
        if number == len(values):
            values.append(value)
        places.append(number)
    return values, tuple(places)


def _joined(asked: Iterable[tuple[str, str]], places: Sequence[int]) -> Sentence:
    waiting = iter(places)
    text = "SELECT " + ", ".join(beside % text for beside, text in asked)
    named = _PLACE.sub(lambda found: "%%" if found.group() == "%%" else f"%(v{next(waiting)})s", text)
    return Sentence(named, (), list, names=tuple(f"v{number}" for number in range(max(places, default=-1) + 1)))


def _shape(value: Any, values: list[Any]) -> Hashable:
    """The part of the shape that a value makes; what will be sent of it is added to `values`."""
    if isinstance(value, UUID | str):
        values.append(value)
        return value.__class__.__name__
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, Actor):
        own, shape = _held(value)
        values += own
        return shape
    if isinstance(value, list | tuple | set | frozenset):
        return ("list", *(_shape(each, values) for each in value))
    raise Unpreparable(f"{type(value).__name__} has no marker.")


def _held(me: Actor) -> tuple[list[UUID], Hashable]:
    """Ids and shape of an actor, who is asked for some dozens of times on one page: they are kept on it."""
    kept = me.__dict__.get("_held")
    if kept is None:
        held = _sorted(me)
        ids = [scope for scope, _ in held]
        place = ids.index(me.acting_for) if me.acting_for in ids else bool(me.acting_for)
        ids += [each for each in (me.person, me.acting_for if place is True else None) if each]
        roles = tuple(tuple(sorted(roles)) for _, roles in held)
        kept = ids, (roles, bool(me.person), type(place), place, me.role, me.language, me.is_operator, me.is_machine)
        object.__setattr__(me, "_held", kept)
    return kept


def _sorted(me: Actor) -> list[tuple[UUID, frozenset[str]]]:
    return sorted(me.roles.items(), key=lambda item: (sorted(item[1]), item[0]))


def _marked(value: Any, places: dict[Any, int]) -> Any:
    """A marker of its own type for each value, kept with where the value stands among those that `_shape` finds."""
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, Actor):
        return _marked_actor(value, places)
    if isinstance(value, list | tuple | set | frozenset):
        return [_marked(each, places) for each in value]
    number = _MARK + len(places)
    marker = UUID(int=number) if isinstance(value, UUID) else f"prepared-{number}-"
    places[marker] = len(places)
    return marker


def _marked_actor(me: Actor, places: dict[Any, int]) -> Actor:
    marker_of = {scope: _marked(scope, places) for scope, _ in _sorted(me)}
    person = _marked(me.person, places)
    acting_for = (marker_of.get(me.acting_for) or _marked(me.acting_for, places)) if me.acting_for else None
    return Actor(  # anew, not replaced: `me` may be a lazy object around an actor
        person=person,
        acting_for=acting_for,
        role=me.role,
        roles={marker_of[scope]: held for scope, held in _sorted(me)},
        language=me.language,
        is_operator=me.is_operator,
        is_machine=me.is_machine,
    )


def _check(parameters: Iterable[Any], places: dict[Any, int]) -> None:
    """Each marker stands alone wherever it stands: inside another text or object its value could not be put in."""
    for parameter in parameters:
        if isinstance(parameter, list | tuple):
            _check(parameter, places)
        elif not (isinstance(parameter, UUID | str) and parameter in places):
            said = str(getattr(parameter, "obj", parameter))
            if any(str(marker) in said for marker in places):
                raise Unpreparable("A value is hidden inside another parameter.")


def _with_constants(text: str, parameters: Iterable[Any], places: dict[Any, int]) -> tuple[str, tuple[Take, ...]]:
    """The sentence with what never changes (a state, today) written out: a plan for any day would be a poor plan."""
    connection.ensure_connection()
    waiting, kept = iter(parameters), []

    def place(found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%%"
        parameter = next(waiting)
        if _holds_a_marker(parameter, places):
            kept.append(_take(parameter, places))
            return "%s"
        return Literal(parameter).as_string(connection.connection).replace("%", "%%")

    return _PLACE.sub(place, text), tuple(kept)


def _holds_a_marker(parameter: Any, places: dict[Any, int]) -> bool:
    if isinstance(parameter, list | tuple):
        return any(_holds_a_marker(each, places) for each in parameter)
    return isinstance(parameter, UUID | str) and parameter in places


def _take(parameter: Any, places: dict[Any, int]) -> Take:
    """How the value of a parameter is found among the values given."""
    if isinstance(parameter, list | tuple):
        takes = [_take(each, places) for each in parameter]
        return lambda values: [take(values) for take in takes]
    if isinstance(parameter, UUID | str) and parameter in places:
        return itemgetter(places[parameter])
    return lambda _values: parameter


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
