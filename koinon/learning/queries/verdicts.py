"""Checking badges: our own from our rows, those of others by reading from outside, little and not often."""

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from koinon.kit import limits, outside
from koinon.kit.meaning.folding import fold
from koinon.learning.engine.badges import checking, checkpage, credentials, reading
from koinon.learning.engine.badges.resolving import Unreachable
from koinon.learning.engine.badges.verdicts import Verdict
from koinon.learning.models import Award
from koinon.learning.queries import issuers
from koinon.network.models import Organisation

MOST_READ, SECONDS = 12, 20.0
"""Addresses read from outside for one badge, and for how long: a badge may name many, and none of them is ours."""
PER_HOST, PER = 60, timedelta(hours=1)
OURS = re.compile(
    r"/issuers/(?P<slug>[-\w]+)/(?:did\.json|status/(?P<number>\d{1,9})/(?P<purpose>\w+)\.(?P<form>jwt|json))"
)

Fetch = Callable[[str], bytes]


def here(address: str) -> bytes | None:
    """What this site serves at one of its own addresses, from the rows of this moment; None for other addresses.

    Raises Unreachable for an address of ours where nothing stands.
    """
    at = next((each for each in issuers.bases() if address.startswith(f"{each}/")), None)
    if at is None:
        return None
    found = OURS.fullmatch(address.removeprefix(at))
    if found is None:
        raise Unreachable(address)
    if found["number"] is None:
        organisation = Organisation.objects.filter(slug=found["slug"]).first()
        said = issuers.document(organisation, at) if organisation else None
        if said is None:
            raise Unreachable(address)
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    row = issuers.published(found["slug"], int(found["number"]), found["purpose"], found["form"])
    if row is None:
        raise Unreachable(address)
    return row.signed.encode()


def only_here(address: str) -> bytes:
    """The fetch for badges of our own: nothing is read from outside."""
    if (found := here(address)) is None:
        raise Unreachable(address)
    return found


class Reader:
    """The fetch for anybody's badge: each address once, a few of them, not too long, no host asked too often."""

    def __init__(self, fetch: Fetch | None = None) -> None:
        self.fetch = fetch or outside.fetch
        self.kept: dict[str, bytes | None] = {}
        self.asked = 0
        self.deadline = time.monotonic() + SECONDS

    def __call__(self, address: str) -> bytes:
        if address not in self.kept:
            self.kept[address] = self._read(address)
        if (found := self.kept[address]) is None:
            raise Unreachable(address)
        return found

    def _read(self, address: str) -> bytes | None:
        try:
            if (ours := here(address)) is not None:
                return ours
            self.asked += 1
            if self.asked > MOST_READ or time.monotonic() > self.deadline or not _may_ask(address):
                return None
            return self.fetch(address)
        except (OSError, ValueError, LookupError, Unreachable):
            return None


def verify(data: bytes, holder: str = "", fetch: Fetch | None = None) -> Verdict:
    """The verdict on anybody's badge."""
    return checking.verify(data, fetch=Reader(fetch), known=issuers.known(), holder=holder.strip())


def verdict_of(award: Award) -> Verdict:
    """The verdict on one of ours, from what we publish at this moment."""
    return checking.verify(award.signed.encode(), fetch=only_here, known=issuers.known())


def facts_of(award: Award) -> dict[str, Any]:
    """What the signed badge says, for its page."""
    credential = reading.read(award.signed.encode()).credential
    return checkpage.facts_of(credential, pages=f"{issuers.base()}/badges")


def snapshot_of(award: Award) -> list[tuple[str, str]]:
    """(address, text) of all that a verifier needs besides the badge, as it stands now: keys and lists."""
    facts = facts_of(award)
    addresses = [facts["issuer"]["keys"], *(each["list"] for each in facts["status"])]
    return [(address, only_here(address).decode()) for address in addresses]


def fits(award: Award, who: str) -> bool:
    """Is this the holder? By the name they let print, in any spelling of it, or by the address that was hashed."""
    who = who.strip()
    if not who or award.person_id is None:
        return False
    if "@" in who:
        return credentials.is_held_by(reading.read(award.signed.encode()).credential, who)
    return bool(award.name) and fold(who).split() == fold(award.name).split()


def _may_ask(address: str) -> bool:
    if not settings.KOINON_LIMITS:
        return True
    host = (urlsplit(address).hostname or "")[:100]
    return limits.spend(f"outside:{host}", times=PER_HOST, per=PER)
