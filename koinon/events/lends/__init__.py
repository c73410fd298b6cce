"""What pages below show of this app."""

from koinon.events.lends import (
    afterwards,  # noqa: F401
    attending,  # noqa: F401
    calendars,  # noqa: F401
    demo,  # noqa: F401
    organising,  # noqa: F401
    registering,  # noqa: F401
)
