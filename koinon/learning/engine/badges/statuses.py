"""Bitstring status lists (W3C, version 1.0): which credentials are revoked or suspended, told without telling whose.

A list has 131,072 places or more, given out at random, so that its readers learn neither who holds which credential nor
in which order they were given. It ends soon (`until`) and is signed anew in time (`again_at`), or an old copy could be
shown for a new one. Revoked is for ever, suspended can be taken back: two lists, the same place in both.
"""

import base64
import binascii
import secrets
import zlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from koinon.learning.engine.badges.credentials import VC, stamp
from koinon.learning.engine.badges.facts import PURPOSES

SMALLEST = 131_072
LARGEST_BYTES = 2 * 2**20
LASTS = timedelta(days=7)
"""How long a signed list is good for. Long enough for a weekend without power, short for a copy of last month."""


class Unreadable(ValueError):  # noqa: N818
    """Not a list, too small for its promise, or larger than we open."""


def free_index(taken: Collection[int], size: int = SMALLEST) -> int:
    """A place at random that is not taken. Raises ValueError when three quarters are: then begin another list."""
    if len(taken) >= size * 3 // 4:
        raise ValueError("this list is full: begin another")
    while (index := secrets.randbelow(size)) in taken:
        pass
    return index


def again_at(until: datetime) -> datetime:
    """When to sign the list anew: at a third of its time, so that two nights may fail before it ends."""
    return until - LASTS * 2 / 3


def list_credential(
    *, url: str, issuer: str, purpose: str, set_indices: Iterable[int], now: datetime, size: int = SMALLEST
) -> dict[str, Any]:
    """The credential of a list, unsigned; `url` is where it will stand, `issuer` the DID that signs it and the badges.

    Serve it signed twice, as VC-JWT and with a Data Integrity proof, at two addresses: a badge points to the list of
    its own kind, so that who can verify one can verify the other.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose} is no purpose of a list")
    return {
        "@context": [VC],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": stamp(now),
        "validUntil": stamp(now + LASTS),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(set_indices, size),
        },
    }


def encoded(set_indices: Iterable[int], size: int = SMALLEST) -> str:
    """Bits as the specification writes them: leftmost first, gzip, base64url with a u before it; always the same bytes
    for the same bits. Raises ValueError for a place outside, or a list smaller than it may be."""
    if size < SMALLEST or size % 8:
        raise ValueError(f"a list has {SMALLEST} places or more")
    bits = bytearray(size // 8)
    for index in set_indices:
        if not 0 <= index < size:
            raise ValueError(f"no place {index} in this list")
        bits[index // 8] |= 0x80 >> (index % 8)
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    packed = packer.compress(bytes(bits)) + packer.flush()
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decoded(text: Any) -> bytes:
    """The bits of an encoded list. Raises Unreadable; never opens more than 2 MB (16 million places)."""
    if not isinstance(text, str) or not text.startswith("u") or len(text) > LARGEST_BYTES:
        raise Unreadable("not a list")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj(16 + zlib.MAX_WBITS)
        bits = opener.decompress(packed, LARGEST_BYTES)
    except (binascii.Error, ValueError, zlib.error) as problem:
        raise Unreadable("not a list") from problem
    if not opener.eof or opener.unused_data or len(bits) * 8 < SMALLEST:
        raise Unreadable("a list that is cut, too large or too small")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Is the bit at a place set? Raises Unreadable for a place outside."""
    if not 0 <= index < len(bits) * 8:
        raise Unreadable("a place outside the list")
    return bool(bits[index // 8] & (0x80 >> (index % 8)))
