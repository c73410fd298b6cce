"""Does a credential still stand? Its status lists are read, verified like credentials, and asked for its bit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from koinon.learning.engine.badges import reading, resolving, statuses, tokens
from koinon.learning.engine.badges.facts import PURPOSES
from koinon.learning.engine.badges.proofs import signature
from koinon.learning.engine.badges.reading import Brought, NoBadge
from koinon.learning.engine.badges.resolving import Fetch, Unreachable
from koinon.learning.engine.badges.verdicts import Finding

LIST, ENTRY = "BitstringStatusList", "BitstringStatusListEntry"
SAYS_NOTHING = ("message", "refresh")
"""Purposes that tell something else than whether a credential is good."""
MOST_ENTRIES = 8
LEEWAY = timedelta(minutes=2)
LONGEST_INDEX = 12
SET = {"revocation": "revoked", "suspension": "suspended"}


def status(brought: Brought, now: datetime, fetch: Fetch) -> Finding:
    """The worst of what all lists say: revoked, suspended, not to be known, or it stands."""
    if "credentialStatus" not in brought.credential:
        return Finding("no_status")
    told = brought.credential["credentialStatus"]
    entries = told if isinstance(told, list) else [told]
    if not 0 < len(entries) <= MOST_ENTRIES:
        return Finding("unknown_status")
    found = [_asked(entry, brought.issuer, now, fetch) for entry in entries]
    ordered = sorted(found, key=lambda each: ("bad", "open", "good").index(each.mark))
    return next((each for each in ordered if each.code == "revoked"), ordered[0])


def _asked(entry: Any, issuer: str, now: datetime, fetch: Fetch) -> Finding:
    if not isinstance(entry, dict) or entry.get("type") not in (ENTRY, [ENTRY]):
        return Finding("unknown_status")
    purpose, address = entry.get("statusPurpose"), entry.get("statusListCredential")
    if purpose in SAYS_NOTHING:
        return Finding("stands")
    index = str(entry.get("statusListIndex"))
    is_plain = len(index) <= LONGEST_INDEX and index.isascii() and index.isdecimal()
    if purpose not in PURPOSES or not isinstance(address, str) or not is_plain or entry.get("statusSize", 1) != 1:
        return Finding("unknown_status")
    try:
        listed = reading.read(resolving.read_from(fetch, address))
    except Unreachable:
        return Finding("unreachable_list")
    except NoBadge:
        return Finding("bad_list")
    if problem := _distrusted(listed, address, issuer, purpose, now, fetch):
        return problem
    try:
        bits = statuses.decoded(listed.credential["credentialSubject"].get("encodedList"))
        return Finding(SET[purpose] if statuses.is_set(bits, int(index)) else "stands")
    except statuses.Unreadable:
        return Finding("bad_list")


def _distrusted(
    listed: Brought, address: str, issuer: str, purpose: str, now: datetime, fetch: Fetch
) -> Finding | None:
    """Why a list is not believed, or None: it must be the issuer's own, signed by them, for this purpose, in time."""
    said, subject = listed.credential, listed.credential["credentialSubject"]
    if reading.LIST_TYPE not in said["type"] or subject.get("type") not in (LIST, [LIST]):
        return Finding("bad_list")
    if listed.issuer != issuer:
        return Finding("foreign_list")
    if said["id"] != address or not _is_for(subject, purpose) or "credentialStatus" in said:
        return Finding("bad_list")
    if signature(listed, fetch).mark != "good":
        return Finding("bad_list")
    return None if _is_fresh(said, now) else Finding("stale_list")


def _is_for(subject: Mapping[str, Any], purpose: str) -> bool:
    told = subject.get("statusPurpose")
    return purpose in (told if isinstance(told, list) else [told])


def _is_fresh(said: Mapping[str, Any], now: datetime) -> bool:
    """Within its dates; a list that never ends is believed as long as it is the one that is served."""
    try:
        begins = tokens.moment(said["validFrom"]) if "validFrom" in said else now
        ends = tokens.moment(said["validUntil"]) if "validUntil" in said else now
    except tokens.Malformed:
        return False
    return begins <= now + LEEWAY and ends >= now - LEEWAY
