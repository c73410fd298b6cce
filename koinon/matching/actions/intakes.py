"""Offers and needs of a spreadsheet: made once, taken back while nobody has used them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.matching import rules
from koinon.matching.actions import changes, listings
from koinon.matching.models import Introduction, Listing, Reply
from koinon.network.models import Network, Organisation

VALID_FOR = timedelta(days=180)


@verb("matching.imported", rule=rules.may_import, counts=lambda result: {"listings": len(result[1])})
def bring_in(
    *, by: Actor, network: Network, organisation: Organisation, rows: Sequence[dict[str, Any]]
) -> tuple[Network, list[UUID]]:
    """Make the listings of one organisation and give the ids of the new ones; a title that is there is left alone."""
    made = []
    for row in rows:
        title = prose.line(row["title"])[: listings.TITLE]
        there = Listing.objects.filter(network=network, organisation=organisation, side=row["side"], title=title)
        if not there.exists():
            made.append(_made(by, network, organisation, {**row, "title": title}).pk)
    return network, made


@verb("matching.import_undone", rule=rules.may_import_undone)
def take_back(*, by: Actor, network: Network, ids: Sequence[UUID]) -> tuple[Network, list[str]]:
    """Remove imported listings; a sentence for each that stays because somebody has used it since."""
    stays = []
    for listing in Listing.objects.filter(network=network, pk__in=list(ids)).order_by("pk"):
        if _is_used(listing):
            stays.append(_("“%(title)s” stays: it has been used since.") % {"title": listing.title})
            continue
        changes.listing_removed(listing)
        listing.delete()
    return network, stays


def _made(by: Actor, network: Network, organisation: Organisation, row: dict[str, Any]) -> Listing:
    """Themes of the organisation and its days may be more than a listing takes: then the first ones, and a year."""
    facts = {key: row[key] for key in ("themes", "countries") if row.get(key)}
    facts["themes"] = facts.get("themes", [])[: listings.MOST_THEMES]
    return listings.post(
        by=_clerk(by),
        network=network,
        organisation=organisation,
        side=row["side"],
        kind=row.get("kind") or _usual_kind(row["side"]),
        language=row.get("language") or organisation.language,
        title=row["title"],
        text=row.get("text") or row["title"],
        until=min(row.get("until") or date.today() + VALID_FOR, date.today() + listings.LONGEST_LIFE),
        **facts,
    )


def _clerk(by: Actor) -> Actor:
    """Whoever may import for the network writes for its members; the line in the chronicle says who it was."""
    from dataclasses import replace

    return replace(by, is_machine=True)


def _usual_kind(side: str) -> str:
    return "expertise" if side == "offer" else "partner"


def _is_used(listing: Listing) -> bool:
    is_asked = Introduction.objects.filter(need=listing).exists() or Introduction.objects.filter(offer=listing).exists()
    was_edited = listing.changed_at - listing.made_at > timedelta(seconds=5)
    return is_asked or was_edited or Reply.objects.filter(listing=listing).exists()
