"""What happens later, by subject."""

from koinon.events.actions import lists  # noqa: F401
from koinon.events.clock import attending, events, feedback, places, registering, reminders  # noqa: F401
