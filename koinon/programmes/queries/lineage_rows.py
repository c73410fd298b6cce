"""The rows a lineage is made of, as they are: for the sheet of its pages, and for drift. No page reads these."""

from typing import Any

from django.db import connection

from koinon.programmes.engine import lineage
from koinon.programmes.engine.lineage import Facilitator, Lineage
from koinon.programmes.models import CascadeGrant, Delivery, Programme

NOT_BEGUN = ("planned", "cancelled")

_MEASURED = """
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
    avg(d.quality)::float8 AS quality, avg(d.quiz)::float8 AS quiz,
    avg(d.observed)::float8 AS observed, avg(greatest(v.number - t.number, 0))::float8 AS behind,
    (avg(least(1, coalesce(c.number, 0)::float8 / coalesce(nullif(cardinality(d.used), 0), s.number)))
      FILTER (WHERE d.state IN ('reported', 'returned', 'verified')))::float8 AS changed
  FROM programmes_delivery d
  LEFT JOIN programmes_toolkit t ON t.id = d.toolkit_id
  LEFT JOIN version v ON v.since <= d.starts_on AND (v.until IS NULL OR v.until > d.starts_on)
  LEFT JOIN size s ON s.toolkit_id = d.toolkit_id
  LEFT JOIN altered c ON c.delivery_id = d.id
  WHERE d.programme_id = %(programme)s AND d.state <> ALL(%(not_begun)s) AND d.number_reached > 0
  GROUP BY 1
)
SELECT g.id AS key, p.grant_id AS above, g.generation, d.deliveries, d.reached, d.reached AS told, d.finished,
  d.quality, d.quiz, d.observed, d.behind, d.changed
FROM programmes_cascadegrant g LEFT JOIN programmes_delivery p ON p.id = g.parent_id JOIN done d ON d.grant_id = g.id
WHERE g.programme_id = %(programme)s ORDER BY g.generation, g.id
"""


def measured(programme: Programme) -> Lineage:
    """Everybody who delivered, with all that may drift. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED, {"programme": programme.pk, "not_begun": list(NOT_BEGUN)})
        names = [column.name for column in cursor.description]
        return lineage.grow(Facilitator(**dict(zip(names, row, strict=True))) for row in cursor.fetchall())


def of_sheet(programme: Programme) -> tuple[list[Any], list[Any]]:
    """(grants, deliveries that reached somebody), as engine.sheet.made takes them. Two queries."""
    grants = CascadeGrant.objects.filter(programme=programme).order_by()
    rows = Delivery.objects.filter(programme=programme, number_reached__gt=0).exclude(state__in=NOT_BEGUN).order_by()
    told = rows.values_list(
        "grant", "place__country", "language", "toolkit__number", "starts_on", "place", "number_reached",
        "number_finished", "number_became", "quality", "quiz", "observed",
    )  # fmt: skip
    given = [
        (grant, country or "", language, toolkit, day.isoformat(), *rest)
        for grant, country, language, toolkit, day, *rest in told
    ]
    return list(grants.values_list("pk", "parent__grant", "generation")), given
