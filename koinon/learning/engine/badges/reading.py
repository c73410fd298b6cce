"""What did somebody bring? A token, JSON-LD with a proof, a picture with either inside, or no badge that we know."""

from dataclasses import dataclass
from typing import Any

from koinon.learning.engine.badges import baking, linked, tokens
from koinon.learning.engine.badges.credentials import BADGE_TYPES, ENDORSEMENT_TYPE, OB, VC
from koinon.learning.engine.badges.tokens import Token

LIST_TYPE = "BitstringStatusListCredential"
OLD_CONTEXT = "https://www.w3.org/2018/credentials/v1"
OLDER = ("w3id.org/openbadges", "openbadges.org")
OURS = OB.rpartition("/context-")[0]


class NoBadge(Exception):  # noqa: N818  (it reads as a sentence)
    """Nothing that can be verified; `code` is one of verdicts.SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Brought:
    """A credential as it came, not yet trusted: `token` or `proof` is its signature, `picture` what it came in."""

    credential: dict[str, Any]
    token: Token | None = None
    proof: dict[str, Any] | None = None
    picture: bytes | None = None

    @property
    def kind(self) -> str:
        return "VC-JWT" if self.token else "Data Integrity"

    @property
    def issuer(self) -> str:
        issuer = self.credential["issuer"]
        return str(issuer["id"] if isinstance(issuer, dict) else issuer)


def read(data: bytes) -> Brought:
    """What bytes hold. Raises NoBadge."""
    if not baking.is_picture(data):
        return _read_text(data, None)
    try:
        text, picture = baking.unbake(data)
    except baking.Unbakeable as problem:
        codes = {"older": "older_kind", "not_a_picture": "not_a_badge", "twice": "claims_differ"}
        raise NoBadge(codes.get(problem.code, problem.code)) from problem
    if not text:
        raise NoBadge("not_a_badge")
    return _read_text(text.encode(), picture)


def _read_text(data: bytes, picture: bytes | None) -> Brought:
    if len(data) > tokens.LARGEST * 2:
        raise NoBadge("too_large")
    bare = data.strip(b"\xef\xbb\xbf \t\r\n")
    try:
        if bare.startswith(b"{"):
            return _read_linked(tokens.parsed(bare), picture)
        text = bare.decode("ascii").strip('"')
        if text.count(".") != 2 or not text.startswith("ey"):
            raise NoBadge("not_a_badge")
        return _read_token(tokens.opened(text), picture)
    except UnicodeDecodeError as problem:
        raise NoBadge("not_a_badge") from problem
    except tokens.Malformed as problem:
        raise NoBadge("damaged") from problem


def _read_token(token: Token, picture: bytes | None) -> Brought:
    claims = token.claims
    if "vc" in claims:
        raise NoBadge("claims_differ" if "@context" in claims else "older_kind")
    if "badge" in claims and "recipient" in claims:
        raise NoBadge("older_kind")
    credential = {name: value for name, value in claims.items() if name not in tokens.KEPT}
    if "proof" in credential:
        raise NoBadge("claims_differ")
    _check_shape(credential)
    _check_claims(claims, credential)
    return Brought(credential=credential, token=token, picture=picture)


def _read_linked(document: Any, picture: bytes | None) -> Brought:
    if "@context" not in document and not document.get("type"):
        raise NoBadge("not_a_badge")
    _check_shape(document)
    if "proof" not in document:
        raise NoBadge("unsigned")
    try:
        proof = linked.proof_of(document)
    except linked.Unsupported as problem:
        raise NoBadge("unknown_proof") from problem
    except linked.Malformed as problem:
        raise NoBadge("damaged") from problem
    return Brought(credential=document, proof=proof, picture=picture)


def _check_shape(credential: dict[str, Any]) -> None:
    """Raises NoBadge unless it is a badge, an endorsement or a status list of the kind we know."""
    contexts, types = credential.get("@context"), credential.get("type")
    contexts = contexts if isinstance(contexts, list) else [contexts]
    types = types if isinstance(types, list) else [types]
    if "Assertion" in types or any(isinstance(each, str) and _is_older(each) for each in contexts):
        raise NoBadge("older_kind")
    if {"issuanceDate", "expirationDate"} & set(credential):
        raise NoBadge("older_kind")
    if "VerifiableCredential" not in types or contexts[0] != VC:
        raise NoBadge("not_a_badge")
    if LIST_TYPE not in types:
        if not set(map(str, types)) & {*BADGE_TYPES, ENDORSEMENT_TYPE}:
            raise NoBadge("not_a_badge")
        if not any(isinstance(each, str) and each.startswith(OURS) for each in contexts):
            raise NoBadge("not_a_badge")
    issuer = credential.get("issuer")
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(issuer, str) or not isinstance(credential.get("id"), str):
        raise NoBadge("damaged")
    if not isinstance(credential.get("credentialSubject"), dict):
        raise NoBadge("damaged")


def _is_older(context: str) -> bool:
    return context == OLD_CONTEXT or any(name in context for name in OLDER)


def _check_claims(claims: dict[str, Any], credential: dict[str, Any]) -> None:
    """Raises NoBadge when registered claims say something else than the credential beside them."""
    issuer, subject = credential["issuer"], credential["credentialSubject"]
    same = {
        "iss": issuer["id"] if isinstance(issuer, dict) else issuer,
        "jti": credential["id"],
        "sub": subject.get("id"),
    }
    if any(name in claims and claims[name] != value for name, value in same.items()):
        raise NoBadge("claims_differ")
    for name, spelt in (("nbf", "validFrom"), ("exp", "validUntil")):
        if name not in claims:
            continue
        told = claims[name]
        if isinstance(told, bool) or not isinstance(told, int | float) or spelt not in credential:
            raise NoBadge("claims_differ")
        if abs(tokens.moment(credential[spelt]).timestamp() - told) >= 1:
            raise NoBadge("claims_differ")
