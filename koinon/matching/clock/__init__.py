"""What matching does by itself: index what changed, match a network anew, remind, expire, close."""

from koinon.matching.clock.ends import close_introductions, expire_listings, remind_owners
from koinon.matching.clock.index import forget_listing, index_listing, listings_of_organisations
from koinon.matching.clock.refresh import match_network, match_one, match_small, nightly, refresh_network

__all__ = [
    "close_introductions",
    "expire_listings",
    "forget_listing",
    "index_listing",
    "listings_of_organisations",
    "match_network",
    "match_one",
    "match_small",
    "nightly",
    "refresh_network",
    "remind_owners",
]
