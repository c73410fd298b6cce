"""did:web: an issuer is known by an address of its own, where its public keys stand.

Rotation: the new key is `current`; the `old` one stays in `assertionMethod`, because verifiers refuse a signature of a
key that is not there, and badges outlive keys. A `withdrawn` one leaves `assertionMethod` and is marked as revoked:
what it signed is valid no more. A change of domain: serve the old address as long as badges name it, and list the new
DID in `also_known_as`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from koinon.learning.engine.badges.credentials import stamp
from koinon.learning.engine.badges.keys import Key, multibase

CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]
HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")


def did_of(url: str) -> str:
    """The DID whose document stands at `<url>/did.json` (a bare host: /.well-known/did.json). Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not HOST.fullmatch(parts.netloc) or parts.query or parts.fragment:
        raise ValueError("a DID is made of an https address without user, query or fragment")
    segments = [segment for segment in parts.path.split("/") if segment]
    if not all(map(_is_plain, segments)):
        raise ValueError("a DID is made of an address with plain letters and digits")
    return ":".join(["did", "web", quote(parts.netloc.lower(), safe="."), *segments])


def address(did: str) -> str:
    """Where the document of a did:web stands. Raises ValueError for anything else."""
    words = did.split(":")
    if words[:2] != ["did", "web"] or len(words) < 3:
        raise ValueError("no did:web")
    host, segments = unquote(words[2]), words[3:]
    if not HOST.fullmatch(host) or not all(map(_is_plain, segments)):
        raise ValueError("a did:web that names no address")
    return f"https://{host}/{'/'.join(segments) or '.well-known'}/did.json"


def document(did: str, keys: Iterable[Key], also_known_as: Iterable[str] = ()) -> dict[str, Any]:
    """The DID document with all keys an issuer ever had, those that sign now first. Raises ValueError without any."""
    ordered = sorted(keys, key=lambda key: (key.state != "current", key.made))
    if not ordered:
        raise ValueError("an issuer has a key")
    methods = [method for key in ordered for method in _methods(did, key)]
    said: dict[str, Any] = {
        "@context": CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [each["id"] for each in methods if "revoked" not in each],
    }
    if others := list(also_known_as):
        said["alsoKnownAs"] = others
    return said


def method_id(did: str, key: Key, *, is_linked: bool) -> str:
    """How a signature names its key: Ed25519 stands twice in the document, as Multikey for Data Integrity (linked)
    and as JWK for JWT; RSA as JWK only."""
    return f"{did}#{key.id}" if is_linked or key.kind == "RSA" else f"{did}#{key.id}-jwk"


def method_of(said: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The method of a document by its id, only when it belongs to the document's own DID and stands there once."""
    methods = said.get("verificationMethod")
    if not isinstance(methods, list) or name.partition("#")[0] != said.get("id"):
        return None
    found = [
        method
        for method in methods
        if isinstance(method, dict) and method.get("id") in (name, f"#{name.partition('#')[2]}")
    ]
    return found[0] if len(found) == 1 and found[0].get("controller", said["id"]) == said["id"] else None


def may_assert(said: Mapping[str, Any], method: Mapping[str, Any]) -> bool:
    """May this method sign credentials today? It stands in `assertionMethod` and was not revoked."""
    listed = said.get("assertionMethod")
    names = {
        name if not name.startswith("#") else f"{said.get('id')}{name}"
        for name in (each.get("id") if isinstance(each, dict) else each for each in listed or [])
        if isinstance(name, str)
    }
    own = str(method.get("id"))
    return "revoked" not in method and (own if not own.startswith("#") else f"{said.get('id')}{own}") in names


def _methods(did: str, key: Key) -> list[dict[str, Any]]:
    withdrawn = {"revoked": stamp(key.withdrawn_at or key.made)} if key.state == "withdrawn" else {}
    as_jwk = {
        "id": method_id(did, key, is_linked=False),
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": key.public,
    } | withdrawn
    if key.kind == "RSA":
        return [as_jwk]
    as_multikey = {
        "id": method_id(did, key, is_linked=True),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multibase(key.public),
    } | withdrawn
    return [as_multikey, as_jwk]


def _is_plain(segment: str) -> bool:
    return bool(SEGMENT.fullmatch(segment)) and segment not in (".", "..")
