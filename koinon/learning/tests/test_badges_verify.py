"""What anybody brings is verified, and doubt is never called valid: attacks first."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from joserfc.jws import JWSRegistry

from koinon.kit.moments import long_day
from koinon.learning.engine.badges import checking, credentials, dids, facts, keys, tokens
from koinon.learning.engine.badges.verdicts import SENTENCES
from koinon.learning.tests.badge_world import NOW, SITE, World, codes, key

FORMS = ("jwt", "json")
INDEX = World().place("revocation", "jwt").index


def packed(value):
    said = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def parts(token):
    head, body, _tail = token.split(".")
    return json.loads(tokens._decoded(head)), json.loads(tokens._decoded(body))


def resigned(world, header=None, by=None, **claims):
    """The world's badge with other claims, signed again by a key: what an issuer (or a thief) could do."""
    old_header, old_claims = parts(world.badge("jwt"))
    pair = by or world.rsa
    said = {name: value for name, value in (old_claims | claims).items() if value is not None}
    signed = f"{packed(old_header | (header or {}))}.{packed(said)}"
    signature = JWSRegistry.algorithms[tokens.algorithm(pair.key)].sign(signed.encode(), pair.key)
    return f"{signed}.{packed(signature)}"


@pytest.mark.parametrize("form", FORMS)
def test_a_good_badge_is_valid(form):
    world = World()
    verdict = world.verify(world.badge(form), known={world.did: "Serres"}, holder="learner@EXAMPLE.org")
    assert verdict.overall == "valid"
    assert codes(verdict) == {
        "signature": "signed", "dates": "in_time", "status": "stands", "issuer": "known", "subject": "held",
        "picture": "no_picture",
    }  # fmt: skip
    said = verdict.as_json()
    assert said["badge"]["name"] == "Facilitating a community workshop"
    assert said["issuer"]["sentence"] == "We know the issuer: Serres."
    assert said["proof"] == {"jwt": "VC-JWT", "json": "Data Integrity"}[form]


def test_who_reads_nothing_from_outside_cannot_verify():
    verdict = checking.verify(World().badge().encode(), now=NOW)
    assert (verdict.overall, verdict.signature.code, verdict.as_json()["badge"]) == ("cannot", "unreachable_key", None)


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_issuer_is_said_and_leaves_a_badge_valid(form):
    verdict = World().verify(World().badge(form))
    assert (verdict.overall, verdict.issuer.code) == ("valid", "unknown_issuer")


@pytest.mark.parametrize("form", FORMS)
def test_dates(form):
    world = World()
    expired = world.verify(world.badge(form, until=NOW - timedelta(days=1)))
    early = world.verify(world.badge(form, given=NOW + timedelta(days=2)))
    assert (expired.overall, expired.dates.code) == ("not_valid", "expired")
    assert (early.overall, early.dates.code) == ("not_valid", "not_yet")
    for language in ("en", "el", "mk", "lt", "sq"):
        with translation.override(language):
            assert long_day((NOW - timedelta(days=1)).date(), language) in expired.dates.sentence
            assert long_day((NOW + timedelta(days=2)).date(), language) in early.dates.sentence
    assert early.days["validFrom"] == (NOW + timedelta(days=2)).date()
    json.dumps(expired.as_json())
    assert world.verify(world.badge(form, until=None)).overall == "valid"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("purpose", "code"), [("revoked", "revoked"), ("suspended", "suspended")])
def test_revoked_and_suspended(form, purpose, code):
    world = World()
    world.lists(**{purpose: [INDEX]})
    verdict = world.verify(world.badge(form))
    assert (verdict.overall, verdict.status.code) == ("not_valid", code)
    world.lists(**{purpose: [INDEX - 1, INDEX + 1]})
    assert world.verify(world.badge(form)).overall == "valid"


@pytest.mark.parametrize("form", FORMS)
def test_lists_that_nobody_should_believe(form):
    world, rival = World(), World("rival", 1)
    badge, place = world.badge(form), world.place("revocation", form)
    good = world.files[place.url]

    def status():
        verdict = world.verify(badge)
        assert verdict.overall == "cannot"
        return verdict.status.code

    del world.files[place.url]
    assert status() == "unreachable_list"
    world.files[place.url] = b"{}"
    assert status() == "bad_list"
    world.files[place.url] = rival.files[rival.place("revocation", form).url]
    world.files |= {rival.document_address: rival.files[rival.document_address]}
    assert status() == "foreign_list"
    world.files[place.url] = world.files[world.place("suspension", form).url]
    assert status() == "bad_list"
    world.files[place.url] = badge.encode()
    assert status() == "bad_list"
    world.files[place.url] = good[:-8] + (b"AAAAAAAA" if form == "jwt" else b'AAAAAA"}}'[-8:])
    assert status() == "bad_list"
    world.lists(now=NOW - timedelta(days=8))
    assert status() == "stale_list"
    world.lists(now=NOW + timedelta(days=1))
    assert status() == "stale_list"
    world.lists()
    assert world.verify(badge).overall == "valid"


def test_a_list_signed_by_another_in_the_name_of_the_issuer_is_not_believed():
    world, thief = World(), key("RSA", 1)
    place = world.place("revocation", "jwt")
    _header, claims = parts(world.files[place.url].decode())
    kid = f"{world.did}#{world.rsa.id}"
    signed = f"{packed({'alg': 'RS256', 'typ': 'JWT', 'kid': kid})}.{packed(claims)}"
    forged = f"{signed}.{packed(JWSRegistry.algorithms['RS256'].sign(signed.encode(), thief.key))}"
    world.files[place.url] = forged.encode()
    verdict = world.verify(world.badge())
    assert (verdict.overall, verdict.status.code) == ("cannot", "bad_list")


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "1EdTechRevocationList", "id": f"{SITE}/r"},
        {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListCredential": f"{SITE}/x"},
        {"type": "BitstringStatusListEntry", "statusPurpose": "other", "statusListIndex": "1"},
        "https://learn.example.org/status",
        [],
        [{}] * 9,
    ],
)
def test_a_status_that_we_do_not_understand_is_no_good_status(entry):
    verdict = World().verify(resigned(World(), credentialStatus=entry))
    assert (verdict.signature.code, verdict.status.code, verdict.overall) == ("signed", "unknown_status", "cannot")


@pytest.mark.parametrize("index", ["131072", "99999999999", "-1", "5.0", "²", "1" * 30])
def test_a_place_outside_of_its_list(index):
    world = World()
    place = world.place("revocation", "jwt")
    (entry,) = credentials.status_entries([place])
    verdict = world.verify(resigned(world, credentialStatus=entry | {"statusListIndex": index}))
    assert verdict.overall == "cannot"


def test_algorithms_belong_to_keys_never_to_headers():
    world = World()
    header, claims = parts(world.badge())
    nothing = f"{packed(header | {'alg': 'none'})}.{packed(claims)}."
    assert codes(world.verify(nothing))["signature"] in ("wrong_algorithm", "damaged")
    for name in ("None", "HS256", "PS256", "EdDSA", "ES256"):
        verdict = world.verify(resigned(world, header={"alg": name}))
        assert (verdict.overall, verdict.signature.code) == ("not_valid", "wrong_algorithm"), name
    import hashlib
    import hmac

    signed = f"{packed(header | {'alg': 'HS256'})}.{packed(claims)}"
    secret = world.rsa.key.as_pem(private=False)
    confused = f"{signed}.{packed(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"
    assert world.verify(confused).signature.code == "wrong_algorithm"


def test_a_key_of_somebody_else_signs_nothing():
    world, rival = World(), World("rival", 1)
    world.files |= rival.files
    theirs = f"{rival.did}#{rival.rsa.id}"
    assert world.verify(resigned(world, header={"kid": theirs}, by=rival.rsa)).signature.code == "foreign_key"
    assert world.verify(resigned(world, by=rival.rsa)).signature.code == "broken"
    unlisted = resigned(world, header={"kid": f"{world.did}#{rival.rsa.id}"}, by=rival.rsa)
    assert world.verify(unlisted).signature.code == "unlisted_key"
    carried = resigned(world, header={"kid": None, "jwk": rival.rsa.public}, by=rival.rsa)
    assert world.verify(carried).overall == "not_valid"
    linked = json.loads(world.badge("json"))
    linked["proof"]["verificationMethod"] = f"{rival.did}#{rival.ed.id}"
    assert world.verify(json.dumps(linked)).signature.code == "foreign_key"
    swapped = json.loads(rival.badge("json"))
    swapped["issuer"]["id"] = world.did
    assert world.verify(json.dumps(swapped)).overall == "not_valid"


def test_a_token_may_carry_its_key_when_the_issuer_lists_it():
    world = World()
    old, claims = parts(world.badge())
    header = {name: value for name, value in old.items() if name != "kid"} | {"jwk": world.rsa.public}
    signed = f"{packed(header)}.{packed(claims)}"
    token = f"{signed}.{packed(JWSRegistry.algorithms['RS256'].sign(signed.encode(), world.rsa.key))}"
    assert world.verify(token).overall == "valid"


def test_old_keys_verify_and_withdrawn_ones_do_not():
    world = World()
    badges = [world.badge(form) for form in FORMS]
    fresh = [key("RSA", 1), key("Ed25519", 1)]
    world.publish([*fresh, replace(world.rsa, state="old"), replace(world.ed, state="old")])
    assert [world.verify(each).overall for each in badges] == ["valid", "valid"]
    world.publish([*fresh, replace(world.rsa, state="withdrawn"), replace(world.ed, state="withdrawn")])
    assert {world.verify(each).signature.code for each in badges} == {"withdrawn_key"}
    world.publish(fresh)
    assert {world.verify(each).signature.code for each in badges} == {"unlisted_key"}


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{", b"\xff", b'{"id": "did:web:elsewhere.org"}', b'{"id": 1}', b"[" * 5000, b'{"id":"a","id":"b"}'],
)
def test_a_document_of_an_issuer_that_is_none(document):
    world = World()
    world.files[world.document_address] = document
    for form in FORMS:
        assert world.verify(world.badge(form)).overall == "cannot"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:web:elsewhere.org"},
        {"jti": "urn:uuid:other"},
        {"nbf": 0},
        {"exp": 4_000_000_000},
        {"exp": True},
        {"sub": "mailto:somebody@example.org"},
        {"vc": {"type": ["VerifiableCredential"]}},
        {"proof": {"type": "DataIntegrityProof"}},
    ],
)
def test_claims_that_contradict_the_credential(claims):
    verdict = World().verify(resigned(World(), **claims))
    assert (verdict.overall, verdict.signature.code) == ("not_valid", "claims_differ")


def test_names_that_stand_twice():
    world = World()
    header, claims = parts(world.badge())
    twice = json.dumps(claims)[:-1] + ', "validUntil": "2999-01-01T00:00:00Z"}'
    signed = f"{packed(header)}.{packed(twice.encode())}"
    token = f"{signed}.{packed(JWSRegistry.algorithms['RS256'].sign(signed.encode(), world.rsa.key))}"
    assert world.verify(token).signature.code == "damaged"
    badge = world.badge("json")
    assert world.verify(badge[:-1] + ',"name":"Another"}').signature.code == "damaged"


def test_headers_that_ask_for_more_than_we_know():
    world = World()
    for more in ({"crit": ["b64"], "b64": False}, {"zip": "DEF"}, {"typ": "dpop+jwt"}, {"kid": 5}, {"kid": {}}):
        assert world.verify(resigned(world, header=more)).overall == "not_valid", more


@pytest.mark.parametrize(
    ("brought", "code"),
    [
        (b"", "not_a_badge"),
        (b"hello", "not_a_badge"),
        ("Γεια".encode(), "not_a_badge"),
        (b"{}", "not_a_badge"),
        (b"[1]", "not_a_badge"),
        (b"{", "damaged"),
        (b'{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}', "older_kind"),
        (b'{"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"]}', "older_kind"),
        (b'{"@context": ["https://schema.org"], "type": ["VerifiableCredential"]}', "not_a_badge"),
        (b"eyJ.e30.", "damaged"),
        (f"{packed({'alg': 'RS256'})}.{packed({'badge': {}, 'recipient': {}})}.AA".encode(), "older_kind"),
        (f"{packed({'alg': 'RS256'})}.{packed({'vc': {}})}.AA".encode(), "older_kind"),
        (b"{" + b" " * 600_000 + b"}", "too_large"),
        (b"<html><body/></html>", "not_a_badge"),
        (b"<svg", "damaged"),
    ],
)
def test_what_is_no_badge_of_the_kind_we_know(brought, code):
    verdict = World().verify(brought)
    assert verdict.signature.code == code
    assert verdict.overall == ("not_valid" if code == "damaged" else "cannot")


def test_linked_badges_without_proof_with_several_or_with_another_kind():
    world = World()
    badge = json.loads(world.badge("json"))
    bare = {name: value for name, value in badge.items() if name != "proof"}
    assert world.verify(json.dumps(bare)).signature.code == "unsigned"
    assert world.verify(json.dumps(bare | {"proof": [badge["proof"]] * 2})).signature.code == "damaged"
    other = bare | {"proof": badge["proof"] | {"cryptosuite": "ecdsa-rdfc-2019"}}
    assert world.verify(json.dumps(other)).signature.code == "unknown_proof"
    wrong = bare | {"proof": badge["proof"] | {"proofPurpose": "authentication"}}
    assert world.verify(json.dumps(wrong)).signature.code == "damaged"


def test_linked_badges_whose_json_says_more_than_was_signed():
    world = World()
    badge = json.loads(world.badge("json"))
    more = badge | {"unheardOf": "x"}
    inline = badge | {"@context": [*badge["@context"], {"name": "https://example.org/other"}]}
    foreign = badge | {"@context": [*badge["@context"], "https://evil.example.org/context.json"]}
    asked = []
    for changed, code in ((more, "damaged"), (inline, "unknown_terms"), (foreign, "unknown_terms")):
        verdict = checking.verify(json.dumps(changed).encode(), now=NOW, fetch=lambda url: asked.append(url) or b"{}")
        assert verdict.signature.code == code
    assert not asked, "nothing is read from outside for a document that is wrong in itself"


def test_issuers_that_are_a_key_or_an_address():
    world = World()
    did = f"did:key:{keys.multibase(world.ed.public)}"
    award = replace(world.award(places=()), issuer=facts.Issuer(did, "Somebody"))
    from koinon.learning.engine.badges import linked

    said = credentials.achievement_credential(award)
    name = f"{did}#{did.removeprefix('did:key:')}"
    signed = linked.sign(said, world.ed, name, NOW)
    verdict = checking.verify(json.dumps(signed).encode(), now=NOW)
    assert (verdict.overall, verdict.issuer.code) == ("valid", "unknown_issuer")
    address = f"{SITE}/people/1"
    token = tokens.sign(said | {"issuer": {"id": address, "type": ["Profile"]}}, world.rsa, f"{SITE}/keys/1")
    assert world.verify(token).signature.code == "unreachable_key"
    world.files[f"{SITE}/keys/1"] = json.dumps(world.rsa.public).encode()
    assert world.verify(token).overall == "valid"
    away = tokens.sign(said | {"issuer": {"id": address, "type": ["Profile"]}}, world.rsa, "https://evil.org/keys/1")
    world.files["https://evil.org/keys/1"] = world.files[f"{SITE}/keys/1"]
    assert world.verify(away).signature.code == "foreign_key"
    bare = resigned(world, header={"kid": ""}, issuer={"id": address}, iss=address, credentialStatus=None)
    assert world.verify(bare).overall == "cannot"


def test_a_badge_belongs_to_its_holder_only():
    world = World()
    for form in FORMS:
        verdict = world.verify(world.badge(form), holder="thief@example.org")
        assert (verdict.overall, verdict.subject.code) == ("not_valid", "other_holder")
        assert "earner@" not in world.badge(form), "no name and no address is signed"


def test_endorsements_inside_are_verified_too():
    town, world = World("town", 1), World()
    world.files |= town.files
    achievement = world.award().achievement
    said = facts.Endorsement(facts.new_id(), town.issuer, achievement.id, "We stand behind this.", NOW)
    good = town.signed(credentials.endorsement_credential(said), "jwt")
    other = town.signed(credentials.endorsement_credential(replace(said, about="urn:uuid:other")), "jwt")
    badge = world.badge(achievement=replace(achievement, endorsements=(good, other, good[:-4] + "AAAA", "x")))
    verdict = world.verify(badge, known={town.did: "Town"})
    assert verdict.overall == "valid"
    assert [each.signature.code for each in verdict.endorsements][:2] == ["signed", "claims_differ"]
    assert [each.overall for each in verdict.endorsements] == ["valid", "not_valid", "not_valid", "cannot"]
    assert verdict.as_json()["endorsements"][0]["badge"]["comment"] == "We stand behind this."


def test_a_status_list_is_no_badge():
    world = World()
    for form in FORMS:
        verdict = world.verify(world.files[world.place("revocation", form).url])
        assert (verdict.overall, verdict.signature.code) == ("cannot", "not_a_badge")


def test_every_sentence_can_be_said():
    for mark, sentence in SENTENCES.values():
        assert mark in ("good", "bad", "open", "note")
        assert str(sentence) % {"day": "2026-01-01", "name": "Serres"}


def test_a_did_is_made_of_a_plain_address():
    assert dids.did_of("https://learn.example.org") == "did:web:learn.example.org"
    assert dids.address("did:web:learn.example.org") == "https://learn.example.org/.well-known/did.json"
    assert dids.did_of("https://localhost:8443/a/b/") == "did:web:localhost%3A8443:a:b"
    assert dids.address("did:web:localhost%3A8443:a:b") == "https://localhost:8443/a/b/did.json"
    for wrong in ("http://a.org", "https://u:p@a.org", "https://a.org/%2e%2e", "https://a.org/?x", "ftp://a"):
        with pytest.raises(ValueError, match="DID"):
            dids.did_of(wrong)
    for wrong in ("did:web:", "did:key:z", "did:web:a.org:..", "did:web:a.org%2Fb", "did:web:a.org:b/c", "did:web:a@b"):
        with pytest.raises(ValueError, match="did:web"):
            dids.address(wrong)


def test_what_the_public_schema_requires_is_there():
    world = World()
    said = facts.Endorsement(facts.new_id(), world.issuer, "urn:uuid:other", "We stand behind this.", NOW)
    for credential in (credentials.achievement_credential(world.award()), credentials.endorsement_credential(said)):
        assert {"@context", "id", "type", "name", "credentialSubject", "issuer", "validFrom"} <= set(credential)
        assert {"id", "type"} <= set(credential["issuer"])
    subject = credentials.achievement_credential(world.award())["credentialSubject"]
    assert {"type", "achievement", "identifier"} == set(subject)
    assert {"id", "type", "criteria", "description", "name"} <= set(subject["achievement"])
    for each in subject["identifier"]:
        assert {"type", "hashed", "identityHash", "identityType"} <= set(each)
