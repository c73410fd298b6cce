"""What happens later, by subject."""

from koinon.events.clock import places  # noqa: F401
