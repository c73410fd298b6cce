"""Who may in events? The same answer for pages, jobs, the shell and the demo loader."""

from koinon.events.rules.events import keeps_door, may_hold, organises

__all__ = ["keeps_door", "may_hold", "organises"]
