"""What we tell people, in their language: on the desk, in letters, and the words they agree to."""

from koinon.accounts.notices.telling import (
    DIGEST,
    absolute,
    archive_ready,
    forgotten,
    send_digest,
    send_entrance,
    silence,
    tell,
    tell_all,
    unsubscribe_address,
)

__all__ = [
    "DIGEST",
    "absolute",
    "archive_ready",
    "forgotten",
    "send_digest",
    "send_entrance",
    "silence",
    "tell",
    "tell_all",
    "unsubscribe_address",
]
