"""What a credential says, as plain data. No name of a learner has a place here: a holder is a salted hash."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

PURPOSES = ("revocation", "suspension")


@dataclass(frozen=True)
class Issuer:
    """Who gives: `did` is a did:web (dids.did_of), `url` the page about them."""

    did: str
    name: str
    url: str = ""
    description: str = ""


@dataclass(frozen=True)
class Alignment:
    """A competence elsewhere (ESCO, our own frameworks), found by its address. `framework` is that framework's name."""

    url: str
    name: str
    framework: str = ""
    code: str = ""


@dataclass(frozen=True)
class Picture:
    """The picture of an achievement as it is before baking; `digest` (digest_of) shows when it has been replaced."""

    url: str
    media_type: str
    digest: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Achievement:
    """What is achieved: `id` is an address or urn:uuid that stays the same for everybody who achieves it.

    `endorsements` are signed endorsements of it (VC-JWT); `kind` is one of the specification's, e.g. Badge, Course.
    """

    id: str
    name: str
    description: str
    criteria: str
    language: str = ""
    kind: str = "Badge"
    criteria_url: str = ""
    picture: Picture | None = None
    alignments: tuple[Alignment, ...] = ()
    tags: tuple[str, ...] = ()
    endorsements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holder:
    """Whose it is: an e-mail address, or any name of an account of ours (`kind` systemId). Only its hash is signed."""

    identity: str
    salt: str
    kind: str = "emailAddress"


@dataclass(frozen=True)
class Evidence:
    """What showed it, in words and by address: whoever makes one leaves names of persons out."""

    url: str = ""
    name: str = ""
    narrative: str = ""
    genre: str = ""


@dataclass(frozen=True)
class StatusPlace:
    """A bit in a status list: address of the signed list, what it means (one of PURPOSES), which bit."""

    url: str
    purpose: str
    index: int


@dataclass(frozen=True)
class Award:
    """One credential to be. `id` is urn:uuid (it survives a change of domain); times know their zone."""

    id: str
    issuer: Issuer
    achievement: Achievement
    holder: Holder
    given: datetime
    until: datetime | None = None
    places: tuple[StatusPlace, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Endorsement:
    """Somebody (a municipality) stands behind an achievement or an issuer: `about` is its id, `comment` their words."""

    id: str
    issuer: Issuer
    about: str
    comment: str
    given: datetime
    until: datetime | None = None
    places: tuple[StatusPlace, ...] = ()


def new_id() -> str:
    """An id for an award, an endorsement or an achievement."""
    return uuid.uuid4().urn


def new_salt() -> str:
    """A salt for a holder's hash: 128 random bits, kept beside the award."""
    return secrets.token_hex(16)
