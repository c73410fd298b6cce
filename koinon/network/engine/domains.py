"""May this e-mail address speak for that web site? Domains compared as the DNS compares them; pure, no look-ups.

The same domain, or one under it: yes. The domain above it (a school's site under the town's): yes, but a person shall
look. Mail providers and hosts where everybody may have a page or an address: no, however alike they are.
"""

import tomllib
from enum import Enum
from pathlib import Path

import idna

_KNOWN = tomllib.loads((Path(__file__).parent.parent / "data" / "domains.toml").read_text(encoding="utf-8"))
MAIL_PROVIDERS = frozenset(_KNOWN["mail_providers"])
SHARED_HOSTS = frozenset(_KNOWN["shared_hosts"])
SECOND_LEVELS = frozenset(_KNOWN["second_levels"])


class Fit(Enum):
    """How an address goes with a web site."""

    SAME = "same"
    BELOW = "below"
    ABOVE = "above"
    OTHER = "other"
    PROVIDER = "provider"
    SHARED = "shared"
    NO_SITE = "no_site"

    @property
    def is_enough(self) -> bool:
        return self in (Fit.SAME, Fit.BELOW, Fit.ABOVE)


def fit(email: str, site: str) -> Fit:
    """How the domain of `email` goes with the host `site` (as kept in Organisation.domain, with or without www)."""
    theirs, ours = plain(email.rpartition("@")[2]), plain(site).removeprefix("www.")
    if not ours:
        return Fit.NO_SITE
    if not theirs or _is_of(theirs, MAIL_PROVIDERS):
        return Fit.PROVIDER
    if _is_of(ours, SHARED_HOSTS | MAIL_PROVIDERS) or _is_suffix(ours):
        return Fit.SHARED
    if theirs == ours:
        return Fit.SAME
    if theirs.endswith(f".{ours}"):
        return Fit.BELOW
    if ours.endswith(f".{theirs}"):
        return Fit.OTHER if _is_suffix(theirs) or _is_of(theirs, SHARED_HOSTS) else Fit.ABOVE
    return Fit.OTHER


def plain(domain: str) -> str:
    """A domain as the DNS has it: small letters, no dot at the end, other scripts as xn--…; "" if it is none."""
    text = domain.strip().strip("[]").rstrip(".").lower()
    try:
        return idna.encode(text, uts46=True).decode("ascii") if text else ""
    except idna.IDNAError:
        return ""


def readable(domain: str) -> str:
    """The domain as people write it: in its own script where that is a valid one."""
    try:
        return idna.decode(domain) if domain else ""
    except idna.IDNAError:
        return domain


def _is_of(domain: str, known: frozenset[str]) -> bool:
    """True for a known domain and for those under it, except that a shared host's own name may be a word of another."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in known for start in range(len(labels) - 1))


def _is_suffix(domain: str) -> bool:
    """True for a domain under which strangers register: one label, or edu.mk, com.al, gov.uk."""
    labels = domain.split(".")
    return len(labels) < 2 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in SECOND_LEVELS)
