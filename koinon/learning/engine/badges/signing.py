"""Signing: a credential becomes bytes once; these are stored, shown and baked, never made again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from koinon.learning.engine.badges import dids, linked, tokens
from koinon.learning.engine.badges.keys import Key


@dataclass(frozen=True)
class Signer:
    """Signs for an issuer (its DID) with one of its keys. Raises ValueError for a key that signs no more."""

    did: str
    key: Key

    def __post_init__(self) -> None:
        if self.key.state != "current":
            raise ValueError("this key signs no more")

    def token(self, credential: Mapping[str, Any]) -> str:
        """VC-JWT: quick (hundreds a second and more), understood by all verifiers when the key is RSA."""
        self._is_mine(credential)
        return tokens.sign(credential, self.key, dids.method_id(self.did, self.key, is_linked=False))

    def linked(self, credential: Mapping[str, Any], now: datetime) -> str:
        """JSON-LD with a Data Integrity proof: some twenty a second, therefore by job. Needs the Ed25519 key."""
        self._is_mine(credential)
        method = dids.method_id(self.did, self.key, is_linked=True)
        signed = linked.sign(credential, self.key, method, now)
        return json.dumps(signed, ensure_ascii=False, separators=(",", ":"))

    def _is_mine(self, credential: Mapping[str, Any]) -> None:
        issuer = credential["issuer"]
        if (issuer["id"] if isinstance(issuer, dict) else issuer) != self.did:
            raise ValueError("an issuer signs its own credentials only")
