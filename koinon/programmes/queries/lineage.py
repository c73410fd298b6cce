"""The rows of a lineage: one question for all facilitators of a programme with what they delivered, added up."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, Sum
from django.http import QueryDict

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name
from koinon.network.models import Network
from koinon.programmes.engine import lineage
from koinon.programmes.engine.lineage import Facilitator, Lineage
from koinon.programmes.models import CascadeGrant, Delivery, Programme
from koinon.programmes.rules.programmes import may_run

NOT_BEGUN = ("planned", "cancelled")
SORTS = ("code", "people", "deliveries", "new", "after")

_ROWS = """
WITH version AS (
  SELECT number, published_at::date AS since, lead(published_at::date) OVER (ORDER BY number) AS until
  FROM programmes_toolkit WHERE programme_id = %(programme)s AND state = 'published'
), size AS (
  SELECT a.toolkit_id, count(*) AS number FROM programmes_activity a JOIN programmes_toolkit t ON t.id = a.toolkit_id
  WHERE t.programme_id = %(programme)s GROUP BY 1
), altered AS (
  SELECT p.delivery_id, count(DISTINCT p.activity) AS number FROM programmes_toolkitproposal p
  JOIN programmes_toolkit t ON t.id = p.toolkit_id WHERE t.programme_id = %(programme)s GROUP BY 1
), done AS (
  SELECT d.grant_id, count(*) AS deliveries, sum(d.number_reached) AS reached, sum(d.number_finished) AS finished,
    sum(d.number_became) AS became, avg(d.quality)::float8 AS quality, avg(d.quiz)::float8 AS quiz,
    avg(d.observed)::float8 AS observed, avg(greatest(v.number - t.number, 0))::float8 AS behind,
    (avg(least(1, coalesce(c.number, 0)::float8 / coalesce(nullif(cardinality(d.used), 0), s.number)))
      FILTER (WHERE d.state IN ('reported', 'returned', 'verified')))::float8 AS changed
  FROM programmes_delivery d
  LEFT JOIN network_place l ON l.id = d.place_id
  LEFT JOIN programmes_toolkit t ON t.id = d.toolkit_id
  LEFT JOIN version v ON v.since <= d.starts_on AND (v.until IS NULL OR v.until > d.starts_on)
  LEFT JOIN size s ON s.toolkit_id = d.toolkit_id
  LEFT JOIN altered c ON c.delivery_id = d.id
  WHERE d.programme_id = %(programme)s AND d.state <> ALL(%(not_begun)s) AND d.number_reached > 0
    AND (%(country)s = '' OR l.country = %(country)s) AND (%(language)s = '' OR d.language = %(language)s)
    AND (%(toolkit)s::int IS NULL OR t.number = %(toolkit)s::int)
    AND (%(since)s::date IS NULL OR d.starts_on >= %(since)s::date)
    AND (%(until)s::date IS NULL OR d.starts_on <= %(until)s::date)
  GROUP BY 1
)
SELECT g.id, p.grant_id, g.generation, g.state, g.organisation_id, coalesce(d.deliveries, 0), coalesce(d.reached, 0),
  coalesce(d.finished, 0), coalesce(d.became, 0), d.quality, d.quiz, d.observed, d.behind, d.changed
FROM programmes_cascadegrant g LEFT JOIN programmes_delivery p ON p.id = g.parent_id
LEFT JOIN done d ON d.grant_id = g.id
WHERE g.programme_id = %(programme)s ORDER BY g.generation, g.id
"""


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
    def filters(self) -> bool:
        return bool(self.country or self.language or self.toolkit or self.since or self.until)

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


def grown(programme: Programme, question: Asked | None = None) -> Lineage:
    """Everybody with a grant, each below whom they came from. One query, whatever the size."""
    chosen = question or Asked()
    facts: dict[str, Any] = {
        "programme": programme.pk, "not_begun": list(NOT_BEGUN), "country": chosen.country,
        "language": chosen.language, "toolkit": chosen.toolkit, "since": chosen.since, "until": chosen.until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, facts)
        return lineage.grow(Facilitator(*row) for row in cursor.fetchall())


def own_grant(me: Actor, programme: Programme) -> UUID | None:
    """The grant of a reader that was not withdrawn."""
    rows = CascadeGrant.objects.filter(programme=programme, person=me.person).exclude(state="withdrawn")
    return rows.values_list("pk", flat=True).order_by("-pk").first() if me.is_known else None


def choices(programme: Programme, language_name: Any, language: str) -> dict[str, list[tuple[Any, Any]]]:
    """What the filters offer. Two queries."""
    rows = Delivery.objects.filter(programme=programme, place__isnull=False).exclude(state__in=NOT_BEGUN)
    countries = rows.order_by().values_list("place__country", flat=True).distinct()
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
    """What one reader may see of a lineage: the whole, or from one facilitator down; None: nothing."""

    lineage: Lineage
    root: Facilitator | None
    rows: list[Facilitator]
    is_runner: bool
    own: UUID | None


def seen(me: Actor, programme: Programme, question: Asked) -> Seen | None:
    """The part that is asked for, if the reader may see it: a branch of others is not there. Two queries."""
    is_runner = may_run(by=me, programme=programme)
    own = own_grant(me, programme)
    if not is_runner and own is None:
        return None
    found = grown(programme, question)
    root = question.branch or (None if is_runner else own)
    if root is None:
        return Seen(found, None, list(found.all.values()), is_runner, own)
    way = found.way(root)
    if not way or not (is_runner or any(one.key == own for one in way)):
        return None
    return Seen(found, way[-1], found.branch(root), is_runner, own)


@dataclass(frozen=True)
class Spot:
    """A place with what was delivered there, by the generations that did."""

    place: int
    longitude: float
    latitude: float
    name: str
    country: str
    generations: tuple[tuple[int, int, int], ...]

    @property
    def deliveries(self) -> int:
        return sum(number for _generation, number, _people in self.generations)

    @property
    def people(self) -> int:
        return sum(people for _generation, _number, people in self.generations)

    @property
    def first(self) -> int:
        return self.generations[0][0]


def spots(programme: Programme, question: Asked, within: list[Facilitator] | None) -> list[Spot]:
    """Places, the busiest first; `within`: only of these facilitators. One query."""
    rows = Delivery.objects.filter(programme=programme, place__isnull=False, number_reached__gt=0)
    rows = rows.exclude(state__in=NOT_BEGUN).filter(_filtered(question))
    if within is not None:
        rows = rows.filter(grant__in=[row.key for row in within if row.has_delivered])
    told = rows.order_by().values_list(
        "place", "place__longitude", "place__latitude", "place__native", "place__name", "place__country", "generation"
    )
    found: dict[int, list[Any]] = {}
    for key, x, y, native, name, country, generation, number, people in told.annotate(
        number=Count("pk"), people=Sum("number_reached")
    ).order_by("place", "generation"):
        found.setdefault(key, [x, y, native or name, country, []])[4].append((generation, number, people))
    made = [Spot(key, x, y, name, country, tuple(told)) for key, (x, y, name, country, told) in found.items()]
    return sorted(made, key=lambda spot: (-spot.people, spot.place))


def _filtered(question: Asked) -> Q:
    """The filters as the one big question has them."""
    facts = {
        "place__country": question.country, "language": question.language, "toolkit__number": question.toolkit,
        "starts_on__gte": question.since, "starts_on__lte": question.until,
    }  # fmt: skip
    return Q(**{name: value for name, value in facts.items() if value})


def in_network(network: Network) -> tuple[int, int]:
    """(people reached, facilitators who delivered) in public programmes of a network. One query."""
    rows = Delivery.objects.filter(programme__network=network, programme__is_public=True, number_reached__gt=0)
    told = rows.exclude(programme__state="draft").exclude(state__in=NOT_BEGUN)
    found = told.aggregate(people=Sum("number_reached"), facilitators=Count("grant", distinct=True))
    return found["people"] or 0, found["facilitators"]
