"""Offers and needs, replies, matches, introductions: how organisations find each other."""

from koinon.matching.models.listings import (
    LISTING_STEPS,
    REPLY_STEPS,
    SPEAKERS,
    Listing,
    Listings,
    Replies,
    Reply,
    running_today,
    voices,
)
from koinon.matching.models.matches import (
    INTRODUCTION_STEPS,
    Dismissal,
    Introduction,
    Introductions,
    Match,
    Matches,
)

__all__ = [
    "INTRODUCTION_STEPS",
    "LISTING_STEPS",
    "REPLY_STEPS",
    "SPEAKERS",
    "Dismissal",
    "Introduction",
    "Introductions",
    "Listing",
    "Listings",
    "Match",
    "Matches",
    "Replies",
    "Reply",
    "running_today",
    "voices",
]
