"""The demo's offers, needs and replies come through the verbs, marked as demo; loading twice changes nothing."""

import pytest

from koinon.kit import search
from koinon.kit.verbs import machine
from koinon.matching.demo import loader
from koinon.matching.models import Listing, Match, Reply
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """The networks and organisations that the listings name, as the network's own loader would have left them."""
    rows = loader._read("listings.toml", "listing") + [
        {"network": row["network"], "organisation": reply["organisation"]}
        for reply in loader._read("replies.toml", "reply")
        for row in loader._read("listings.toml", "listing")
        if row["ref"] == reply["listing"]
    ]
    networks = {slug: factories.network(slug=slug, is_demo=True) for slug in sorted({row["network"] for row in rows})}
    for slug in sorted({row["organisation"] for row in rows}):
        house = factories.organisation(slug=slug, is_demo=True)
        for network in sorted({row["network"] for row in rows if row["organisation"] == slug}):
            factories.membership(network=networks[network], organisation=house)


def test_loading_twice(places, monkeypatch):
    monkeypatch.setattr(loader, "_match", lambda by, networks: 0)
    assert list(loader.load(by=machine("demo")))[:2] == [
        "Wrote 113 offers and needs in seven languages.",
        "Wrote 18 replies to them.",
    ]
    before = [model.objects.count() for model in (Listing, Reply)]
    network = Listing.objects.first().network
    again = list(loader.load(by=machine("demo")))
    assert not [line for line in again if line.startswith("Wrote")]
    assert [model.objects.count() for model in (Listing, Reply)] == before == [113, 18]
    assert not Listing.objects.filter(is_demo=False).exists()
    assert network.is_demo
    assert Reply.objects.filter(state="declined").exclude(reason="").count() == 1


def test_calls_in_every_state():
    from koinon.matching.demo import calls

    network = factories.network(slug="social-cluster", is_demo=True)
    with calls.FILE.open("rb") as file:
        rows = calls.tomllib.load(file)["call"]
    slugs = {row["organisation"] for row in rows} | {
        one["organisation"] for row in rows for one in row.get("reply", ())
    }
    for slug in sorted(slugs):
        factories.representative(factories.member(network, slug=slug, is_demo=True))
    assert list(calls.load(by=machine("demo"))) == ["Wrote 7 calls in the middle of their life."]
    assert list(calls.load(by=machine("demo"))) == []
    found = {row.title: row for row in Listing.objects.all()}
    states = sorted(row.state for row in found.values())
    assert states == ["draft", "expired", "open", "open", "partnered", "review", "shortlisting"]
    flooded = next(row for row in found.values() if row.questions)
    assert flooded.is_full
    assert all(len(row.answers) == 2 for row in flooded.replies.all())
    assert {row.is_demo for row in found.values()} == {True}


def test_without_networks_nothing_happens(db):
    assert list(loader.load(by=machine("demo"))) == []


@pytest.mark.slow
def test_those_who_wrote_the_needs_would_find_what_serves_them(places):
    """Of the offers that a reader judged to serve a need, nearly all stand in its list, across seven languages."""
    import os
    from pathlib import Path

    from koinon.kit.meaning import build
    from koinon.kit.meaning.local import Encoder

    folder = Path(os.environ["KOINON_ENCODER_FOLDER"])
    if not build.is_built(folder):
        pytest.skip("the encoder is not built on this machine")
    with search.encoder.using(Encoder(folder, threads=2)):
        lines = list(loader.load(by=machine("demo")))
    assert any(line.startswith("Matched offers and needs: ") for line in lines)
    keys = loader.references()
    wanted = [
        (row["ref"], each) for row in loader._read("listings.toml", "listing") for each in row.get("served_by", [])
    ]
    pairs = set(Match.objects.filter(rank_for_need__lte=3).values_list("need", "offer"))
    found = sum((keys[need], keys[offer]) in pairs for need, offer in wanted)
    assert found / len(wanted) >= 0.9
    assert list(loader.load(by=machine("demo"))) == []


def test_introductions_in_several_states_once(acting):
    from koinon.matching.demo import introductions
    from koinon.matching.models import Introduction, Meeting, Message

    network = factories.network(is_demo=True)
    for _ in range(len(introductions.STEPS)):
        sides = [factories.member(network, is_demo=True, language=language) for language in ("sq", "el")]
        for side in sides:
            factories.representative(side, is_demo=True)
        need = factories.listing(network=network, organisation=sides[0], side="need")
        offer = factories.listing(network=network, organisation=sides[1], side="offer")
        factories.match(need=need, offer=offer, reasons=[{"kind": "themes", "values": ["668"]}])
    assert introductions.load(by=machine("demo"), network=network) == 7
    assert introductions.load(by=machine("demo"), network=network) == 0
    assert sorted(Introduction.objects.values_list("state", flat=True)) == [
        "asked", "closed", "connected", "connected", "drafted", "met", "proposed",
    ]  # fmt: skip
    assert set(Message.objects.values_list("organisation__language", flat=True)) == {"sq", "el"}
    assert Meeting.objects.get().state == "asked"
