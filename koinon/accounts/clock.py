"""What accounts does by itself: digests at a fixed hour of the reader's day, and the nightly sweep."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from koinon.accounts import actions
from koinon.accounts.models import Notice, Person, Preference
from koinon.kit import jobs
from koinon.kit.verbs import machine

HOUR = 7
MONDAY = 0


@jobs.every("2 * * * *", "accounts.digests")
def digests() -> None:
    """Hourly: to everybody for whom it is past seven, what waited until then (weekly wishes: until Monday at seven)."""
    send_digests(timezone.now())


@jobs.every("40 3 * * *", "accounts.sweep")
def sweep() -> None:
    """Nightly: what has had its time goes."""
    actions.sweep(by=machine("clock"))


def send_digests(now: datetime) -> int:
    """Send every digest that is due at `now` and return how many letters; running it again sends nothing twice."""
    waiting = Notice.objects.filter(sent_at=None, pace__in=[Preference.Pace.DAILY, Preference.Pace.WEEKLY])
    zones = list(
        Person.objects.filter(pk__in=waiting.values("person"))
        .values_list("zone", flat=True)
        .distinct()
        .order_by("zone")
    )
    sent = 0
    for zone in zones:
        daily, weekly = cut_offs(now, zone)
        due = waiting.filter(person__zone=zone, person__is_active=True, made_at__lt=daily)
        due = due.exclude(pace=Preference.Pace.WEEKLY, made_at__gte=weekly)
        for person in Person.objects.filter(pk__in=due.values("person")).order_by("pk").iterator(chunk_size=200):
            rows = actions.send_digest(by=machine("clock"), person=person, daily_before=daily, weekly_before=weekly)
            sent += bool(rows)
    return sent


def cut_offs(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The last seven o'clock, and the last seven o'clock on a Monday, in `zone`, as moments in UTC."""
    here = now.astimezone(ZoneInfo(zone))
    seven = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if here < seven:
        seven -= timedelta(days=1)
    monday = seven - timedelta(days=(seven.weekday() - MONDAY) % 7)
    return seven.astimezone(UTC), monday.astimezone(UTC)
