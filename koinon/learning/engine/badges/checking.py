"""Verifying whatever somebody brings: signature first, then dates, status, issuer, holder and picture. Fails closed."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from koinon.learning.engine.badges import credentials, reading, resolving, standing, tokens
from koinon.learning.engine.badges.proofs import signature
from koinon.learning.engine.badges.reading import Brought, NoBadge
from koinon.learning.engine.badges.resolving import Fetch
from koinon.learning.engine.badges.verdicts import Finding, Verdict

LEEWAY = timedelta(minutes=2)
MOST_ENDORSEMENTS = 8


def verify(
    data: bytes,
    *,
    now: datetime | None = None,
    fetch: Fetch = resolving.nowhere,
    known: Mapping[str, str] | None = None,
    holder: str = "",
) -> Verdict:
    """The verdict on a token, JSON-LD or a baked picture.

    `fetch` reads issuers' documents and status lists (by default nothing: then most badges cannot be verified);
    `known` names the issuers that the site knows, by id; `holder` is an address that the badge should belong to.
    """
    now = now or datetime.now(UTC)
    try:
        brought = reading.read(data)
    except NoBadge as problem:
        return Verdict(Finding(problem.code))
    if reading.LIST_TYPE in brought.credential["type"]:
        return Verdict(Finding("not_a_badge"))
    verdict = _judged(brought, now, fetch, known or {}, holder)
    if verdict.signature.mark != "good":
        return verdict
    return replace(verdict, endorsements=_endorsements(brought, now, fetch, known or {}))


def dates(credential: Mapping[str, Any], now: datetime) -> Finding:
    """Is it within its dates? Two minutes are forgiven to clocks."""
    try:
        begins = tokens.moment(credential.get("validFrom"))
        ends = tokens.moment(credential["validUntil"]) if "validUntil" in credential else None
    except tokens.Malformed:
        return Finding("no_dates")
    if ends is not None and ends < now - LEEWAY:
        return Finding("expired", {"day": ends.date()})
    if begins > now + LEEWAY:
        return Finding("not_yet", {"day": begins.date()})
    return Finding("in_time")


def _judged(brought: Brought, now: datetime, fetch: Fetch, known: Mapping[str, str], holder: str) -> Verdict:
    found = signature(brought, fetch)
    if found.mark != "good":
        return Verdict(found, proof=brought.kind)
    name = known.get(brought.issuer)
    return Verdict(
        signature=found,
        dates=dates(brought.credential, now),
        status=standing.status(brought, now, fetch),
        issuer=Finding("known", {"name": name}) if name else Finding("unknown_issuer"),
        subject=_subject(brought.credential, holder),
        picture=_picture(brought),
        proof=brought.kind,
        credential=brought.credential,
    )


def _subject(credential: Mapping[str, Any], holder: str) -> Finding:
    if not holder:
        return Finding("holder_not_asked")
    return Finding("held" if credentials.is_held_by(credential, holder) else "other_holder")


def _picture(brought: Brought) -> Finding:
    if brought.picture is None:
        return Finding("no_picture")
    told = brought.credential.get("relatedResource")
    wanted = [
        each["digestSRI"]
        for each in (told if isinstance(told, list) else [told])
        if isinstance(each, dict) and isinstance(each.get("digestSRI"), str) and _is_own_picture(brought, each)
    ]
    if not wanted:
        return Finding("picture_not_told")
    mine = credentials.digest_of(brought.picture).encode()
    is_same = any(hmac.compare_digest(mine, each.encode()) for each in wanted)
    return Finding("same_picture" if is_same else "other_picture")


def _is_own_picture(brought: Brought, resource: Mapping[str, Any]) -> bool:
    achievement = brought.credential["credentialSubject"].get("achievement")
    image = achievement.get("image") if isinstance(achievement, dict) else None
    address = image.get("id") if isinstance(image, dict) else image
    return isinstance(address, str) and resource.get("id") == address


def _endorsements(brought: Brought, now: datetime, fetch: Fetch, known: Mapping[str, str]) -> tuple[Verdict, ...]:
    """Signed endorsements inside, those that are about this badge's achievement, issuer or the badge itself."""
    achievement = brought.credential["credentialSubject"].get("achievement")
    issuer = brought.credential["issuer"]
    texts: list[Any] = []
    for part in (brought.credential, achievement, issuer):
        told = part.get("endorsementJwt", []) if isinstance(part, dict) else []
        texts += told if isinstance(told, list) else [told]
    about = {part.get("id") for part in (brought.credential, achievement, issuer) if isinstance(part, dict)}
    return tuple(_endorsement(text, about, now, fetch, known) for text in texts[:MOST_ENDORSEMENTS])


def _endorsement(text: Any, about: set[Any], now: datetime, fetch: Fetch, known: Mapping[str, str]) -> Verdict:
    try:
        brought = reading.read(text.encode() if isinstance(text, str) else b"")
    except NoBadge as problem:
        return Verdict(Finding(problem.code))
    if credentials.ENDORSEMENT_TYPE not in brought.credential["type"]:
        return Verdict(Finding("not_a_badge"))
    if brought.credential["credentialSubject"].get("id") not in about:
        return Verdict(Finding("claims_differ"), proof=brought.kind)
    return _judged(brought, now, fetch, known, "")
