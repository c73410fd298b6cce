"""Claims: who has not proved the address is reminded once; coordinators each week until they decide."""

from datetime import date, timedelta

from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.actions import claims
from koinon.network.clock.one_by_one import each
from koinon.network.models import Claim

CLOCK = machine("clock")
PROVE_AGAIN = timedelta(days=7)


@jobs.every("25 4 * * *", "network.claims")
def daily() -> None:
    """Remind whose turn it is; links that were never used run out."""
    now = timezone.now()
    rows = Claim.objects.select_related("network", "organisation", "person")
    unproved = rows.filter(state="proving")
    each(unproved.filter(made_at__lt=now - claims.LIFE), lambda row: claims.expire(by=CLOCK, claim=row))
    slow = unproved.filter(made_at__lt=now - PROVE_AGAIN, made_at__gte=now - claims.LIFE, reminded_at=None)
    each(slow, lambda row: claims.remind(by=CLOCK, claim=row))
    each(rows.filter(state="waiting", due_on__lt=date.today()), lambda row: claims.remind(by=CLOCK, claim=row))
