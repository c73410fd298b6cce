"""Doors of credentials: name -> (method, what each of test_doors.WHO meets)."""

from functools import cache

import pytest
from django.urls import reverse
from django.utils import timezone

from koinon.kit.verbs import machine
from koinon.learning.actions import achievements, awards, endorsements, issuing
from koinon.learning.engine.badges import art, keys
from tests import factories

IN, GO, ASK, NONE = 200, 302, 302, 404
ALL = (IN,) * 8
OWNER = (IN, NONE, NONE, NONE, NONE, NONE, NONE, ASK)
OWNER_GOES = (GO, NONE, NONE, NONE, NONE, NONE, NONE, ASK)
HOLDER = (NONE, NONE, NONE, IN, NONE, NONE, NONE, ASK)
HOLDER_GOES = (NONE, NONE, NONE, GO, NONE, NONE, NONE, ASK)
SIGNED_IN = (*(IN,) * 7, ASK)
TEACHER = (IN, NONE, IN, NONE, NONE, NONE, NONE, ASK)

make_key = keys.new_key
one_key = cache(lambda kind: make_key(kind, timezone.now()))
one_picture = cache(art.png)
"""Made once for all doors: they take longer than a page."""

DOORS: dict = {
    "learning:wallet": ("get", SIGNED_IN),
    "learning:badges_zip": ("get", SIGNED_IN),
    "learning:badge": ("get", HOLDER),
    "learning:badge_file": ("get", HOLDER),
    "learning:badge_certificate": ("post", HOLDER),
    "learning:badge_unshare": ("post", HOLDER_GOES),
    "learning:badge_verify": ("get", ALL),
    "learning:badge_check": ("get", ALL),
    "learning:badge_check_file": ("get", ALL),
    "learning:badge_shared": ("get", ALL),
    "learning:badge_art": ("get", ALL),
    "learning:badge_step": ("get", OWNER),
    "learning:endorsement": ("get", OWNER),
    "learning:issuer": ("get", ALL),
    "learning:issuer_did": ("get", ALL),
    "learning:status_list": ("get", ALL),
    "learning:achievement": ("get", ALL),
    "learning:issuer_keys": ("get", OWNER),
    "learning:issuer_rotate": ("post", OWNER_GOES),
    "learning:issuer_withdraw": ("get", OWNER),
    "learning:issuer_desk": ("get", OWNER),
    "learning:achievement_new": ("get", OWNER),
    "learning:achievement_desk": ("get", OWNER),
    "learning:achievement_edit": ("get", OWNER),
    "learning:achievement_retire": ("post", OWNER_GOES),
    "learning:run_badges": ("get", TEACHER),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    give = request.getfixturevalue
    school, run, luka, enrolment = give("school"), give("run"), give("luka"), give("enrolment")
    by = machine("test")
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(art, "png", one_picture)
        quick.setattr(keys, "new_key", lambda kind, _made: one_key(kind))
        row = achievements.create(
            by=by, organisation=school, names={"en": "City budget"}, criteria={"en": "Read one."}, language="en"
        )
        award = awards.give(by=by, achievement=row, person=luka, enrolment=enrolment)
    asked = endorsements.ask(by=by, achievement=row, organisation=factories.organisation())
    share = factories.badgeshare(person=luka)
    key = issuing.key_in_force(school, "rsa")
    slug, mine = [school.slug], [school.slug, row.pk]
    facts = {
        "wallet": [], "badges_zip": [], "badge": [award.pk], "badge_file": [award.pk, "jwt"],
        "badge_certificate": [award.pk], "badge_unshare": [share.pk], "badge_verify": [], "badge_check": [award.pk],
        "badge_check_file": [award.pk], "badge_shared": [share.key], "badge_art": [award.art_id, "png"],
        "badge_step": [award.pk, "suspend"], "endorsement": [asked.pk], "issuer": slug, "issuer_did": slug,
        "status_list": [school.slug, award.status_list.number, "revocation", "jwt"], "achievement": mine,
        "issuer_keys": slug, "issuer_rotate": [school.slug, "rsa"], "issuer_withdraw": [school.slug, key.pk],
        "issuer_desk": slug, "achievement_new": slug, "achievement_desk": mine, "achievement_edit": mine,
        "achievement_retire": mine, "run_badges": [run.pk],
    }  # fmt: skip
    return {f"learning:{name}": reverse(f"learning:{name}", args=words) for name, words in facts.items()}
