"""Data Integrity (eddsa-rdfc-2022): the only module that knows openbadgeslib, which does the canonical form.

Its checks of form run before a signature is trusted: what is signed is an RDF data set while everybody reads JSON, so
the JSON must be exactly the compact form of what was signed under the pinned contexts. They are not part of its public
face, therefore its version is pinned to the third number.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from koinon.learning.engine.badges import contexts
from koinon.learning.engine.badges.keys import MULTICODEC_ED25519, Key

SUITE = "eddsa-rdfc-2022"
BASE58 = {letter: value for value, letter in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}


class Malformed(Exception):  # noqa: N818
    """Not a document whose JSON says exactly what its proof would sign."""


class Unsupported(Exception):  # noqa: N818
    """A kind of proof that we do not check; `name` is what was found."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Unknown(Exception):  # noqa: N818
    """Terms are used whose meaning we have not pinned; they are not read from outside."""


class Broken(Exception):  # noqa: N818
    """The proof does not fit the document: it was altered, or signed by another key."""


def sign(document: Mapping[str, Any], key: Key, method: str, created: datetime) -> dict[str, Any]:
    """The document with its proof. Raises Malformed when a part of it would stay unsigned, ValueError for a key of
    another kind."""
    from joserfc.jwk import OKPKey
    from openbadgeslib.ob3 import ldp
    from openbadgeslib.ob3.contexts import document_loader

    contexts.proven()
    if not isinstance(key.key, OKPKey):
        raise ValueError("Data Integrity proofs are signed with Ed25519")
    private = key.key.as_pem(private=True)
    with _as(Malformed):
        signed = ldp.add_data_integrity_proof(dict(document), private, method, created=created)
        ldp._check_json_ld_form(signed, signed["proof"], document_loader())
    return signed


def proof_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The one proof of a document: kind, purpose and form are looked at. Raises Unsupported or Malformed."""
    raw = document.get("proof")
    proofs = raw if isinstance(raw, list) else [raw]
    if len(proofs) != 1 or not isinstance(proofs[0], dict):
        raise Malformed("a document has one proof")
    proof = dict(proofs[0])
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        raise Unsupported(str(proof.get("cryptosuite") or proof.get("type"))[:80])
    if proof.get("proofPurpose") != "assertionMethod" or not isinstance(proof.get("verificationMethod"), str):
        raise Malformed("a proof says what it is for, and which key made it")
    return proof


def check_form(document: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    """Raises Malformed unless the JSON says exactly what is signed, Unknown when it uses contexts that nobody pinned;
    costs CPU within the library's own bounds."""
    from openbadgeslib.ob3 import ldp
    from openbadgeslib.ob3.contexts import bundled_contexts, document_loader

    contexts.proven()
    told, bundled = document.get("@context"), frozenset(bundled_contexts())
    if not all(isinstance(each, str) and each in bundled for each in (told if isinstance(told, list) else [told])):
        raise Unknown
    with _as(Malformed):
        ldp._require_within_size_cap(dict(document))
        ldp._screen_structure(dict(document), contexts=False)
        ldp._reject_unsigned_ldp_aliases(dict(document))
        ldp._check_json_ld_form(dict(document), dict(proof), document_loader())


def check(document: Mapping[str, Any], public: bytes) -> None:
    """Raises Broken unless the proof was made over this document by the owner of these 32 bytes of public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from joserfc.jwk import OKPKey
    from openbadgeslib.ob3 import ldp

    contexts.proven()
    pem = OKPKey.import_key(Ed25519PublicKey.from_public_bytes(public)).as_pem(private=False)
    with _as(Broken):
        ldp.verify_data_integrity_proof(dict(document), pem)


def public_bytes(multibase: Any) -> bytes | None:
    """The 32 bytes of an Ed25519 Multikey, or None when it is none."""
    if not isinstance(multibase, str) or not multibase.startswith("z") or not 10 < len(multibase) < 80:
        return None
    number = 0
    for letter in multibase[1:]:
        if letter not in BASE58:
            return None
        number = number * 58 + BASE58[letter]
    try:
        said = number.to_bytes(34, "big")
    except OverflowError:
        return None
    return said[2:] if said[:2] == MULTICODEC_ED25519 else None


@contextmanager
def _as(said: type[Exception]) -> Iterator[None]:
    """What the library refuses in here is said in our words."""
    from openbadgeslib.errors import LibOpenBadgesException

    try:
        yield
    except LibOpenBadgesException as problem:
        raise said(str(problem)) from problem
