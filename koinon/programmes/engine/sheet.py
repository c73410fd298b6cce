"""The sheet of a lineage: what its pages may tell, as plain data, and the tree that grows of it under any filter.

One to four people stand in it as two (suppression.py), so that no page that reads it can give away what it never had.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Any, NamedTuple
from uuid import UUID

from koinon.programmes.engine import lineage, suppression
from koinon.programmes.engine.lineage import Facilitator, Lineage

MEASURES = ("quality", "quiz", "observed")


class Grant(NamedTuple):
    """Somebody who may deliver, and the grant they came from."""

    key: str
    above: str | None
    generation: int


class Given(NamedTuple):
    """A delivery as it may be told; `grant`: its place among the grants; `day`: its first, as 2026-11-22."""

    grant: int
    country: str
    language: str
    toolkit: int
    day: str
    place: int
    reached: int
    finished: int
    became: int
    quality: float | None
    quiz: float | None
    observed: float | None

    @property
    def is_few(self) -> bool:
        return 0 < self.reached < suppression.FEWEST


def made(grants: Iterable[Sequence[Any]], deliveries: Iterable[Sequence[Any]]) -> dict[str, list[list[Any]]]:
    """The sheet, from rows as they are: the same rows give the same sheet, in whatever order they come."""
    rows = sorted(([str(key), str(above) if above else None, number] for key, above, number in grants), key=_order)
    places = {row[0]: place for place, row in enumerate(rows)}
    given = [
        [places[str(key)], country, language, toolkit or 0, day, place or 0, *_told(*numbers)]
        for key, country, language, toolkit, day, place, *numbers in deliveries
    ]
    given.sort(key=lambda row: [-1 if each is None else each for each in row])
    return {"grants": rows, "deliveries": given}


def _order(row: Sequence[Any]) -> tuple[int, str]:
    return row[2], row[0]


def _told(reached: int, finished: int, became: int, *marks: float | None) -> list[Any]:
    """Numbers of one delivery without a few in them; marks by fewer than five people are not there."""
    known = marks if reached >= suppression.FEWEST else (None,) * len(marks)
    values = [None if mark is None else round(float(mark), 2) for mark in known]
    return [suppression.counted(reached), suppression.finished(finished, reached), became, *values]


def read(facts: dict[str, list[list[Any]]]) -> tuple[list[Grant], list[Given]]:
    """A sheet as it was kept."""
    return [Grant(*row) for row in facts.get("grants", ())], [Given(*row) for row in facts.get("deliveries", ())]


def grown(grants: Sequence[Grant], given: Iterable[Given], fits: Callable[[Given], bool] | None = None) -> Lineage:
    """Everybody below whom they came from, with what they delivered that fits."""
    rows = [Facilitator(UUID(key), UUID(above) if above else None, number) for key, above, number in grants]
    marks: dict[tuple[int, str], list[float]] = {}
    for one in filter(fits, given) if fits else given:
        row = rows[one.grant]
        row.deliveries += 1
        row.reached += one.reached
        row.became += one.became
        if one.is_few:
            row.few += 1
            continue
        row.told += one.reached
        row.finished += one.finished
        for name in MEASURES:
            if (mark := getattr(one, name)) is not None:
                marks.setdefault((one.grant, name), []).append(mark)
    for (place, name), found in marks.items():
        setattr(rows[place], name, fmean(found))
    return lineage.grow(rows)
