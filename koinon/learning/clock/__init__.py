"""What learning does by itself: deadlines, reminders, marking, publishing of status lists."""

from koinon.learning.actions import cohort_files  # noqa: F401
from koinon.learning.clock import (  # noqa: F401
    badges,
    event_badges,
    exports,
    imports,
    learning,
    links,
    reviews,
    runs,
    shelf,
)
