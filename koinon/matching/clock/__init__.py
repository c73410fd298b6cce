"""What matching does by itself: index what changed, match a network anew, remind, expire, close."""

from koinon.matching.clock.ends import expire_listings, keep_promises, remind_owners
from koinon.matching.clock.exports import export_ties
from koinon.matching.clock.index import forget_listing, index_listing, listings_of_organisations
from koinon.matching.clock.introductions import daily_introductions, hourly_meetings
from koinon.matching.clock.learning import learn_all
from koinon.matching.clock.letters import take
from koinon.matching.clock.picture import build_all, draw_all, draw_network
from koinon.matching.clock.refresh import match_network, match_one, match_small, nightly, refresh_network
from koinon.matching.clock.thanks import thank_all
from koinon.matching.clock.ties import derive_ties, end_clusters, lapse_ties, remind_clusters, remind_ties
from koinon.matching.clock.weekly import tell_network, weekly

__all__ = [
    "build_all",
    "daily_introductions",
    "derive_ties",
    "draw_all",
    "draw_network",
    "end_clusters",
    "expire_listings",
    "export_ties",
    "forget_listing",
    "hourly_meetings",
    "index_listing",
    "keep_promises",
    "lapse_ties",
    "learn_all",
    "listings_of_organisations",
    "match_network",
    "match_one",
    "match_small",
    "nightly",
    "refresh_network",
    "remind_clusters",
    "remind_owners",
    "remind_ties",
    "take",
    "tell_network",
    "thank_all",
    "weekly",
]
