"""The clock of reports: ask, remind, move standings on, never two steps at once, and close what has ended."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.actions import reports, standings
from koinon.network.clock.one_by_one import each
from koinon.network.engine.standing import round_of
from koinon.network.models import Cycle, Membership, Report, Standing

CLOCK = machine("clock")
BEFORE = (timedelta(days=30), timedelta(days=7))
MOST_OPENED = 5000


@jobs.every("5 5 * * *", "network.reports")
def daily() -> None:
    """Everything of one day; each part may run again and does nothing twice."""
    close_ended()
    for cycle in Cycle.objects.filter(is_running=True).select_related("network"):
        open_due(cycle)
    remind()
    move_on()


def open_due(cycle: Cycle) -> int:
    """Ask every member that belongs long enough for the report of the last round, if it was not asked yet."""
    asked_on = round_of(cycle.first_on, cycle.months, date.today())
    if asked_on is None:
        return 0
    asked = Report.objects.filter(membership=OuterRef("pk"), covers_until__gte=asked_on)
    old_enough = Q(period__startswith__lte=asked_on - timedelta(days=max(cycle.young_days, 1)))
    rows = Membership.objects.active().filter(~Exists(asked), old_enough, network=cycle.network_id)
    rows = rows.select_related("organisation", "network").order_by("pk")
    act = reports.open_report
    return each(rows, lambda row: act(by=CLOCK, cycle=cycle, membership=row, asked_on=asked_on), most=MOST_OPENED)


def remind() -> None:
    """Members a month and a week before the deadline; coordinators while a report waits to be read."""
    today = date.today()
    rows = Report.objects.select_related("network", "membership__organisation", "membership__network")
    waiting = rows.filter(state="submitted", answer_on__lt=today)
    each(waiting, lambda row: reports.remind(by=CLOCK, report=row))
    last = Greatest("due_on", Coalesce("extended_to", "due_on"))
    for before in BEFORE:
        soon = rows.owed().annotate(last=last).filter(last__gte=today, last__lte=today + before, opened_on__lt=today)
        unheard = soon.filter(Q(reminded_on=None) | Q(reminded_on__lt=today - before))
        each(unheard.order_by("pk"), lambda row: reports.remind(by=CLOCK, report=row))


def move_on() -> None:
    """Standings whose day has come, each by one step."""
    due = Standing.objects.filter(until__lte=date.today(), state__in=["due", "late", "risk", "inactive"])
    rows = due.select_related("membership__network", "membership__organisation").order_by("until", "pk")
    each(rows, lambda row: standings.move_on(by=CLOCK, standing=row))


def close_ended() -> None:
    """Memberships that ended by somebody's will: nobody waits for their reports."""
    over = Standing.objects.exclude(state__in=["lapsed", "withdrawn"]).filter(
        membership__period__endswith__lte=date.today()
    )
    rows = over.select_related("membership__network", "membership__organisation").order_by("pk")
    each(rows, lambda row: standings.close(by=CLOCK, standing=row))
