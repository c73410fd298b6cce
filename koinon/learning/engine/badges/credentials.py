"""Credentials of Open Badges 3.0 as JSON-LD, unsigned. Pure: the same facts give the same document."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from koinon.learning.engine.badges.facts import (
    PURPOSES,
    Achievement,
    Alignment,
    Award,
    Endorsement,
    Evidence,
    Holder,
    Issuer,
    Picture,
    StatusPlace,
)

VC = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")
ENDORSEMENT_TYPE = "EndorsementCredential"

Credential = dict[str, Any]


def achievement_credential(award: Award) -> Credential:
    """The credential of an award. Raises ValueError when a time has no zone or a place no known purpose."""
    credential: Credential = {
        "@context": [VC, OB],
        "id": award.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.achievement.name,
        "issuer": _issuer(award.issuer),
        "validFrom": stamp(award.given),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(award.holder)],
            "achievement": _achievement(award.achievement),
        },
    }
    _bounded(credential, award.until, award.places)
    if award.evidence:
        credential["evidence"] = [_evidence(each) for each in award.evidence]
    picture = award.achievement.picture
    if picture and picture.digest:
        credential["relatedResource"] = [
            {"id": picture.url, "digestSRI": picture.digest, "mediaType": picture.media_type}
        ]
    return credential


def endorsement_credential(endorsement: Endorsement) -> Credential:
    """The credential in which somebody stands behind an achievement or an issuer."""
    credential: Credential = {
        "@context": [VC, OB],
        "id": endorsement.id,
        "type": ["VerifiableCredential", ENDORSEMENT_TYPE],
        "name": endorsement.issuer.name,
        "issuer": _issuer(endorsement.issuer),
        "validFrom": stamp(endorsement.given),
        "credentialSubject": {
            "id": endorsement.about,
            "type": ["EndorsementSubject"],
            "endorsementComment": endorsement.comment,
        },
    }
    _bounded(credential, endorsement.until, endorsement.places)
    return credential


def identity_hash(identity: str, salt: str) -> str:
    """The hash by which a credential names its holder: sha256$ and hex over the identity followed by the salt."""
    return "sha256$" + hashlib.sha256((identity + salt).encode()).hexdigest()


def is_held_by(credential: Mapping[str, Any], identity: str) -> bool:
    """Does the credential name this holder? Hashed or in the clear; an address in any case of its letters."""
    subject = credential.get("credentialSubject")
    if not isinstance(subject, dict):
        return False
    wanted = {identity, identity.lower()}
    named = subject.get("identifier", [])
    for each in named if isinstance(named, list) else [named]:
        if not isinstance(each, dict):
            continue
        told, salt = str(each.get("identityHash", "")), str(each.get("salt", ""))
        mine = {identity_hash(form, salt) for form in wanted} if each.get("hashed") is True else wanted
        if any(hmac.compare_digest(told.encode(), form.encode()) for form in mine):
            return True
    return subject.get("id") in {identity, f"mailto:{identity}"}


def digest_of(picture: bytes) -> str:
    """The digest of a picture, as subresource integrity writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(picture).digest()).decode()


def stamp(moment: datetime) -> str:
    """A time as credentials write it: UTC, whole seconds. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time in a credential knows its zone")
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def status_entries(places: Iterable[StatusPlace]) -> list[dict[str, Any]]:
    """Where to look whether a credential still stands."""
    entries = []
    for place in places:
        if place.purpose not in PURPOSES or place.index < 0:
            raise ValueError(f"no such place in a status list: {place}")
        entries.append(
            {
                "id": f"{place.url}#{place.index}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": place.purpose,
                "statusListIndex": str(place.index),
                "statusListCredential": place.url,
            }
        )
    return entries


def _bounded(credential: Credential, until: datetime | None, places: tuple[StatusPlace, ...]) -> None:
    if until is not None:
        credential["validUntil"] = stamp(until)
    if places:
        credential["credentialStatus"] = status_entries(places)


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return _told({"id": issuer.did, "type": ["Profile"], "name": issuer.name}, url=issuer.url,
                 description=issuer.description)  # fmt: skip


def _identity(holder: Holder) -> dict[str, Any]:
    name = holder.identity.lower() if holder.kind == "emailAddress" else holder.identity
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(name, holder.salt),
        "identityType": holder.kind,
        "salt": holder.salt,
    }


def _achievement(achievement: Achievement) -> dict[str, Any]:
    said = {
        "id": achievement.id,
        "type": ["Achievement"],
        "achievementType": achievement.kind,
        "name": achievement.name,
        "description": achievement.description,
        "criteria": _told({"narrative": achievement.criteria}, id=achievement.criteria_url),
    }
    return _told(
        said,
        inLanguage=achievement.language,
        image=_picture(achievement.picture) if achievement.picture else None,
        alignment=[_alignment(each) for each in achievement.alignments],
        tag=list(achievement.tags),
        endorsementJwt=list(achievement.endorsements),
    )


def _alignment(alignment: Alignment) -> dict[str, Any]:
    return _told(
        {"type": ["Alignment"], "targetUrl": alignment.url, "targetName": alignment.name},
        targetFramework=alignment.framework,
        targetCode=alignment.code,
    )


def _picture(picture: Picture) -> dict[str, Any]:
    return _told({"id": picture.url, "type": "Image"}, caption=picture.caption)


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return _told({"type": ["Evidence"]}, id=evidence.url, name=evidence.name, narrative=evidence.narrative,
                 genre=evidence.genre)  # fmt: skip


def _told(said: dict[str, Any], **more: Any) -> dict[str, Any]:
    """With those of `more` of which there is something to tell."""
    return said | {name: value for name, value in more.items() if value}
