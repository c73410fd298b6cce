"""An issuer with keys, lists and badges, and an internet of our own where its documents stand."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from koinon.learning.engine.badges import checking, credentials, dids, facts, keys, statuses
from koinon.learning.engine.badges.resolving import Unreachable
from koinon.learning.engine.badges.signing import Signer

NOW = datetime.now(UTC).replace(microsecond=0)
SITE = "https://learn.example.org"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9"/></svg>\n'


@cache
def key(kind: str, number: int = 0) -> keys.Key:
    return keys.new_key(kind, NOW - timedelta(days=900 - number))


@cache
def signed_list(did, url, purpose, some, now, kind, number):
    """Signed once: canonical form is slow, and worlds are many."""
    said = statuses.list_credential(url=url, issuer=did, purpose=purpose, set_indices=some, now=now)
    return signed(did, json.dumps(said), kind, number).encode()


@cache
def signed(did, said, kind, number):
    if kind == "jwt":
        return Signer(did, key("RSA", number)).token(json.loads(said))
    return Signer(did, key("Ed25519", number)).linked(json.loads(said), NOW)


@dataclass
class World:
    """`files` is all there is outside; change it, and verifiers see another world."""

    folder: str = "serres"
    number: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self):
        self.did = dids.did_of(f"{SITE}/issuers/{self.folder}")
        self.rsa, self.ed = key("RSA", self.number), key("Ed25519", self.number)
        self.issuer = facts.Issuer(self.did, f"Municipality of {self.folder}", f"{SITE}/{self.folder}/")
        self.publish([self.rsa, self.ed])
        self.lists()

    @property
    def document_address(self):
        return dids.address(self.did)

    def publish(self, some):
        self.files[self.document_address] = json.dumps(dids.document(self.did, some)).encode()

    def place(self, purpose, kind):
        return facts.StatusPlace(f"{SITE}/status/{self.folder}/{purpose}.{kind}", purpose, 94_567)

    def lists(self, revoked=(), suspended=(), now=NOW):
        for purpose, some in (("revocation", revoked), ("suspension", suspended)):
            for kind in ("jwt", "json"):
                place = self.place(purpose, kind)
                self.files[place.url] = signed_list(self.did, place.url, purpose, tuple(some), now, kind, self.number)

    def signed(self, credential, kind):
        return signed(self.did, json.dumps(credential), kind, self.number)

    def award(self, kind="jwt", **facts_of_it):
        achievement = facts.Achievement(
            id="urn:uuid:4b1c1d04-2b5e-4b9a-9a6e-9c4b1f5f7a10",
            name="Facilitating a community workshop",
            description="Prepares, leads and closes a workshop with neighbours.",
            criteria="Led a workshop; its notes were accepted by a facilitator.",
            language="en",
            picture=facts.Picture(f"{SITE}/badge.svg", "image/svg+xml", credentials.digest_of(SVG), "A round table"),
            alignments=(facts.Alignment("http://data.europa.eu/esco/skill/1", "lead a discussion", "ESCO"),),
            tags=("facilitation",),
        )
        award = facts.Award(
            id="urn:uuid:0b1c1d04-2b5e-4b9a-9a6e-9c4b1f5f7a11",
            issuer=self.issuer,
            achievement=achievement,
            holder=facts.Holder("Learner@example.org", "5a17"),
            given=NOW - timedelta(days=1),
            until=NOW + timedelta(days=365),
            places=(self.place("revocation", kind), self.place("suspension", kind)),
            evidence=(facts.Evidence(name="Notes of a workshop", genre="practice"),),
        )
        return replace(award, **facts_of_it)

    def badge(self, kind="jwt", **facts_of_it):
        return self.signed(credentials.achievement_credential(self.award(kind, **facts_of_it)), kind)

    def fetch(self, address):
        if address not in self.files:
            raise Unreachable(address)
        return self.files[address]

    def verify(self, data, **more):
        data = data.encode() if isinstance(data, str) else data
        return checking.verify(data, **{"fetch": self.fetch, "now": NOW, **more})


def codes(verdict):
    return {name: finding.code for name, finding in verdict.findings.items()}
