"""What happens later, by subject."""

from koinon.events.clock import attending, events, places  # noqa: F401
