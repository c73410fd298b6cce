"""The index of offers and needs: one listing within a minute of its change, with its matches."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from koinon.kit import jobs, search
from koinon.kit.models import SearchRecord
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.clock import refresh
from koinon.matching.models import Listing

SHELVES = ("need", "offer", "service")
"""Kinds of the index; paid services stand apart, so that no match and no list of offers holds them by accident."""

READERS = ("en", "sq", "lt", "mk", "el")
PATIENCE = 60
"""Seconds until a listing is tried again whose meaning could not be had because the encoder was away."""


@jobs.task("matching.index_listing")
def index_listing(listing: str) -> None:
    """Put one listing into the index, or take it out, and bring its matches up to date."""
    row = _rows(Listing.objects.filter(pk=listing)).first()
    if row is None:
        return
    is_running = Listing.objects.running().filter(pk=row.pk).exists()
    before = {kind for kind in SHELVES if search.scopes_of(kind=kind, noun=row.pk)}
    if is_running:
        search.put(scope=row.network_id, kind=row.shelf, rows=[row_of(row)])
    for kind in sorted(before - {row.shelf} if is_running else before):
        search.remove(scope=row.network_id, kind=kind, nouns=[row.pk])
    if is_running != bool(before):
        _mark(row.organisation_id)
    if is_running and not _has_meaning(row):
        jobs.later(index_listing, once=f"listing:{listing}", delay=PATIENCE, listing=listing)
        return
    refresh.listing_moved(row)


@jobs.task("matching.forget_listing")
def forget_listing(network: str, listing: str, organisation: str) -> None:
    """A listing was taken back: out of the index; its matches went with its row."""
    search.remove(scope=UUID(network), nouns=[UUID(listing)])
    _mark(UUID(organisation))


def listings_of_organisations(organisation_ids: list[UUID]) -> None:
    """An organisation changed, joined or left: its listings are indexed anew, or go."""
    rows = Listing.objects.filter(organisation__in=organisation_ids, state="open").values_list("pk", flat=True)
    for key in rows:
        jobs.later(index_listing, once=f"listing:{key}", listing=str(key))


def index_all(network: UUID) -> int:
    """Index every running listing of a network now; gives how many."""
    done = 0
    for shelf in SHELVES:
        rows = _rows(Listing.objects.running().on_shelf(shelf).filter(network=network)).order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        done += search.put(scope=network, kind=shelf, rows=map(row_of, rows.iterator(chunk_size=500)), recount=False)
        search.keep_only(scope=network, kind=shelf, nouns=keys)
    return done


def row_of(listing: Listing) -> search.Row:
    """One listing as a row of the index; both sides are "query": they are compared with each other."""
    organisation = listing.organisation
    labels = [eurovoc.label(theme, language) for theme in listing.themes for language in READERS]
    names = [countries.country_name(organisation.country, each) for each in READERS] if organisation.country else []
    english = ", ".join(eurovoc.label(theme, "en") for theme in listing.themes)
    said = (listing.title, listing.text, listing.for_whom, listing.role, english)
    return search.Row(
        noun=listing.pk,
        title=listing.title,
        language=listing.language,
        names=(),
        tags=tuple(dict.fromkeys([*labels, *names, *organisation.names.values()])),
        text=" ".join((listing.text, listing.for_whom, listing.role)),
        country=organisation.country,
        sort=listing.kind,
        themes=tuple(listing.themes),
        languages=tuple(dict.fromkeys([listing.language, *listing.languages])),
        embeds=". ".join(part for part in said if part),
        prefix="query",
    )


def marks(network: UUID, organisations: Iterable[UUID]) -> dict[UUID, set[str]]:
    """What organisations have to offer or need today, for the directory."""
    found: dict[UUID, set[str]] = {}
    rows = Listing.objects.running().filter(network=network, organisation__in=list(organisations), is_service=False)
    for organisation, side in rows.order_by().values_list("organisation_id", "side").distinct():
        found.setdefault(organisation, set()).add(f"{side}s")
    return found


def _rows(rows: "QuerySet[Listing]") -> "QuerySet[Listing]":
    return rows.select_related("organisation__place", "network")


def _has_meaning(listing: Listing) -> bool:
    return SearchRecord.objects.filter(
        scope=listing.network_id, kind=listing.shelf, noun=listing.pk, vector__isnull=False
    ).exists()


def _mark(organisation: UUID) -> None:
    from koinon.network.clock.indexing import organisations_changed

    organisations_changed([organisation])
