"""What follows from a change: the index, the matches and the marks of the directory hear of it within a minute."""

from koinon.kit import jobs
from koinon.matching.models import Listing


def listing_changed(listing: Listing) -> None:
    """Queue the index of this listing, in the transaction that changed it; many changes of a minute are one job."""
    from koinon.matching.clock import index_listing

    jobs.later(index_listing, once=f"listing:{listing.pk}", listing=str(listing.pk))


def listing_removed(listing: Listing) -> None:
    """Queue that it leaves the index; nothing else knows of it any more."""
    from koinon.matching.clock import forget_listing

    jobs.later(
        forget_listing,
        network=str(listing.network_id),
        listing=str(listing.pk),
        organisation=str(listing.organisation_id),
    )
