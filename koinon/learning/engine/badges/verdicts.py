"""Verdicts in words: each thing looked at has a code, a mark and a sentence; together they say valid, not, or unknown.

`good` holds, `bad` makes a badge not valid, `open` means that it could not be checked, `note` is worth reading only.
One bad thing is enough; nothing open is ever called valid.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koinon.kit.moments import spelled

Mark = Literal["good", "bad", "open", "note"]
Overall = Literal["valid", "not_valid", "cannot"]

SENTENCES: dict[str, tuple[Mark, str | Promise]] = {
    # signature
    "signed": ("good", _("The issuer signed this badge, and nothing in it has been changed since.")),
    "broken": ("bad", _("The signature does not fit: the badge was changed, or somebody else signed it.")),
    "wrong_algorithm": ("bad", _("The signature is of a kind that does not belong to the issuer's key.")),
    "foreign_key": ("bad", _("The badge was signed with a key of somebody else than its issuer.")),
    "unlisted_key": ("bad", _("The issuer does not know the key that signed this badge.")),
    "withdrawn_key": ("bad", _("The issuer has withdrawn the key that signed this badge.")),
    "claims_differ": ("bad", _("The badge contradicts itself: two of its parts say different things.")),
    "damaged": ("bad", _("The badge is damaged or was changed by hand.")),
    "unreachable_key": ("open", _("The issuer's keys could not be read, so the signature could not be checked.")),
    "unproven_key": ("open", _("Nothing shows that the key that signed this badge belongs to its issuer.")),
    "unknown_proof": ("open", _("The badge is signed in a way that we cannot check.")),
    "unknown_terms": ("open", _("The badge uses terms that we do not know, so it could not be checked.")),
    "unsigned": ("open", _("The badge is not signed.")),
    "older_kind": ("open", _("This is a badge of an older kind. We check Open Badges 3.0 only.")),
    "not_a_badge": ("open", _("We found no badge in this.")),
    "too_large": ("open", _("This is larger than any badge.")),
    # dates
    "in_time": ("good", _("The badge is within its dates.")),
    "expired": ("bad", _("The badge was valid until %(day)s.")),
    "not_yet": ("bad", _("The badge will be valid from %(day)s only.")),
    "no_dates": ("bad", _("The badge does not say since when it is valid, or says it wrongly.")),
    # status
    "stands": ("good", _("The badge has not been revoked or suspended.")),
    "no_status": ("good", _("The issuer keeps no list of revoked badges for this one.")),
    "revoked": ("bad", _("The issuer has revoked this badge.")),
    "suspended": ("bad", _("The issuer has suspended this badge.")),
    "unreachable_list": ("open", _("The list of revoked badges could not be read.")),
    "stale_list": ("open", _("The list of revoked badges is out of date.")),
    "foreign_list": ("open", _("The list of revoked badges is not the issuer's own.")),
    "bad_list": ("open", _("The list of revoked badges cannot be trusted or understood.")),
    "unknown_status": ("open", _("The issuer tells of revoked badges in a way that we cannot check.")),
    # issuer
    "known": ("good", _("We know the issuer: %(name)s.")),
    "unknown_issuer": ("note", _("We do not know this issuer. Whether you trust them is for you to decide.")),
    # subject
    "held": ("good", _("The badge was given to the person you named.")),
    "other_holder": ("bad", _("The badge was not given to the person you named.")),
    "holder_not_asked": ("note", _("The badge does not show the name of the person who holds it.")),
    # picture
    "same_picture": ("good", _("The picture is the one that the issuer signed.")),
    "other_picture": ("bad", _("The picture is not the one that the issuer signed.")),
    "picture_not_told": ("note", _("The issuer did not sign the picture, only the badge.")),
    "no_picture": ("note", _("The badge came without its picture.")),
    # anything after a signature that does not hold
    "not_looked_at": ("open", _("Not checked, because the signature does not hold.")),
}  # fmt: skip

OVERALL: dict[Overall, str | Promise] = {
    "valid": _("The badge is valid."),
    "not_valid": _("The badge is not valid."),
    "cannot": _("The badge cannot be verified."),
}
EXITS: dict[Overall, int] = {"valid": 0, "not_valid": 1, "cannot": 2}
ASPECTS = ("signature", "dates", "status", "issuer", "subject", "picture")


@dataclass(frozen=True)
class Finding:
    """What was found about one thing: a code of SENTENCES; `values` fill its sentence, days as readers write them."""

    code: str
    values: Mapping[str, str | date] = field(default_factory=dict)

    @property
    def mark(self) -> Mark:
        return SENTENCES[self.code][0]

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code][1]) % spelled(self.values)


NOT_LOOKED_AT = Finding("not_looked_at")


@dataclass(frozen=True)
class Verdict:
    """What came of verifying. `credential` is given only when its signature holds."""

    signature: Finding
    dates: Finding = NOT_LOOKED_AT
    status: Finding = NOT_LOOKED_AT
    issuer: Finding = NOT_LOOKED_AT
    subject: Finding = NOT_LOOKED_AT
    picture: Finding = NOT_LOOKED_AT
    proof: str = ""
    credential: Mapping[str, Any] = field(default_factory=dict)
    endorsements: tuple["Verdict", ...] = ()

    @property
    def findings(self) -> dict[str, Finding]:
        return {name: getattr(self, name) for name in ASPECTS}

    @property
    def days(self) -> dict[str, date]:
        """Since when (and until when, if it says so) the badge is valid, for pages; what is no time is left out."""
        from koinon.learning.engine.badges import tokens

        found = {}
        for name in ("validFrom", "validUntil"):
            with suppress(tokens.Malformed):
                found[name] = tokens.moment(self.credential.get(name)).date()
        return found

    @property
    def overall(self) -> Overall:
        if self.signature.mark == "bad":
            return "not_valid"
        if self.signature.mark != "good":
            return "cannot"
        marks = {finding.mark for finding in self.findings.values()}
        return "not_valid" if "bad" in marks else "cannot" if "open" in marks else "valid"

    @property
    def sentence(self) -> str:
        return str(OVERALL[self.overall])

    def as_json(self) -> dict[str, Any]:
        """What `koinon badge verify` prints: overall, then each thing with code, mark and sentence."""
        said: dict[str, Any] = {"overall": self.overall, "sentence": self.sentence, "proof": self.proof}
        for name, finding in self.findings.items():
            said[name] = {"code": finding.code, "mark": finding.mark, "sentence": finding.sentence}
        said["badge"] = summary(self.credential) if self.credential else None
        said["endorsements"] = [each.as_json() for each in self.endorsements]
        return said


def summary(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The few facts of a credential that people ask for; whatever is not text is left out."""
    issuer, subject = credential.get("issuer"), credential.get("credentialSubject")
    subject = subject if isinstance(subject, dict) else {}
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, dict) else {}
    found = {
        "id": credential.get("id"),
        "issuer": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "issuer_name": issuer.get("name") if isinstance(issuer, dict) else None,
        "achievement": achievement.get("id"),
        "name": achievement.get("name"),
        "about": subject.get("id") if "endorsementComment" in subject else None,
        "comment": subject.get("endorsementComment"),
        "valid_from": credential.get("validFrom"),
        "valid_until": credential.get("validUntil"),
    }
    return {name: value for name, value in found.items() if isinstance(value, str)}
