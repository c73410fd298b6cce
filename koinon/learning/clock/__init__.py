"""What learning does by itself: deadlines, reminders, marking, publishing of status lists."""

from koinon.learning.clock import badges, learning  # noqa: F401
