"""What can be done with offers, needs, replies, matches and introductions."""

from koinon.matching.actions import (
    calls,
    ends,
    intakes,
    introductions,
    listings,
    matches,
    meetings,
    outcomes,
    replies,
    reviews,
    threads,
    weights,
)

__all__ = [
    "calls",
    "ends",
    "intakes",
    "introductions",
    "listings",
    "matches",
    "meetings",
    "outcomes",
    "replies",
    "reviews",
    "threads",
    "weights",
]
