"""Judges that are not ours: they take our badges, and refuse those that were tampered with or revoked."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from koinon.learning.engine.badges import contexts, credentials, facts
from koinon.learning.tests.badge_world import NOW, World, key

ROOT = Path(__file__).resolve().parents[3]
SOURCE, PLACE = ROOT / "tests" / "judges", ROOT / "var" / "judges"
MUST = os.environ.get("KOINON_JUDGES") == "must"
"""Set where judges must be there (the gate): then their absence fails."""

pytestmark = pytest.mark.slow


def absent(why):
    if MUST:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def judges():
    """Installs the judges once, as their lock says; skips with the reason where that is not possible."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        absent("the judges need node and npm")
    PLACE.mkdir(parents=True, exist_ok=True)
    lock, kept = SOURCE / "package-lock.json", PLACE / "installed.json"
    if not kept.exists() or kept.read_text() != lock.read_text():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, PLACE / name)
        try:
            subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=PLACE, check=True, capture_output=True, timeout=300,
            )  # fmt: skip
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            absent(f"npm could not install the judges: {str(problem.stderr or problem)[-300:]}")
        kept.write_text(lock.read_text())
    shutil.copy(SOURCE / "judge.mjs", PLACE / "judge.mjs")

    def judge(world, **badges):
        files = {name: body.decode() for name, body in world.files.items()}
        files |= {address: json.dumps(contexts.context(address)) for address in contexts.PINNED}
        asked = {"files": files, "badges": badges}
        done = subprocess.run(
            [node, "judge.mjs"], cwd=PLACE, input=json.dumps(asked), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return judge


def asked(found, name):
    return {judge: said["valid"] for judge, said in found[name].items()}


BOTH = {"bazaar": True, "core": True}
NONE = {"bazaar": False, "core": False}


def test_good_badges_are_taken_and_tampered_ones_refused(judges):
    world = World()
    badge, token = world.badge("json"), world.badge("jwt")
    head, body, tail = token.split(".")
    endorsement = world.signed(
        credentials.endorsement_credential(
            replace(
                facts.Endorsement(facts.new_id(), world.issuer, facts.new_id(), "Well taught.", NOW),
                places=(world.place("revocation", "json"),),
            )
        ),
        "json",
    )
    found = judges(
        world,
        good=badge,
        endorsement=endorsement,
        named=badge.replace("Facilitating", "Mastering"),
        held=badge.replace(json.loads(badge)["credentialSubject"]["identifier"][0]["identityHash"], "sha256$00"),
        longer=badge.replace('"validUntil":"20', '"validUntil":"21'),
        unlisted=json.dumps({name: value for name, value in json.loads(badge).items() if name != "credentialStatus"}),
        token=token,
        changed=f"{head}.{body[:-2]}{'A' if body[-2] != 'A' else 'B'}{body[-1]}.{tail}",
    )
    assert asked(found, "good") == BOTH, found["good"]
    assert asked(found, "endorsement") == BOTH, found["endorsement"]
    for name in ("named", "held", "longer", "unlisted"):
        assert asked(found, name) == NONE, name
    assert asked(found, "token") == {"jose": True}, found["token"]
    assert asked(found, "changed") == {"jose": False}


def test_revoked_and_suspended_badges_are_refused(judges):
    world = World()
    badge = world.badge("json")
    index = world.place("revocation", "json").index
    assert asked(judges(world, badge=badge), "badge") == BOTH
    world.lists(revoked=[index])
    assert asked(judges(world, badge=badge), "badge") == NONE
    world.lists(suspended=[index])
    assert asked(judges(world, badge=badge), "badge")["bazaar"] is False, "verifier-core looks at revocation only"
    world.lists(revoked=[index + 1, index - 1])
    assert asked(judges(world, badge=badge), "badge") == BOTH


def test_expired_badges_and_ended_lists_are_refused(judges):
    world = World()
    late = world.badge("json", until=NOW - timedelta(hours=1))
    assert asked(judges(world, late=late), "late") == NONE
    world.lists(now=NOW - timedelta(days=30))
    assert asked(judges(world, badge=world.badge("json")), "badge") == NONE


def test_badges_of_an_old_key_are_still_taken_and_those_of_a_withdrawn_one_are_not(judges):
    world = World()
    badge = world.badge("json")
    fresh = [key("RSA", 1), key("Ed25519", 1)]
    world.publish([*fresh, replace(world.rsa, state="old"), replace(world.ed, state="old")])
    assert asked(judges(world, badge=badge), "badge") == BOTH
    world.publish([*fresh, replace(world.rsa, state="withdrawn"), replace(world.ed, state="withdrawn")])
    assert asked(judges(world, badge=badge), "badge") == NONE


def test_a_verifier_in_python_takes_our_tokens():
    world = World()
    judge = OB3Verifier(pubkey_pem=world.rsa.key.as_pem(private=False))
    badge = world.badge("jwt")
    assert judge.verify(badge, check_status=True, download=world.fetch).id == world.award().id
    with pytest.raises(OB3VerificationError):
        judge.verify(badge[:-5] + "AAAAA")
    world.lists(revoked=[world.place("revocation", "jwt").index])
    with pytest.raises(OB3VerificationError):
        judge.verify(badge, check_status=True, download=world.fetch)


@pytest.mark.django_db
def test_badges_of_the_site_itself_are_taken_until_they_are_revoked(judges, proved):
    from koinon.kit.verbs import machine
    from koinon.learning.actions import awards
    from koinon.learning.queries import verdicts

    said = json.loads(proved.proved)
    addresses = [address for address, _text in verdicts.snapshot_of(proved)]
    addresses += [each["statusListCredential"] for each in said["credentialStatus"]]
    world = World()
    world.files = {address: verdicts.only_here(address) for address in addresses}
    assert asked(judges(world, good=proved.proved, token=proved.signed), "good") == BOTH
    awards.revoke(by=machine("test"), award=proved, why="A mistake.")
    world.files = {address: verdicts.only_here(address) for address in addresses}
    assert asked(judges(world, bad=proved.proved), "bad") == NONE
