"""What a check page says of a credential: enough to check it without our site, and nobody's name, hash or salt."""

from collections.abc import Mapping
from typing import Any

from koinon.learning.engine.badges.dids import address


def facts_of(credential: Mapping[str, Any], *, pages: str) -> dict[str, Any]:
    """The facts for a static page. `pages` is the address under which such pages stand; the credential is one that we
    built (the page of a foreign badge is its verdict)."""
    subject = credential["credentialSubject"]
    achievement = subject.get("achievement", {})
    issuer = credential["issuer"]
    image = achievement.get("image") or {}
    return {
        "id": credential["id"],
        "page": f"{pages.rstrip('/')}/{credential['id'].rpartition(':')[2]}.html",
        "issuer": {
            "did": issuer["id"],
            "name": issuer.get("name", ""),
            "url": issuer.get("url", ""),
            "keys": address(issuer["id"]),
        },
        "achievement": {
            "id": achievement.get("id", ""),
            "name": achievement.get("name", ""),
            "description": achievement.get("description", ""),
            "criteria": achievement.get("criteria", {}).get("narrative", ""),
            "language": achievement.get("inLanguage", ""),
            "picture": image.get("id", ""),
            "caption": image.get("caption", ""),
            "alignments": [_alignment(each) for each in achievement.get("alignment", [])],
            "endorsements": list(achievement.get("endorsementJwt", [])),
        },
        "given": credential["validFrom"],
        "until": credential.get("validUntil", ""),
        "evidence": [_evidence(each) for each in credential.get("evidence", [])],
        "status": [
            {
                "purpose": each["statusPurpose"],
                "list": each["statusListCredential"],
                "index": int(each["statusListIndex"]),
            }
            for each in credential.get("credentialStatus", [])
        ],
    }


def _alignment(said: Mapping[str, Any]) -> dict[str, str]:
    return {"name": said["targetName"], "url": said["targetUrl"], "framework": said.get("targetFramework", "")}


def _evidence(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: said.get(name, "") for name in ("id", "name", "narrative", "genre")}
