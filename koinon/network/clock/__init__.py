"""What networks do by themselves: index what has changed, import spreadsheets, remind and expire."""

from koinon.network.clock import exports, indexing, intakes, reminders

__all__ = ["exports", "indexing", "intakes", "reminders"]
