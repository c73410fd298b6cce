"""Whose page was confirmed, whose was not: for the clock, the figures and the lists."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from koinon.network.models import Mandate, Membership, Network, Organisation
from koinon.network.queries.organisations import FRESH

ASK_BEFORE = timedelta(days=30)
AGAIN = timedelta(days=21)
GIVE_UP = timedelta(days=365)


def share_confirmed(network: Network | UUID) -> tuple[int, int]:
    """(members whose page somebody of theirs confirmed in the last 12 months, all members today). One query."""
    rows = Membership.objects.active().filter(network=network).order_by()
    fresh = Q(organisation__confirmed_at__gte=timezone.now() - FRESH)
    found = rows.aggregate(fresh=Count("pk", filter=fresh), all=Count("pk"))
    return found["fresh"], found["all"]


def to_ask() -> QuerySet[Organisation]:
    """Members with somebody who speaks for them, whose page gets a year old soon and who were not asked this year."""
    old = timezone.now() - FRESH + ASK_BEFORE
    members = Membership.objects.active().filter(organisation=OuterRef("pk"))
    mandates = Mandate.objects.in_force().filter(organisation=OuterRef("pk")).exclude(role="contact")
    rows = Organisation.objects.filter(Exists(members), Exists(mandates), merged_into=None)
    return rows.annotate(last=Coalesce("confirmed_at", "made_at")).filter(last__lt=old).order_by("last", "pk")


def to_ask_now() -> QuerySet[Organisation]:
    """First letters, one reminder after three weeks, then again after a year."""
    now = timezone.now()
    never, slow = Q(asked_at=None), Q(asked_at__lt=now - AGAIN, asked_at__gt=now - AGAIN - timedelta(days=3))
    return to_ask().filter(never | slow | Q(asked_at__lt=now - GIVE_UP))
