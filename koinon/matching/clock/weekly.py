"""Once a week: new calls that fit one's own, for the Monday letter of whoever wants it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.matching import actions
from koinon.matching.engine import days, reasons
from koinon.matching.models import CallDigest, Listing, Match
from koinon.network.models import Network, Organisation, name_in

NEW = timedelta(days=7)
SHOWN = 5
DEEPEST = 10


@jobs.every("10 16 * * 0", "matching.weekly")
def weekly() -> None:
    """On Sunday afternoon, before it is Monday seven o'clock anywhere; a network at a time."""
    week = days.monday_of(date.today() + timedelta(days=1))
    for key in Listing.objects.running().order_by().values_list("network", flat=True).distinct():
        jobs.later(tell_network, once=f"week:{key}:{week}", network=str(key), week=week.isoformat())


@jobs.task("matching.tell_week")
def tell_network(network: str, week: str) -> None:
    """Every organisation with new matches of this week hears of them once, however often this runs."""
    row, day = Network.objects.get(pk=network), date.fromisoformat(week)
    told = set(CallDigest.objects.filter(network=row, week=day).values_list("organisation", flat=True))
    for organisation, found in new_for(row.pk):
        if organisation.pk not in told:
            lines = [_line(*each) for each in found[:SHOWN]]
            by = machine("clock")
            actions.calls.tell_week(by=by, network=row, organisation=organisation, week=day, lines=lines)


def new_for(network: UUID) -> Iterator[tuple[Organisation, list[tuple[Listing, Listing, Any]]]]:
    """(organisation, [(theirs, mine, reasons)]) of calls opened in the last seven days that fit its own running ones.

    The best first; each of their calls once.
    """
    since = timezone.now() - NEW
    rows = Match.objects.running().filter(network=network).select_related("need__organisation", "offer__organisation")
    found: dict[UUID, dict[UUID, tuple[int, Listing, Listing, Any]]] = {}
    houses: dict[UUID, Organisation] = {}
    for match in rows.order_by("-score", "pk").iterator(chunk_size=500):
        ways = ((match.need, match.offer, match.rank_for_need), (match.offer, match.need, match.rank_for_offer))
        for mine, theirs, rank in ways:
            if rank and rank <= DEEPEST and theirs.opened_at and theirs.opened_at >= since:
                houses[mine.organisation_id] = mine.organisation
                found.setdefault(mine.organisation_id, {}).setdefault(theirs.pk, (rank, theirs, mine, match.reasons))
    for key in sorted(found):
        best = sorted(found[key].values(), key=lambda each: (each[0], each[1].pk))
        yield houses[key], [(theirs, mine, why) for _rank, theirs, mine, why in best]


def _line(theirs: Listing, mine: Listing, why: Any) -> Any:
    def line(language: str) -> str:
        house = name_in(theirs.organisation.names, theirs.organisation.language, language)
        return f"• {theirs.title} ({house}). {reasons.sentence(why, language, side=mine.side)}"

    return line
