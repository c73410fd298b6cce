"""What networks do by themselves: index what has changed, import spreadsheets, remind and expire."""

from koinon.network.clock import indexing, intakes, reminders

__all__ = ["indexing", "intakes", "reminders"]
