"""VC-JWT in its strictest reading: three parts in canonical base64url, plain JSON without doubled names, no surprises.

The algorithm belongs to the key, never to the header: a header that says something else is refused.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from koinon.learning.engine.badges.keys import Key

if TYPE_CHECKING:  # see keys
    from joserfc.jwk import ECKey, OKPKey, RSAKey

LARGEST = 256 * 1024
"""Bytes of a badge; the library for linked badges has the same limit."""
DEEPEST = 32
SMALLEST_RSA, LARGEST_RSA = 2048, 8192
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
HEADER = {"alg", "typ", "kid", "jwk", "cty", "x5c", "x5t", "x5t#S256", "x5u", "iss"}
KINDS = {"JWT", "vc+jwt", "vc+ld+jwt", "vc-ld+jwt", "jwt"}
KEPT = ("iss", "jti", "nbf", "exp", "sub", "iat")

AnyKey: TypeAlias = "OKPKey | RSAKey | ECKey"


class Malformed(ValueError):  # noqa: N818
    """Not JSON, or not a token, in the strict reading."""


@dataclass(frozen=True)
class Token:
    """A token taken apart, not yet trusted: `signed` is what the signature covers."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def sign(credential: Mapping[str, Any], key: Key, method: str) -> str:
    """A credential as VC-JWT: its members are the claims, with the registered ones beside them (OB 3.0, 8.2)."""
    from joserfc.jws import JWSRegistry

    header = {"alg": algorithm(key.key), "kid": method, "typ": "JWT"}
    signed = f"{_packed(header)}.{_packed(dict(credential) | registered(credential))}".encode()
    signature = JWSRegistry.algorithms[header["alg"]].sign(signed, key.key)
    return f"{signed.decode()}.{_encoded(signature)}"


def registered(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The registered claims that repeat what a credential says."""
    issuer, subject = credential["issuer"], credential["credentialSubject"]
    claims: dict[str, Any] = {
        "iss": issuer["id"] if isinstance(issuer, dict) else issuer,
        "jti": credential["id"],
        "nbf": int(moment(credential["validFrom"]).timestamp()),
    }
    if "validUntil" in credential:
        claims["exp"] = int(moment(credential["validUntil"]).timestamp())
    if isinstance(subject, dict) and "id" in subject:
        claims["sub"] = subject["id"]
    return claims


def algorithm(key: AnyKey) -> str:
    """The one algorithm of a key. Raises ValueError for keys that sign no badges (too short, another curve)."""
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    if isinstance(key, OKPKey) and key.curve_name == "Ed25519":
        return "EdDSA"
    if isinstance(key, ECKey) and key.curve_name == "P-256":
        return "ES256"
    if isinstance(key, RSAKey) and SMALLEST_RSA <= key.raw_value.key_size <= LARGEST_RSA:
        return "RS256"
    raise ValueError("not a key that signs badges")


def names(key: AnyKey) -> set[str]:
    """What a header may call a key's algorithm: Ed25519 has two names (RFC 9864)."""
    own = algorithm(key)
    return {own, "Ed25519"} if own == "EdDSA" else {own}


def public_key(jwk: Any) -> AnyKey:
    """A public JWK from outside as a key. Raises ValueError when it is none of ours, or tells its private half."""
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    kinds: dict[str, type[AnyKey]] = {"OKP": OKPKey, "RSA": RSAKey, "EC": ECKey}
    if not isinstance(jwk, dict) or "d" in jwk or jwk.get("kty") not in kinds:
        raise ValueError("not a public key that we can use")
    members = {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")}
    if not all(isinstance(value, str) and len(value) < 2000 for value in members.values()):
        raise ValueError("not a public key that we can use")
    try:
        key = kinds[jwk["kty"]].import_key(members)
    except (JoseError, ValueError, TypeError, KeyError, binascii.Error) as problem:
        raise ValueError("not a public key that we can use") from problem
    algorithm(key)
    return key


def is_signed_by(token: Token, key: AnyKey) -> bool:
    """Was this token signed by this key, with the key's own algorithm?"""
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry

    if token.header["alg"] not in names(key):
        return False
    try:
        return bool(JWSRegistry.algorithms[algorithm(key)].verify(token.signed, token.signature, key))
    except (JoseError, ValueError, TypeError):
        return False


def opened(text: str) -> Token:
    """A token taken apart. Raises Malformed for whatever a careful reader would not take."""
    if len(text) > LARGEST * 2 or not COMPACT.fullmatch(text):
        raise Malformed("not a token")
    head, body, tail = text.split(".")
    header, claims = parsed(_decoded(head)), parsed(_decoded(body))
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Malformed("header and claims are objects")
    if set(header) - HEADER or not isinstance(header.get("alg"), str) or header.get("typ", "JWT") not in KINDS:
        raise Malformed("a header that we do not understand")
    return Token(header=header, claims=claims, signed=f"{head}.{body}".encode(), signature=_decoded(tail))


def parsed(said: bytes) -> Any:
    """JSON in UTF-8: every name once, no NaN, at most 32 levels deep, nothing that is not Unicode. Raises Malformed."""
    if len(said) > LARGEST:
        raise Malformed("larger than a badge")
    try:
        text = said.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError) as problem:
        raise Malformed("not plain JSON") from problem
    if _depth(value) > DEEPEST:
        raise Malformed("nested too deeply")
    return value


def moment(said: Any) -> datetime:
    """A time of a credential (RFC 3339 with a zone). Raises Malformed."""
    if not isinstance(said, str) or len(said) > 40 or not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", said):
        raise Malformed("not a time")
    try:
        found = datetime.fromisoformat(said)
        if found.tzinfo is None:
            raise Malformed("a time without zone")
        found.timestamp()
    except (ValueError, OverflowError) as problem:
        raise Malformed("not a time") from problem
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a name stands twice")
    return found


def _no_number(_name: str) -> Any:
    raise Malformed("not a number")


def _depth(value: Any) -> int:
    level, edge = 0, [value]
    while edge and level <= DEEPEST:
        edge = [
            child
            for each in edge
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
        level += 1
    return level


def _packed(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as problem:
        raise Malformed("not base64url") from problem
    if _encoded(data) != text:
        raise Malformed("base64url in another than its one form")
    return data
