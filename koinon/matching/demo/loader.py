"""Loads the offers, needs and replies of the demo network through the same verbs as everybody's, then matches them."""

import tomllib
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from koinon.kit.search import encoder
from koinon.kit.verbs import Actor
from koinon.matching import actions, queries
from koinon.matching.clock import match_network
from koinon.matching.clock.index import index_all
from koinon.matching.demo import calls, introductions, ties
from koinon.matching.demo.posting import post
from koinon.matching.models import Listing, Match, Reply
from koinon.network.models import Network, Organisation

FOLDER = Path(__file__).parent


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    networks = {row.slug: row for row in Network.objects.filter(is_demo=True)}
    organisations = {row.slug: row for row in Organisation.objects.filter(is_demo=True)}
    rows = [row for row in _read("listings.toml", "listing") if _is_known(row, networks, organisations)]
    listings, made = _listings(by, rows, networks, organisations)
    if made:
        yield f"Wrote {made} offers and needs in seven languages."
    if replied := _replies(by, listings, organisations):
        yield f"Wrote {replied} replies to them."
    waiting = [network for network in networks.values() if made or not Match.objects.filter(network=network).exists()]
    waiting = [network for network in waiting if Listing.objects.running().filter(network=network).exists()]
    if waiting:
        found = _match(by, waiting)
        yield f"Matched offers and needs: {found} pairs." if found else "Matches follow as soon as the encoder runs."
        if made := sum(introductions.load(by=by, network=network) for network in waiting):
            yield f"Made {made} introductions, with letters and a meeting."
    yield from calls.load(by=by)
    yield from ties.load(by=by)


def _is_known(row: dict[str, Any], networks: dict[str, Network], organisations: dict[str, Organisation]) -> bool:
    return row["network"] in networks and row["organisation"] in organisations


def _listings(
    by: Actor, rows: list[dict[str, Any]], networks: dict[str, Network], organisations: dict[str, Organisation]
) -> tuple[dict[str, Listing], int]:
    """Every listing by its reference, and how many were made now."""
    there = {
        (row.network_id, row.organisation_id, row.side, row.title): row for row in Listing.objects.filter(is_demo=True)
    }
    found: dict[str, Listing] = {}
    made = 0
    for row in rows:
        network, organisation = networks[row["network"]], organisations[row["organisation"]]
        listing = there.get((network.pk, organisation.pk, row["side"], row["title"]))
        if listing is None:
            listing = _post(by, network, organisation, row)
            made += 1
        found[row["ref"]] = listing
    return found, made


def _post(by: Actor, network: Network, organisation: Organisation, row: dict[str, Any]) -> Listing:
    listing = post(
        by,
        network,
        organisation,
        row,
        for_whom=row["for_whom"],
        role=row["expected_role"],
        partner_kinds=row["partner_kinds"],
        countries=row["target_countries"],
    )
    if row.get("state") == "paused":
        actions.listings.pause(by=by, listing=listing)
    return listing


def _replies(by: Actor, listings: dict[str, Listing], organisations: dict[str, Organisation]) -> int:
    made = 0
    for row in _read("replies.toml", "reply"):
        listing, organisation = listings.get(row["listing"]), organisations.get(row["organisation"])
        if listing is None or organisation is None or not listing.is_open:
            continue
        if Reply.objects.filter(listing=listing, organisation=organisation).exists():
            continue
        person = next(iter(queries.speakers_of(organisation.pk)), None)
        said = {key: row[key] for key in ("brings", "why", "when", "language")}
        reply = actions.replies.reply(by=by, listing=listing, organisation=organisation, person=person, **said)
        _move(by, reply, row)
        at = timezone.now() - timedelta(days=row["days_ago"])
        Reply.objects.filter(pk=reply.pk).update(made_at=at, moved_at=at)
        made += 1
    return made


def _move(by: Actor, reply: Reply, row: dict[str, Any]) -> None:
    """Bring a reply to the state that the file tells, by the verb that leads there."""
    if row["state"] == "declined":
        actions.replies.decline(by=by, reply=reply, reason=row["reason"])
    elif row["state"] != "new":
        verbs = {
            "read": actions.replies.read,
            "shortlisted": actions.replies.shortlist,
            "accepted": actions.replies.accept,
        }
        verbs[row["state"]](by=by, reply=reply)


def _match(by: Actor, networks: list[Network]) -> int:
    """Index and match now, with the encoder of this machine if it runs, else with one in this process."""
    with nullcontext() if encoder.version() else _own_encoder():
        total = 0
        for network in networks:
            index_all(network.pk)
            total += match_network(network.pk, by=by)
    return total


def _own_encoder() -> Any:
    import os

    from koinon.kit.meaning import build
    from koinon.kit.meaning.local import Encoder

    folder = Path(os.environ.get("KOINON_ENCODER_FOLDER", "") or settings.KOINON_DATA / "encoder")
    if not build.is_built(folder):
        return nullcontext()
    return encoder.using(Encoder(folder, threads=os.cpu_count() or 1))


def _read(name: str, table: str) -> list[dict[str, Any]]:
    with (FOLDER / name).open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file)[table]
    return rows


def references() -> dict[str, UUID]:
    """Reference of listings.toml -> id, for journeys and screens."""
    titles = {(row["side"], row["title"]): row["ref"] for row in _read("listings.toml", "listing")}
    rows = Listing.objects.filter(is_demo=True).values_list("pk", "side", "title")
    return {titles[side, title]: pk for pk, side, title in rows if (side, title) in titles}
