"""What pages below show of this app."""

from koinon.events.lends import (
    calendars,  # noqa: F401
)
