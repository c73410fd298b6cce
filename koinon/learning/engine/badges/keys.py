"""Keys of issuers: made, sealed with the site's secret, published. Private parts never leave a Key unsealed.

An issuer has two: RSA signs VC-JWT (RS256 is what every verifier of Open Badges 3.0 must know; the specification says
that others limit who can verify), Ed25519 signs Data Integrity proofs (eddsa-rdfc-2022).
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # web processes show keys seldom: who makes or opens one loads what that needs
    from joserfc.jwk import OctKey, OKPKey, RSAKey

Kind = Literal["Ed25519", "RSA"]
State = Literal["current", "old", "withdrawn"]
RSA_BITS = 2048
SMALLEST_SECRET = 32
MULTICODEC_ED25519 = b"\xed\x01"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

Jwk = dict[str, Any]


class NotOurs(Exception):  # noqa: N818  (it reads as a sentence)
    """A sealed key that this secret does not open, or that was altered."""


@dataclass(frozen=True)
class Key:
    """A key pair (or its public half only). `id` is its thumbprint (RFC 7638), the fragment by which DIDs name it.

    `current` signs; `old` signed once and still verifies; `withdrawn` (lost, stolen) verifies no more.
    """

    kind: Kind
    jwk: Jwk = field(repr=False)
    made: datetime
    state: State = "current"
    withdrawn_at: datetime | None = None

    @cached_property
    def id(self) -> str:
        return str(self.key.thumbprint())

    @cached_property
    def key(self) -> "OKPKey | RSAKey":
        return imported(self.jwk)

    @property
    def public(self) -> Jwk:
        """The public half as JWK."""
        return {name: value for name, value in self.key.as_dict(private=False).items() if name in PUBLIC_MEMBERS}


PUBLIC_MEMBERS = ("kty", "crv", "x", "n", "e")


def new_key(kind: Kind, made: datetime) -> Key:
    """A new key pair; RSA takes a tenth of a second or so."""
    from joserfc.jwk import OKPKey, RSAKey

    pair = OKPKey.generate_key("Ed25519") if kind == "Ed25519" else RSAKey.generate_key(RSA_BITS)
    return Key(kind=kind, jwk=dict(pair.as_dict(private=True)), made=made)


def imported(jwk: Jwk) -> "OKPKey | RSAKey":
    """A JWK as a key that can be used. Raises ValueError for kinds we do not sign with."""
    from joserfc.jwk import OKPKey, RSAKey

    if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
        return OKPKey.import_key(jwk)
    if jwk.get("kty") == "RSA":
        return RSAKey.import_key(jwk)
    raise ValueError("we sign with Ed25519 and RSA only")


def seal(key: Key, secret: str) -> str:
    """The private key as a JWE (dir, A256GCM) under a key derived from the site's secret: what may be stored."""
    from joserfc import jwe

    header = {"alg": "dir", "enc": "A256GCM"}
    said = json.dumps({"kind": key.kind, "jwk": key.jwk}).encode()
    return str(jwe.encrypt_compact(header, said, _wrapping(secret)))


def unseal(sealed: str, secret: str, *, made: datetime, state: State = "current") -> Key:
    """The key again. Raises NotOurs when the secret is another or the text was altered."""
    from joserfc import jwe
    from joserfc.errors import JoseError

    try:
        said = json.loads(
            jwe.decrypt_compact(sealed, _wrapping(secret), algorithms=["dir", "A256GCM"]).plaintext or b""
        )
        return Key(kind=said["kind"], jwk=said["jwk"], made=made, state=state)
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        raise NotOurs("this key was not sealed with this secret, or it was altered") from problem


def multibase(jwk: Jwk) -> str:
    """An Ed25519 public key as Multikey writes it."""
    from joserfc.util import urlsafe_b64decode

    return "z" + base58(MULTICODEC_ED25519 + urlsafe_b64decode(str(jwk["x"]).encode()))


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _wrapping(secret: str) -> "OctKey":
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from joserfc.jwk import OctKey

    if len(secret) < SMALLEST_SECRET:
        raise ValueError(f"the secret has fewer than {SMALLEST_SECRET} characters")
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"koinon.learning.badges.keys.1")
    return OctKey.import_key(derived.derive(secret.encode()))
