"""What can be done with offers, needs, replies, matches and introductions."""

from koinon.matching.actions import intakes, introductions, listings, matches, replies

__all__ = ["intakes", "introductions", "listings", "matches", "replies"]
