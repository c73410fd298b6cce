"""Does a signature hold, by a key that belongs to the issuer? For badges, endorsements and status lists alike."""

from koinon.learning.engine.badges import linked, resolving, tokens
from koinon.learning.engine.badges.reading import Brought
from koinon.learning.engine.badges.resolving import Fetch, NoKey
from koinon.learning.engine.badges.verdicts import Finding


def signature(brought: Brought, fetch: Fetch) -> Finding:
    """What can be said of the signature. Form is looked at before anything is read from outside."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        if brought.proof is not None:
            linked.check_form(brought.credential, brought.proof)
        elif brought.token and str(brought.token.header["alg"]).lower() == "none":
            return Finding("wrong_algorithm")
        key = resolving.key_of(brought, fetch)
    except linked.Unknown:
        return Finding("unknown_terms")
    except linked.Malformed:
        return Finding("damaged")
    except NoKey as problem:
        return Finding(problem.code)
    if brought.token is not None:
        return _of_token(brought.token, key)
    public = key.public_key
    if not isinstance(public, Ed25519PublicKey):
        return Finding("wrong_algorithm")
    try:
        linked.check(brought.credential, public.public_bytes_raw())
    except linked.Broken:
        return Finding("broken")
    return Finding("signed")


def _of_token(token: tokens.Token, key: tokens.AnyKey) -> Finding:
    if token.header["alg"] not in tokens.names(key):
        return Finding("wrong_algorithm")
    return Finding("signed" if tokens.is_signed_by(token, key) else "broken")
