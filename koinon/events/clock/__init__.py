"""What happens later, by subject."""

from koinon.events.actions import lists  # noqa: F401
from koinon.events.clock import attending, events, feedback, places, reminders  # noqa: F401
