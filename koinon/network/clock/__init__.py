"""What networks do by themselves: index what has changed, import spreadsheets, remind and expire."""

from koinon.network.clock import (
    admission,
    claims,
    exports,
    freshness,
    indexing,
    intakes,
    merging,
    reminders,
    reports,
    successions,
)

__all__ = [
    "admission",
    "claims",
    "exports",
    "freshness",
    "indexing",
    "intakes",
    "merging",
    "reminders",
    "reports",
    "successions",
]
