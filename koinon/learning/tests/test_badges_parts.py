"""Pictures, keys, lists and reading from outside: hostile ones are refused, honest ones come back byte for byte."""

import io
import json
import socket
import threading
import zlib
from contextlib import suppress
from datetime import timedelta
from struct import pack

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from koinon.config.cli import cli
from koinon.kit import outside
from koinon.learning.engine.badges import baking, checkpage, contexts, dids, facts, keys, linked, statuses
from koinon.learning.engine.badges.signing import Signer
from koinon.learning.tests.badge_world import NOW, SVG, World, key

SECRET = "s" * 50


def png(colour="red"):
    file = io.BytesIO()
    Image.new("RGB", (9, 9), colour).save(file, "PNG")
    return file.getvalue()


def chunk(kind, data):
    return pack("!I", len(data)) + kind + data + pack("!I", zlib.crc32(kind + data))


def with_chunk(kind, data):
    return png()[:-12] + chunk(kind, data) + png()[-12:]


@pytest.mark.parametrize("picture", [SVG, png()], ids=["svg", "png"])
@pytest.mark.parametrize("form", ["jwt", "json"])
def test_a_baked_badge_is_verified_and_its_picture_comes_back(picture, form):
    world = World()
    badge = world.badge(form)
    baked = baking.bake(picture, badge)
    assert baking.unbake(baked) == (badge, picture)
    assert baking.bake(baked, badge) == baked, "baking twice leaves one"
    verdict = world.verify(baked)
    if picture is SVG:
        assert (verdict.overall, verdict.picture.code) == ("valid", "same_picture")
    else:
        assert (verdict.overall, verdict.picture.code) == ("not_valid", "other_picture")


def test_a_replaced_picture_is_seen():
    world = World()
    verdict = world.verify(baking.bake(SVG.replace(b"M0 0", b"M1 1"), world.badge()))
    assert (verdict.overall, verdict.picture.code) == ("not_valid", "other_picture")


def test_baked_pictures_are_pictures_still():
    Image.open(io.BytesIO(baking.bake(png(), World().badge()))).verify()


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (with_chunk(b"iTXt", baking.KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"A" * 2**22)), "too_large"),
        (with_chunk(b"iTXt", baking.KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"A" * 99)[:-3]), "damaged"),
        (with_chunk(b"iTXt", baking.KEYWORD + b"\0\1\0\0\0junk"), "damaged"),
        (with_chunk(b"iTXt", baking.KEYWORD + b"\0\2\0\0\0x"), "damaged"),
        (with_chunk(b"iTXt", baking.KEYWORD + b"\0\0"), "damaged"),
        (with_chunk(b"iTXt", baking.KEYWORD + b"\0\0\0\0\0\xff"), "damaged"),
        (baking.bake(png(), "a")[:-12] + chunk(b"iTXt", baking.KEYWORD + b"\0\0\0\0\0b") + png()[-12:], "twice"),
        (with_chunk(b"iTXt", b"openbadges\0\0\0\0\0{}"), "older"),
        (with_chunk(b"tEXt", b"openbadges\0{}"), "older"),
        (png() + b"more", "damaged"),
        (png()[:-1], "damaged"),
        (png()[:20], "damaged"),
        (baking.PNG + pack("!I", 2**32 - 1) + b"IHDR", "damaged"),
        (png().replace(b"IDAT", b"IDAU"), "damaged"),
        (b"GIF89a", "not_a_picture"),
        (b" " * (baking.LARGEST_PICTURE + 1), "too_large"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "damaged"),
        (b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]><svg/>', "damaged"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' * 300 + b"</svg>" * 300, "damaged"),
        (b"<svg/>", "not_a_picture"),
        (SVG[:-9], "damaged"),
        (SVG.replace(b'version="1.0"', b'version="1.0" encoding="utf-7"'), "damaged"),
        (SVG.decode().encode("utf-16"), "not_a_picture"),
        (SVG.replace(b"</svg>", b'<b:assertion xmlns:b="http://openbadges.org" verify="x"/></svg>'), "older"),
    ],
)
def test_hostile_pictures(picture, code):
    with pytest.raises(baking.Unbakeable) as refused:
        baking.unbake(picture)
    assert refused.value.code == code
    assert World().verify(picture).overall != "valid"


@pytest.mark.parametrize("trick", [b"<script/>", b'<a href="javascript:x"/>', b'<g onload="x"/>', b"<foreignObject/>"])
def test_pictures_that_run_code_are_not_baked(trick):
    with pytest.raises(baking.Unbakeable) as refused:
        baking.bake(SVG.replace(b"</svg>", trick + b"</svg>"), "x")
    assert refused.value.code == "active"


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10_000), value=st.integers(0, 255), base=st.sampled_from([png(), SVG]))
def test_no_changed_byte_of_a_picture_crashes(place, value, base):
    baked = bytearray(baking.bake(base, "a.b.c"))
    baked[place % len(baked)] = value
    with suppress(baking.Unbakeable):
        baking.unbake(bytes(baked))


def test_keys_are_sealed_and_open_with_their_secret_only():
    for kind in ("Ed25519", "RSA"):
        sealed = keys.seal(key(kind), SECRET)
        assert keys.unseal(sealed, SECRET, made=NOW).jwk == key(kind).jwk
        assert key(kind).jwk["d"] not in sealed
        assert "d" not in key(kind).public
        assert key(kind).jwk["d"] not in repr(key(kind))
        for other in (sealed[:-4] + "AAAA", "", "a.b.c.d.e"):
            with pytest.raises(keys.NotOurs):
                keys.unseal(other, SECRET, made=NOW)
        with pytest.raises(keys.NotOurs):
            keys.unseal(sealed, SECRET[:-1] + "t", made=NOW)
    with pytest.raises(ValueError, match="secret"):
        keys.seal(key("Ed25519"), "short")


def test_documents_say_each_key_once_and_never_a_private_half():
    world = World()
    said = dids.document(world.did, [world.rsa, world.ed], also_known_as=["did:web:new.example.org"])
    names = [method["id"] for method in said["verificationMethod"]]
    assert len(set(names)) == 3 == len(said["assertionMethod"])
    assert '"d"' not in json.dumps(said)
    for method in said["verificationMethod"]:
        if multibase := method.get("publicKeyMultibase"):
            assert linked.public_bytes(multibase) == world.ed.key.raw_value.public_key().public_bytes_raw()


def test_a_signer_signs_for_its_issuer_with_a_key_that_signs():
    from dataclasses import replace

    world = World()
    with pytest.raises(ValueError, match="no more"):
        Signer(world.did, replace(world.rsa, state="old"))
    with pytest.raises(ValueError, match="its own"):
        Signer("did:web:other.org", world.rsa).token(json.loads(world.badge("json")))
    with pytest.raises(linked.Malformed):
        linked.sign({"@context": ["https://www.w3.org/ns/credentials/v2"], "nonsense": 1}, world.ed, "did:web:a", NOW)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, statuses.SMALLEST - 1), max_size=30), st.integers(0, statuses.SMALLEST - 1))
def test_lists_say_what_was_put_in(indices, other):
    bits = statuses.decoded(statuses.encoded(indices))
    assert all(statuses.is_set(bits, index) for index in indices)
    assert statuses.is_set(bits, other) == (other in indices)
    assert statuses.encoded(indices) == statuses.encoded(sorted(indices))


def test_places_are_given_at_random_and_lists_end():
    taken = set()
    for _ in range(50):
        taken.add(statuses.free_index(taken))
    assert len(taken) == 50
    assert sorted(taken) != list(range(50))
    with pytest.raises(ValueError, match="full"):
        statuses.free_index(range(90), 100)
    until = NOW + statuses.LASTS
    assert NOW < statuses.again_at(until) < until - timedelta(days=4)


def test_lists_that_are_bombs_or_too_small():
    import base64
    import gzip

    def spelt(data):
        return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")

    for wrong in (
        spelt(gzip.compress(bytes(statuses.LARGEST_BYTES * 4))),
        spelt(gzip.compress(bytes(100))),
        spelt(b"junk"),
        spelt(gzip.compress(bytes(20_000))[:-9]),
        "", "u", "u!!", "m" + spelt(gzip.compress(bytes(20_000))), None, 5,
    ):  # fmt: skip
        with pytest.raises(statuses.Unreadable):
            statuses.decoded(wrong)


def test_contexts_are_those_that_were_pinned(monkeypatch):
    assert contexts.proven()
    contexts.proven.cache_clear()
    contexts.context.cache_clear()
    address = next(iter(contexts.PINNED))
    monkeypatch.setitem(contexts.PINNED, address, (contexts.PINNED[address][0], "0" * 64))
    with pytest.raises(contexts.Drifted):
        contexts.proven()
    monkeypatch.undo()
    assert contexts.proven()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
        "fe80::1",
        "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::", "ff02::1", "nonsense", "255.255.255.255",
    ],
)  # fmt: skip
def test_nothing_inside_our_own_network_is_read(address):
    with pytest.raises(outside.Unreachable, match="not a public host"):
        outside.fetch("https://a.org/x", look_up=lambda *_: ["93.184.215.14", address], connect=lambda *_: 1 / 0)


@pytest.mark.parametrize(
    "url", ["http://a.org", "file:///etc/passwd", "https://a.org:22/", "https://u:p@a.org/", "https://", "ftp://a.org",
            "https://a.org/\r\nHost: b", "https://[::1", "https://a.org:99999/", ""],
)  # fmt: skip
def test_only_plain_https_is_read(url):
    with pytest.raises(outside.Unreachable):
        outside.fetch(url, look_up=lambda *_: ["93.184.215.14"], connect=lambda *_: 1 / 0)


def serving(*answers):
    """A server of one answer a connection, as fetch() is given it; the addresses asked for come back too."""
    asked, left = [], list(answers)

    def connect(address, host, port, seconds):
        asked.append((address, host, port))
        mine, theirs = socket.socketpair()
        threading.Thread(target=serve, args=(theirs, left.pop(0)), daemon=True).start()
        return mine

    def serve(sock, answer):
        with sock:
            sock.recv(9000)
            sock.sendall(answer)

    def look_up(host, port):
        return ["10.0.0.7"] if host == "inside.org" else ["93.184.215.14"]

    return asked, {"look_up": look_up, "connect": connect}


def read_through(*answers):
    """fetch() against such a server."""
    asked, facts = serving(*answers)
    return asked, lambda: outside.fetch("https://a.org/x", **facts)


def test_reading_redirects_and_their_limits():
    asked, go = read_through(
        b"HTTP/1.1 302 Found\r\nLocation: https://b.org/y\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )
    assert go() == b"ok"
    assert asked == [("93.184.215.14", "a.org", 443), ("93.184.215.14", "b.org", 443)]
    for where in (b"https://inside.org/", b"http://b.org/", b"file:///etc/passwd"):
        with pytest.raises(outside.Unreachable):
            read_through(b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\n\r\n")[1]()
    with pytest.raises(outside.Unreachable, match="too often"):
        read_through(*[b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"] * 9)[1]()
    with pytest.raises(outside.Unreachable, match="404"):
        read_through(b"HTTP/1.1 404 No\r\n\r\n")[1]()
    with pytest.raises(outside.Unreachable):
        read_through(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok")[1]()
    with pytest.raises(outside.Unreachable):
        read_through(b"junk\r\n\r\n")[1]()


def test_too_much_and_too_slow(monkeypatch):
    monkeypatch.setattr(outside, "LARGEST", 1000)
    with pytest.raises(outside.Unreachable, match="too large"):
        read_through(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3000)[1]()
    monkeypatch.setattr(outside, "SECONDS", 0.2)
    mine, theirs = socket.socketpair()
    with theirs, pytest.raises(outside.Unreachable):
        outside.fetch("https://a.org/", look_up=lambda *_: ["93.184.215.14"], connect=lambda *_: mine)


def test_the_command_prints_the_verdict_and_says_it_by_its_exit(tmp_path):
    world = World()
    place = world.place
    (tmp_path / "did.json").write_bytes(world.files[world.document_address])
    for purpose in ("revocation", "suspension"):
        (tmp_path / f"{purpose}.jwt").write_bytes(world.files[place(purpose, "jwt").url])
    (tmp_path / "badge.svg").write_bytes(baking.bake(SVG, world.badge()))
    (tmp_path / "late.jwt").write_text(world.badge(until=NOW - timedelta(days=1)))
    (tmp_path / "note.txt").write_text("nothing")
    given_ = ["--issuer", "did.json", "--status", "revocation.jwt", "--status", "suspension.jwt"]

    def run(*words):
        words = [str(tmp_path / word) if (tmp_path / word).is_file() else word for word in words]
        done = CliRunner().invoke(cli, ["badge", "verify", *words])
        return done.exit_code, json.loads(done.stdout) if done.stdout.startswith("{") else done.output

    code, said = run("badge.svg", *given_)
    assert (code, said["overall"], said["picture"]["code"]) == (0, "valid", "same_picture")
    assert {"signature", "dates", "status", "issuer"} <= set(said)
    assert run("late.jwt", *given_)[0] == 1
    assert run("badge.svg")[0] == 2
    assert run("badge.svg", *given_[:2])[1]["status"]["code"] == "unreachable_list"
    assert run("note.txt", *given_)[0] == 2
    assert run("badge.svg", "--issuer", "note.txt")[0] == 2
    assert run("badge.svg", "--status", "note.txt")[0] == 2


def test_facts_of_a_check_page_name_nobody():
    world = World()
    said = checkpage.facts_of(json.loads(world.badge("json")), pages="https://learn.example.org/check")
    assert said["issuer"]["did"] == world.did
    assert said["achievement"]["alignments"] == [
        {"name": "lead a discussion", "url": "http://data.europa.eu/esco/skill/1", "framework": "ESCO"}
    ]
    assert {place["purpose"] for place in said["status"]} == {"revocation", "suspension"}
    text = json.dumps(said)
    assert "identityHash" not in text
    assert "salt" not in text
    assert facts.new_salt() != facts.new_salt()
