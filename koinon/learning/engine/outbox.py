"""What devices send after a time without a connection, read with care: any bytes give items or a code, never an error.

Clocks of devices lie: `at` is what the device said, `corrected` moves it by how wrong its clock is now, and never into
the future of the server.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

KINDS = ("viewed", "quiz", "post", "evidence", "roll")
"""What may be said without a connection: that one has read, a practice quiz, a contribution, evidence, a roll call."""
MOST, LARGEST, LARGEST_ITEM = 100, 1_000_000, 300_000
"""Items, bytes of one letter, bytes of one item."""


class Unreadable(ValueError):  # noqa: N818  (it reads as a sentence: raise Unreadable)
    """Not a letter of ours. `code`: no_json, too_many, too_large, no_device."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Item:
    """One thing somebody did: `key` is the client's, `sequence` its place on the device."""

    key: UUID
    kind: str
    sequence: int = 0
    at: datetime | None = None
    run: UUID | None = None
    node: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """What came in one go: items in the order in which they were done; `wrong` are keys of what could not be read."""

    device: str
    owner: str
    items: tuple[Item, ...]
    wrong: tuple[str, ...] = ()
    skew: timedelta = timedelta()

    def corrected(self, item: Item, now: datetime) -> datetime:
        """When it was done, by the server's clock: never later than now; now when the device did not say."""
        if item.at is None:
            return now
        try:
            return min(item.at + self.skew, now)
        except OverflowError:
            return now


def read(body: bytes, now: datetime) -> Letter:
    """A letter from its bytes. Raises Unreadable for what is no letter; single items that make no sense are `wrong`."""
    if len(body) > LARGEST:
        raise Unreadable("too_large")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("no_json") from problem
    if not isinstance(said, dict) or not isinstance(said.get("items"), list):
        raise Unreadable("no_json")
    if len(said["items"]) > MOST:
        raise Unreadable("too_many")
    device = _uuid(said.get("device"))
    if device is None:
        raise Unreadable("no_device")
    found, wrong = [], []
    for each in said["items"]:
        item = _readable(each)
        if item is not None:
            found.append(item)
        elif isinstance(each, dict):
            wrong.append(str(each.get("id", ""))[:80])
    found.sort(key=lambda item: item.sequence)
    return Letter(str(device), str(said.get("owner", ""))[:80], tuple(found), tuple(wrong), _skew(said, now))


def _readable(each: Any) -> Item | None:
    try:
        return _item(each)
    except RecursionError:
        return None


def _item(each: Any) -> Item | None:
    if not isinstance(each, dict) or len(str(each)) > LARGEST_ITEM:
        return None
    key, sequence, data = _uuid(each.get("id")), each.get("sequence"), each.get("data")
    is_number = isinstance(sequence, int) and not isinstance(sequence, bool) and 0 <= sequence < 2**31
    if key is None or each.get("kind") not in KINDS or not is_number or not isinstance(data, dict):
        return None
    run, node = _uuid(each.get("run")), _uuid(each.get("node"))
    return Item(key, each["kind"], int(str(sequence)), _moment(each.get("at")), run, node, data)


def _skew(said: Mapping[str, Any], now: datetime) -> timedelta:
    """By how much the device's clock is behind ours."""
    theirs = _moment(said.get("now"))
    return now - theirs if theirs is not None else timedelta()


def _uuid(said: Any) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) and len(said) == 36 else None
    except ValueError:
        return None


def _moment(said: Any) -> datetime | None:
    """A moment with its zone; None for what a database could not keep."""
    if not isinstance(said, str):
        return None
    try:
        found = datetime.fromisoformat(said[:40])
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if 1990 <= found.year < 3000 else None
