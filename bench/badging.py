"""Badges signed and verified per second, as VC-JWT and with a Data Integrity proof: one process, no database."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.measures import rounded

SECONDS = 3.0
SITE = "https://learn.example.org"


def measure() -> dict[str, Any]:
    """Per second of one core: signing by each kind of key, signing a list, verifying with all that belongs to it."""
    from koinon.learning.engine.badges import checking, credentials, dids, facts, keys, statuses
    from koinon.learning.engine.badges.signing import Signer

    now = datetime.now(UTC)
    did = dids.did_of(f"{SITE}/issuers/serres")
    rsa, ed = keys.new_key("RSA", now), keys.new_key("Ed25519", now)
    by_rsa, by_ed = Signer(did, rsa), Signer(did, ed)
    achievement = facts.Achievement(facts.new_id(), "Facilitating", "Leads a workshop.", "Notes were accepted.")
    place = facts.StatusPlace(f"{SITE}/status/1.jwt", "revocation", 5)

    def credential() -> dict[str, Any]:
        return credentials.achievement_credential(
            facts.Award(
                id=facts.new_id(),
                issuer=facts.Issuer(did, "Serres"),
                achievement=achievement,
                holder=facts.Holder("learner@example.org", facts.new_salt()),
                given=now,
                until=now + timedelta(days=365),
                places=(place,),
            )
        )

    listed = statuses.list_credential(
        url=place.url, issuer=did, purpose="revocation", set_indices=range(0, 9000, 9), now=now
    )
    files = {
        dids.address(did): json.dumps(dids.document(did, [rsa, ed])).encode(),
        place.url: by_rsa.token(listed).encode(),
    }
    token, linked = by_rsa.token(credential()).encode(), by_ed.linked(credential(), now).encode()
    return {
        "signed/s, VC-JWT (RS256)": _rate(lambda: by_rsa.token(credential())),
        "signed/s, VC-JWT (EdDSA)": _rate(lambda: by_ed.token(credential())),
        "signed/s, Data Integrity": _rate(lambda: by_ed.linked(credential(), now)),
        "lists/s, VC-JWT": _rate(lambda: by_rsa.token(listed)),
        "verified/s, VC-JWT": _rate(lambda: checking.verify(token, fetch=files.__getitem__)),
        "verified/s, Data Integrity": _rate(lambda: checking.verify(linked, fetch=files.__getitem__)),
    }


def _rate(act: Callable[[], Any]) -> float:
    act()
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        act()
        done += 1
    return rounded(done / (time.perf_counter() - begun), 1)
