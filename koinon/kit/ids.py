"""Identifiers that sort by time: UUIDv7 (RFC 9562), so that indexes grow at one end and partitions follow the id."""

import os
import threading
import time
from datetime import datetime
from uuid import UUID

_NOISE_BITS = 62

_turn = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new UUIDv7, larger than all that this process made before: rows made in the same millisecond keep their order.

    48 bits of Unix milliseconds, 12 bits of its fraction counted on, 62 random bits. Source: RFC 9562, sections 5.7 and
    6.2 (method 3).
    """
    global _last
    with _turn:
        _last = tick = max((time.time_ns() << 12) // 1_000_000, _last + 1)
    return _assemble(tick, int.from_bytes(os.urandom(8), "big") >> (64 - _NOISE_BITS))


def floor_of(moment: datetime) -> UUID:
    """The smallest UUIDv7 of `moment` (aware): the border of a partition or of a window in time."""
    return _assemble(int(moment.timestamp() * 1000) << 12, 0)


def _assemble(tick: int, noise: int) -> UUID:
    milliseconds, fraction = tick >> 12, tick & 0xFFF
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | noise)
