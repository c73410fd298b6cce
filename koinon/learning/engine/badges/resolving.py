"""Whose key is it? From the issuer's name to a key that it owns, or a finding that says why there is none.

Issuers are did:web (ours), did:key (proves itself only), or an https address whose keys stand on the same host.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from koinon.learning.engine.badges import dids, linked, tokens
from koinon.learning.engine.badges.reading import Brought
from koinon.learning.engine.badges.tokens import AnyKey

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

Fetch = Callable[[str], bytes]
"""fetch(address) gives the bytes that stand there, or raises Unreachable (OSError and ValueError mean the same)."""


class Unreachable(Exception):  # noqa: N818
    """Nothing could be read from there, or we do not read from there."""


class NoKey(Exception):  # noqa: N818
    """No key; `code` is one of verdicts.SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def nowhere(address: str) -> bytes:
    """The fetch of who reads nothing from outside."""
    raise Unreachable(address)


def read_from(fetch: Fetch, address: str) -> bytes:
    """What stands at an https address. Raises Unreachable."""
    if not address.startswith("https://"):
        raise Unreachable(address)
    try:
        return fetch(address)
    except (OSError, ValueError, LookupError) as problem:
        raise Unreachable(address) from problem


def key_of(brought: Brought, fetch: Fetch) -> AnyKey:
    """The key that must have signed, and belongs to the issuer. Raises NoKey."""
    issuer, name = brought.issuer, _named(brought)
    if issuer.startswith("did:key:"):
        return _did_key(issuer, name)
    if name.startswith("#"):
        name = issuer + name
    if issuer.startswith("did:web:"):
        if name and name.partition("#")[0] != issuer:
            raise NoKey("foreign_key")
        return _listed(_document(issuer, _address(issuer), fetch), name, brought)
    if issuer.startswith("https://") and name:
        if _origin(name) != _origin(issuer):
            raise NoKey("foreign_key")
        return _hosted(issuer, name, brought, fetch)
    raise NoKey("unproven_key")


def _named(brought: Brought) -> str:
    if brought.proof is not None:
        return str(brought.proof["verificationMethod"])
    kid = brought.token.header.get("kid", "") if brought.token else ""
    if not isinstance(kid, str):
        raise NoKey("damaged")
    return kid if kid.startswith(("did:", "https:", "#")) or not kid else f"#{kid}"


def _did_key(issuer: str, name: str) -> AnyKey:
    spelt = issuer.removeprefix("did:key:")
    if name not in ("", issuer, f"#{spelt}", f"{issuer}#{spelt}"):
        raise NoKey("foreign_key")
    public = linked.public_bytes(spelt)
    if public is None:
        raise NoKey("unknown_proof")
    return _ed25519(public)


def _address(did: str) -> str:
    try:
        return dids.address(did)
    except ValueError as problem:
        raise NoKey("unreachable_key") from problem


def _document(issuer: str, address: str, fetch: Fetch) -> dict[str, Any]:
    try:
        said = tokens.parsed(read_from(fetch, address))
    except (Unreachable, tokens.Malformed) as problem:
        raise NoKey("unreachable_key") from problem
    if not isinstance(said, dict) or said.get("id") != issuer:
        raise NoKey("unreachable_key")
    return said


def _listed(said: Mapping[str, Any], name: str, brought: Brought) -> AnyKey:
    """The key of a document by its name; a token without a name is looked up by the key that it carries."""
    method = dids.method_of(said, name) if name else _method_by_key(said, brought)
    if method is None:
        raise NoKey("unlisted_key")
    if not dids.may_assert(said, method):
        raise NoKey("withdrawn_key")
    return _of_method(method)


def _method_by_key(said: Mapping[str, Any], brought: Brought) -> dict[str, Any] | None:
    methods = [each for each in said.get("verificationMethod") or [] if isinstance(each, dict)]
    carried = brought.token.header.get("jwk") if brought.token else None
    if carried is None:
        return methods[0] if len(methods) == 1 else None
    try:
        wanted = tokens.public_key(carried).thumbprint()
    except ValueError as problem:
        raise NoKey("unlisted_key") from problem
    for method in methods:
        try:
            if tokens.public_key(method.get("publicKeyJwk")).thumbprint() == wanted:
                return method
        except ValueError:
            continue
    return None


def _hosted(issuer: str, name: str, brought: Brought, fetch: Fetch) -> AnyKey:
    """The key of an issuer that is an address: a JWK at the key's own address, or a document that lists it."""
    address = name.partition("#")[0]
    try:
        said = tokens.parsed(read_from(fetch, address))
    except (Unreachable, tokens.Malformed) as problem:
        raise NoKey("unreachable_key") from problem
    if not isinstance(said, dict):
        raise NoKey("unlisted_key")
    if "kty" in said:
        return _of_method({"publicKeyJwk": said})
    if said.get("id") != issuer or address != issuer:
        raise NoKey("unlisted_key")
    return _listed(said, name, brought)


def _of_method(method: Mapping[str, Any]) -> AnyKey:
    if "publicKeyMultibase" in method:
        public = linked.public_bytes(method["publicKeyMultibase"])
        if public is None or "publicKeyJwk" in method:
            raise NoKey("unlisted_key")
        return _ed25519(public)
    try:
        return tokens.public_key(method.get("publicKeyJwk"))
    except ValueError as problem:
        raise NoKey("unlisted_key") from problem


def _ed25519(public: bytes) -> "OKPKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from joserfc.jwk import OKPKey

    return OKPKey.import_key(Ed25519PublicKey.from_public_bytes(public))


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
