"""Figures of the desk: applications by state, days in each state, how fresh the profiles are."""

import io
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit import sheets
from koinon.network.models import Application, Membership, Network

YEAR = timedelta(days=365)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DAYS_IN_STATES = """
SELECT stay.state, count(*),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY days), percentile_cont(0.75) WITHIN GROUP (ORDER BY days)
FROM (
  SELECT s.state, extract(epoch FROM s.until - s.since) / 86400 AS days
  FROM network_stay s JOIN network_application a ON a.id = s.application_id
  WHERE a.network_id = %s AND s.since > now() - interval '2 years'
) stay GROUP BY stay.state
"""


def page(network: Network) -> dict[str, Any]:
    """Everything on the page of figures; four queries whatever the numbers."""
    return {"states": by_state(network), "stays": days_in_states(network), "profiles": profiles(network)}


def by_state(network: Network) -> list[tuple[str, str, int, int]]:
    """(state, label, how many now, how many of these are late); drafts are nobody's business but the applicant's."""
    today = timezone.localdate()
    rows = Application.objects.filter(network=network).exclude(state="draft").order_by().values_list("state")
    counted = rows.annotate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today) & ~Q(turn="")))
    counts = {state: (count, late) for state, count, late in counted}
    shown = [choice for choice in Application.State.choices if choice[0] != "draft"]
    return [(value, str(label), *counts.get(value, (0, 0))) for value, label in shown]


def days_in_states(network: Network) -> list[tuple[str, str, int, float, float]]:
    """(state, label, how many were in it, median of days, upper quarter of days), of the last two years."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS_IN_STATES, [network.pk])
        found = {state: (count, float(median), float(upper)) for state, count, median, upper in cursor.fetchall()}
    return [(value, str(label), *found[value]) for value, label in Application.State.choices if value in found]


def profiles(network: Network) -> dict[str, Any]:
    """Members today, those whose profile was confirmed in the last 12 months, and the share in percent."""
    since = timezone.now() - YEAR
    rows = Membership.objects.active().filter(network=network)
    counted = rows.aggregate(
        all=Count("organisation", distinct=True),
        fresh=Count("organisation", distinct=True, filter=Q(organisation__confirmed_at__gte=since)),
    )
    share = round(100 * counted["fresh"] / counted["all"]) if counted["all"] else None
    return {**counted, "share": share}


def as_file(network: Network, kind: str) -> bytes:
    """The figures as one CSV table (figure, state, value), or as XLSX with a sheet for each part."""
    states, stays, fresh = by_state(network), days_in_states(network), profiles(network)
    target = io.BytesIO()
    if kind == "csv":
        rows: list[list[Any]] = [[_("Applications"), label, count] for _value, label, count, _late in states]
        rows += [[_("Median of days"), label, round(median, 1)] for _value, label, _n, median, _q in stays]
        rows += [[_("Upper quarter of days"), label, round(upper, 1)] for _value, label, _n, _m, upper in stays]
        rows += [[_("Members"), "", fresh["all"]], [_("Confirmed in 12 months"), "", fresh["fresh"]]]
        sheets.write_csv(target, sheets.Table("", [_("Figure"), _("State"), _("Value")], rows))
        return target.getvalue()
    days: list[list[Any]] = []
    days += [[label, count, round(median, 1), round(upper, 1)] for _value, label, count, median, upper in stays]
    tables = [
        sheets.Table(
            _("Applications"),
            [_("State"), _("Applications"), _("Late")],
            [[label, count, late] for _value, label, count, late in states],
        ),
        sheets.Table(_("Days"), [_("State"), _("Applications"), _("Median of days"), _("Upper quarter of days")], days),
        sheets.Table(
            _("Profiles"),
            [_("Members"), _("Confirmed in 12 months"), _("Share in percent")],
            [[fresh["all"], fresh["fresh"], fresh["share"]]],
        ),
    ]
    sheets.write_xlsx(target, tables)
    return target.getvalue()
