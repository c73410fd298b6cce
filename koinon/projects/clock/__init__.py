"""What projects do by themselves: deadlines and reminders."""

from koinon.projects.clock import turns  # noqa: F401
