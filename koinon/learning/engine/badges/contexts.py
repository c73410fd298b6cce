"""The JSON-LD contexts that we sign and verify with: pinned by their bytes, bundled, never fetched."""

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "data" / "contexts"
PINNED = {
    "https://www.w3.org/ns/credentials/v2": (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": (
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    "https://w3id.org/security/data-integrity/v2": (
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    "https://w3id.org/security/multikey/v1": (
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
}


class Drifted(Exception):  # noqa: N818  (it reads as a sentence)
    """A context is not the one we pinned: nothing is signed or verified until somebody has looked."""


@cache
def context(url: str) -> dict[str, Any]:
    """A pinned context by its address. Raises KeyError for another address, Drifted for other bytes."""
    name, digest = PINNED[url]
    said = (FOLDER / name).read_bytes()
    _same(name, said, digest)
    return dict(json.loads(said))


@cache
def proven() -> bool:
    """True when the library's own copies are ours, byte for byte (asked once per process). Raises Drifted."""
    theirs = resources.files("openbadgeslib.ob3.contexts")
    for url, (name, digest) in PINNED.items():
        context(url)
        _same(name, theirs.joinpath(name).read_bytes(), digest)
    return True


def _same(name: str, said: bytes, digest: str) -> None:
    if hashlib.sha256(said).hexdigest() != digest:
        raise Drifted(f"{name} is not the context that was pinned")
