"""Identifiers that sort by time: UUIDv7 (RFC 9562), so that indexes grow at one end and partitions follow the id."""

import os
import time
from datetime import datetime
from uuid import UUID

_RANDOM_BITS = 74


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits. Source: RFC 9562, section 5.7."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big") & ((1 << _RANDOM_BITS) - 1)
    return _assemble(milliseconds, noise)


def floor_of(moment: datetime) -> UUID:
    """The smallest UUIDv7 of `moment` (aware): the border of a partition or of a window in time."""
    return _assemble(int(moment.timestamp() * 1000), 0)


def _assemble(milliseconds: int, noise: int) -> UUID:
    high, low = noise >> 62, noise & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
