"""Whose page was confirmed, whose was not: for the clock, the figures and the lists."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from koinon.network.models import Mandate, Membership, Organisation
from koinon.network.queries.organisations import FRESH

ASK_BEFORE = timedelta(days=30)
AGAIN = timedelta(days=21)
GIVE_UP = timedelta(days=365)


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
