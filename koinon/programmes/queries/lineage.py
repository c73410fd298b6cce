"""What readers ask of a lineage: which part of it, under which filters; answered from its sheet."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Sum, When
from django.http import QueryDict

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name
from koinon.network.models import Network, Place
from koinon.programmes.engine import lineage, sheet
from koinon.programmes.engine.lineage import Facilitator, Generation, Lineage
from koinon.programmes.engine.sheet import Given, Grant
from koinon.programmes.engine.suppression import FEW, FEWEST
from koinon.programmes.models import CascadeGrant, Delivery, LineageSheet, Programme
from koinon.programmes.queries.lineage_rows import NOT_BEGUN
from koinon.programmes.rules.programmes import may_run

SORTS = ("code", "people", "deliveries", "new", "after")
KEPT = 16
"""Sheets and trees that a process keeps at once: a few hundred kilobytes each; a sheet made anew is another one."""
_FEW = When(number_reached__gt=0, number_reached__lt=FEWEST, then=FEW)
PEOPLE = Case(_FEW, default=F("number_reached"), output_field=IntegerField())
"""People of a delivery as they go into sums (suppression.py), wherever rows are added up without a sheet."""


@dataclass(frozen=True)
class Asked:
    """Which part of a lineage: filters of deliveries, one branch, how the table is sorted, from where it goes on."""

    country: str = ""
    language: str = ""
    toolkit: int | None = None
    since: date | None = None
    until: date | None = None
    branch: UUID | None = None
    sort: str = "code"
    after: int = 0

    @property
    def filters(self) -> "Filters":
        return self.country, self.language, self.toolkit, self.since, self.until

    @property
    def is_filtered(self) -> bool:
        return any(self.filters)

    @property
    def whole(self) -> str:
        """The same branch without filters."""
        return Asked(branch=self.branch, sort=self.sort).address()

    def address(self, **changes: Any) -> str:
        """The query string of this question with changes; a new branch or sort begins at the first page."""
        asked = replace(self, **{"after": 0, **changes})
        facts = {
            "country": asked.country, "language": asked.language, "toolkit": asked.toolkit, "since": asked.since,
            "until": asked.until, "branch": asked.branch, "sort": asked.sort if asked.sort != "code" else "",
            "after": asked.after,
        }  # fmt: skip
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in facts.items() if value})
        return "?" + query.urlencode()


def asked(query: QueryDict, kept: dict[str, Any]) -> Asked:
    """Read a question from an address; what cannot be a value is left out. `kept`: what the form of filters took."""
    try:
        branch = UUID(query.get("branch", ""))
    except ValueError:
        branch = None
    sort, after = query.get("sort", ""), query.get("after") or query.get("before", "")
    return Asked(
        **{name: value for name, value in kept.items() if value}, branch=branch,
        sort=sort if sort in SORTS else "code", after=int(after) if after.isdecimal() and len(after) < 7 else 0,
    )  # fmt: skip


Filters = tuple[str, str, int | None, date | None, date | None]
Key = tuple[UUID, datetime]
"""A sheet of a programme as of a moment."""


@lru_cache(maxsize=KEPT)
def _sheet(key: Key) -> tuple[list[Grant], list[Given]]:
    """If it was made anew between two questions, the newer one does as well."""
    return sheet.read(LineageSheet.objects.values_list("facts", flat=True).get(programme=key[0]))


@lru_cache(maxsize=KEPT)
def tree(key: Key, filters: Filters) -> Lineage:
    """Everybody with a grant, each below whom they came from, with what fits the filters."""
    return sheet.grown(*_sheet(key), _fits(filters) if any(filters) else None)


@lru_cache(maxsize=KEPT * 4)
def _figures(key: Key, filters: Filters, root: UUID | None, most: int) -> tuple[list[Generation], Generation]:
    found = tree(key, filters)
    rows = found.branch(root) if root else list(found.all.values())
    return lineage.generations(rows, most=most), lineage.overall(rows, most=most)


def _fits(filters: Filters) -> Callable[[Given], bool]:
    country, language, toolkit, since, until = filters
    first, last = since.isoformat() if since else "", until.isoformat() if until else "9999"

    def fits(row: Given) -> bool:
        return (
            (not country or row.country == country) and (not language or row.language == language)
            and (not toolkit or row.toolkit == toolkit) and first <= row.day <= last
        )  # fmt: skip

    return fits


def made_at(programme: Programme) -> datetime | None:
    """As of when the sheet is; None: there is none yet. One query."""
    return LineageSheet.objects.filter(programme=programme).values_list("made_at", flat=True).first()


def own_grant(me: Actor, programme: Programme) -> UUID | None:
    """The grant of a reader that was not withdrawn."""
    rows = CascadeGrant.objects.filter(programme=programme, person=me.person).exclude(state="withdrawn")
    return rows.values_list("pk", flat=True).order_by("-pk").first() if me.is_known else None


def choices(programme: Programme, language_name: Any, language: str) -> dict[str, list[tuple[Any, Any]]]:
    """What the filters offer. Two queries."""
    at = made_at(programme)
    countries = {row.country for row in _sheet((programme.pk, at))[1] if row.country} if at else set()
    numbers = programme.toolkits.filter(state="published").order_by("-number").values_list("number", flat=True)
    return {
        "country": sorted(((code, country_name(code, language)) for code in countries), key=lambda pair: pair[1]),
        "language": [(code, language_name(code)) for code in programme.languages],
        "toolkit": [(number, str(number)) for number in numbers],
    }


def names(keys: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """(name, organisation) of holders of the first generation: for those who run the programme, nobody else."""
    rows = CascadeGrant.objects.filter(pk__in=keys, generation=1).select_related("person", "organisation")
    return {
        row.pk: (str(row.person) if row.person else "", str(row.organisation) if row.organisation else "")
        for row in rows
    }


@dataclass(frozen=True)
class Seen:
    """What one reader may see of a lineage: the whole, or from one facilitator down."""

    lineage: Lineage
    root: Facilitator | None
    generations: list[Generation]
    overall: Generation
    is_runner: bool
    own: UUID | None
    key: Key | None

    @property
    def made_at(self) -> datetime | None:
        return self.key[1] if self.key else None

    @property
    def rows(self) -> list[Facilitator]:
        return self.lineage.branch(self.root.key) if self.root else list(self.lineage.all.values())


def seen(me: Actor, programme: Programme, question: Asked) -> Seen | None:
    """The part that is asked for, if the reader may see it: a branch of others is not there. Three queries at most."""
    is_runner = may_run(by=me, programme=programme)
    own = own_grant(me, programme)
    if not is_runner and own is None:
        return None
    at = made_at(programme)
    key = (programme.pk, at) if at else None
    found = tree(key, question.filters) if key else Lineage({}, [])
    root = question.branch or (None if is_runner else own)
    way = found.way(root) if root else []
    if (question.branch and not way) or not (is_runner or not way or any(one.key == own for one in way)):
        return None
    top, most = way[-1] if way else None, programme.most_generations
    told = _figures(key, question.filters, top.key if top else None, most) if key and (top or is_runner) else None
    if told is None:
        return Seen(Lineage({}, []), None, [], lineage.overall([], most=most), is_runner, own, key)
    return Seen(found, top, *told, is_runner, own, key)


def whole(programme: Programme) -> tuple[list[Generation], Generation] | None:
    """The figures of a programme, for its public page; None before its first sheet. Two queries at most."""
    at = made_at(programme)
    return _figures((programme.pk, at), Asked().filters, None, programme.most_generations) if at else None


@dataclass(frozen=True)
class Spot:
    """A place with what was delivered there: (generation, deliveries), people as they may be told."""

    place: int
    longitude: float
    latitude: float
    name: str
    country: str
    generations: tuple[tuple[int, int], ...]
    reached: int
    told: int
    few: int

    @property
    def deliveries(self) -> int:
        return sum(number for _generation, number in self.generations)

    @property
    def first(self) -> int:
        return self.generations[0][0]


def spots(found: Seen, question: Asked) -> list[Spot]:
    """Places, the busiest first. One query."""
    if found.key is None:
        return []
    grants, given = _sheet(found.key)
    fits, within = _fits(question.filters), {str(row.key) for row in found.rows}
    by_place: dict[int, list[Given]] = {}
    for one in given:
        if one.place and fits(one) and grants[one.grant].key in within:
            by_place.setdefault(one.place, []).append(one)
    rows = [_spot(place, by_place[place.pk], grants) for place in Place.objects.filter(pk__in=list(by_place))]
    return sorted(rows, key=lambda spot: (-spot.reached, spot.place))


def _spot(place: Place, rows: list[Given], grants: list[Grant]) -> Spot:
    numbers: dict[int, int] = {}
    for row in rows:
        numbers[grants[row.grant].generation] = numbers.get(grants[row.grant].generation, 0) + 1
    few = [row for row in rows if row.is_few]
    return Spot(
        place.pk, place.longitude, place.latitude, place.native or place.name, place.country,
        tuple(sorted(numbers.items())), sum(row.reached for row in rows),
        sum(row.reached for row in rows if not row.is_few), len(few),
    )  # fmt: skip


def in_network(network: Network) -> tuple[int, int]:
    """(people reached, facilitators who delivered) in public programmes of a network. One query."""
    rows = Delivery.objects.filter(programme__network=network, programme__is_public=True, number_reached__gt=0)
    told = rows.exclude(programme__state="draft").exclude(state__in=NOT_BEGUN)
    found = told.aggregate(people=Sum(PEOPLE), facilitators=Count("grant", distinct=True))
    return found["people"] or 0, found["facilitators"]
