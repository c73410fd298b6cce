"""What doors send after a time without a connection, read with care: any bytes give scans or a code, never an error.

Clocks of phones lie: `at` is what the phone said, `corrected` moves it by how wrong its clock is now, and never into
the future of the server.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

PREFIX = "koinon:"
MOST, LARGEST = 200, 200_000
"""Scans and bytes of one letter."""
FAR = timedelta(hours=24)
"""A scan further from its session than this is of another day, or of a phone whose clock is wrong."""
_CODE = re.compile(r"[0-9a-zA-Z_-]{8,32}")


class Unreadable(ValueError):  # noqa: N818  (it reads as a sentence: raise Unreadable)
    """Not a letter of ours. `code`: no_json, too_many, too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Item:
    """One scan: `key` is the client's, `at` by the phone's clock."""

    key: UUID
    session: UUID
    code: str
    way: str
    at: datetime | None = None


@dataclass(frozen=True)
class Letter:
    """What came in one go; `wrong` are keys of what could not be read."""

    device: str
    items: tuple[Item, ...]
    wrong: tuple[str, ...] = ()
    skew: timedelta = timedelta()

    def corrected(self, item: Item, now: datetime) -> datetime:
        """When it was, by the server's clock: never later than now; now when the phone did not say."""
        if item.at is None:
            return now
        try:
            return min(item.at + self.skew, now)
        except OverflowError:
            return now


def code_in(text: str) -> str:
    """The code of a registration in what a camera saw or somebody typed; "" when there is none."""
    said = "".join(text.split())
    said = said[len(PREFIX) :] if said.lower().startswith(PREFIX) else said
    return said if _CODE.fullmatch(said) else ""


def is_far(at: datetime, starts: datetime, ends: datetime) -> bool:
    """Whether a scan cannot be of this session."""
    return at < starts - FAR or at > ends + FAR


def read(body: bytes, now: datetime) -> Letter:
    """A letter from its bytes. Raises Unreadable for what is no letter; single scans that make no sense are `wrong`."""
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
    found, wrong = [], []
    for each in said["items"]:
        item = _item(each)
        if item is not None:
            found.append(item)
        elif isinstance(each, dict):
            wrong.append(str(each.get("id", ""))[:80])
    device = said.get("device")
    return Letter(str(_uuid(device) or "")[:40], tuple(found), tuple(wrong), _skew(said, now))


def _item(each: Any) -> Item | None:
    if not isinstance(each, dict):
        return None
    key, session, code = _uuid(each.get("id")), _uuid(each.get("session")), each.get("code")
    if key is None or session is None or not isinstance(code, str) or each.get("way") not in ("in", "out"):
        return None
    return Item(key, session, code_in(code[:200]), each["way"], _moment(each.get("at")))


def _skew(said: Mapping[str, Any], now: datetime) -> timedelta:
    """By how much the phone's clock is behind ours."""
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
