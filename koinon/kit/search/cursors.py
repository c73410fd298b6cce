"""Places in a list, written so that they fit into an address: a page begins after a row, never at a number of rows."""

import base64
import binascii
import json
from dataclasses import dataclass
from uuid import UUID

LONGEST = 800


@dataclass(frozen=True, slots=True)
class Cursor:
    """After (or before) which row: its order key and id; in a list ranked by likeness its position."""

    key: str
    noun: UUID
    backwards: bool = False
    position: int = 0

    def write(self) -> str:
        """A URL-safe word."""
        data = json.dumps([int(self.backwards), self.position, self.noun.hex, self.key], ensure_ascii=False)
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def read(word: str) -> Cursor | None:
    """The cursor of a word; None for anything that nobody of ours wrote: then the list starts at its beginning."""
    if not word or len(word) > LONGEST:
        return None
    try:
        data = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        backwards, position, noun, key = data
        if not (isinstance(position, int) and 0 <= position < 10_000 and isinstance(key, str) and "\0" not in key):
            return None
        key.encode()
        return Cursor(key, UUID(noun), bool(backwards), position)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return None
