"""Links that lead away: gathered, asked one after the other, politely; what came of it is kept with its day."""

import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import F, Q
from django.utils import timezone

from koinon.kit import jobs, outside
from koinon.learning.engine import reading
from koinon.learning.engine.documents import Node as Part
from koinon.learning.models import Elsewhere, Node, Version
from koinon.learning.queries.documents import texts_of

AGAIN, LONGEST = timedelta(days=7), 2000
MOST, PER_HOST, SECONDS = 100, 5, 60.0
"""In one hour: so many addresses, so many of one host, and no longer than this."""


@jobs.every("50 * * * *", "learning.ask_links")
def ask_links() -> None:
    """Hourly: addresses in drafts that were never asked, or not for a week; the check list says what came of it."""
    gather()
    ask()


def gather() -> None:
    """The addresses that drafts lead to now; those that none does any more are forgotten."""
    found: set[str] = set()
    for version in Version.objects.filter(state__in=["draft", "review"]).iterator():
        found.update(addresses(version))
    Elsewhere.objects.exclude(url__in=found).delete()
    Elsewhere.objects.bulk_create([Elsewhere(url=url) for url in sorted(found)], ignore_conflicts=True)


def addresses(version: Version) -> set[str]:
    """Those of one version that we would ask. Two queries."""
    texts = texts_of(version)
    rows = Node.objects.filter(version=version)
    parts = [Part(str(row.key), row.kind, texts=texts.get(row.pk, {}), settings=row.settings) for row in rows]
    named = {url for part in parts for url in reading.addresses(part)}
    return {url for url in named if len(url) <= LONGEST and outside.is_plain(url)}


def ask(answers: Callable[[str], bool] = outside.answers) -> None:
    """Each by itself, a few of one host; the others wait for the next hour."""
    now, begun = timezone.now(), time.monotonic()
    hosts: dict[str, int] = {}
    due = Elsewhere.objects.filter(Q(asked_at=None) | Q(asked_at__lt=now - AGAIN))
    for row in due.order_by(F("asked_at").asc(nulls_first=True), "pk")[:MOST]:
        host = urlsplit(row.url).hostname or ""
        hosts[host] = hosts.get(host, 0) + 1
        if hosts[host] > PER_HOST:
            continue
        if time.monotonic() - begun > SECONDS:
            break
        row.answers, row.asked_at = answers(row.url), timezone.now()
        row.save(update_fields=["answers", "asked_at"])
