"""Every address, tried by everybody: who gets in, who is asked to sign in, who finds nothing there."""

import pytest

from koinon.kit import links
from koinon.matching.models import Listing
from koinon.matching.tests import doors_of_introductions, doors_of_ties
from tests import doors, factories

pytestmark = pytest.mark.django_db

IN, GO, ASK, NONE, BAD = 200, 302, 302, 404, 405
"""Gets the page; is sent on after the deed; is asked to sign in; finds nothing; the method does not fit."""

WHO = ("vesa", "milos", "ana", "stranger", "rival", "visitor")
"""Coordinator; owner of the need; member with the offer; signed in only; another network's coordinator; nobody."""

#        address                                       vesa  milos ana   stranger rival visitor
DOORS = {
    "matching:needs": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:offers": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:matches": ("get", (IN, IN, IN, NONE, NONE, ASK)),
    "matching:introductions_of": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:mine": ("get", (IN, IN, IN, IN, IN, ASK)),
    "matching:new": ("get", (IN, IN, IN, IN, IN, ASK)),
    "matching:renew_by_link": ("get", (IN, IN, IN, IN, IN, IN)),
    "matching:listing": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:edit": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:answer": ("get", (NONE, NONE, IN, NONE, NONE, ASK)),
    "matching:thank": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:replies": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:sort": ("post", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:questions": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:translate": ("get", (IN, IN, NONE, NONE, NONE, ASK)),
    "matching:discard": ("post", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:services": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:feed": ("get", (NONE, NONE, NONE, NONE, NONE, NONE)),
    "matching:call_rules": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:review": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:matcher": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:move": ("post", (GO, GO, NONE, NONE, NONE, ASK)),
    "matching:reply": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:reply_move": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    "matching:set_aside": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:ask": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:take_back": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    "matching:introductions": ("get", (IN, IN, IN, IN, IN, ASK)),
    "matching:introduction": ("get", (IN, IN, NONE, NONE, NONE, ASK)),
    "matching:introduction_answer": ("post", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:introduction_move": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    **doors_of_introductions.DOORS,
    **doors_of_ties.DOORS,
}


@pytest.fixture
def addresses(network, organisation, other, need, offer, match, milos):
    """The address of each door, with rows behind it; the introduction still waits for the coordinator."""
    answer = factories.reply(listing=need, organisation=other)
    third = factories.listing(network=network, organisation=factories.member(network), side="offer")
    aside = factories.dismissal(need=need, offer=third, organisation=organisation)
    introduction = factories.introduction(network=network, one=organisation, other=other)
    further = doors_of_introductions.addresses(
        network=network, organisation=organisation, other=other, need=need, reply=answer, introduction=introduction,
        milos=milos,
    )  # fmt: skip
    token = links.make("matching.renew", listing=str(need.pk), person=str(milos.pk))
    return {
        "matching:needs": f"/networks/{network.slug}/needs/",
        "matching:offers": f"/networks/{network.slug}/offers/",
        "matching:matches": f"/networks/{network.slug}/matches/",
        "matching:introductions_of": f"/networks/{network.slug}/introductions/",
        "matching:mine": "/listings/",
        "matching:new": "/listings/new/",
        "matching:renew_by_link": f"/listings/keep/{token}/",
        "matching:listing": f"/listings/{need.pk}/",
        "matching:edit": f"/listings/{need.pk}/edit/",
        "matching:answer": f"/listings/{need.pk}/reply/",
        "matching:thank": f"/listings/{need.pk}/thanks/",
        "matching:replies": f"/listings/{need.pk}/replies/",
        "matching:sort": f"/listings/{need.pk}/replies/sort/",
        "matching:questions": f"/listings/{need.pk}/questions/",
        "matching:translate": f"/listings/{need.pk}/translate/",
        "matching:discard": f"/listings/{need.pk}/discard/",
        "matching:services": f"/networks/{network.slug}/services/",
        "matching:feed": f"/networks/{network.slug}/calls.rss",
        "matching:call_rules": f"/networks/{network.slug}/calls/rules/",
        "matching:review": f"/networks/{network.slug}/calls/review/",
        "matching:matcher": f"/networks/{network.slug}/matcher/",
        "matching:move": f"/listings/{need.pk}/pause/",
        "matching:reply": f"/replies/{answer.pk}/",
        "matching:reply_move": f"/replies/{answer.pk}/read/",
        "matching:set_aside": f"/matches/{match.pk}/aside/",
        "matching:ask": f"/matches/{match.pk}/ask/",
        "matching:take_back": f"/aside/{aside.pk}/undo/",
        "matching:introductions": "/introductions/",
        "matching:introduction": f"/introductions/{introduction.pk}/",
        "matching:introduction_answer": f"/introductions/{introduction.pk}/answer/",
        "matching:introduction_move": f"/introductions/{introduction.pk}/withdraw/",
        **further,
        **doors_of_ties.addresses(network=network, organisation=organisation, other=other, milos=milos),
    }


@pytest.fixture(autouse=True)
def with_second_factor(vesa, rival):
    """Coordinators would otherwise be sent to set one up."""
    for person in (vesa, rival):
        person.has_second_factor = True
        person.save(update_fields=["has_second_factor"])


@doors.everybody(DOORS, WHO)
def test_door(request, addresses, name, reader):
    method, expected = DOORS[name]
    assert doors.knock(request, reader, method, addresses[name]) == expected[WHO.index(reader)]


@doors.posted(DOORS)
def test_what_writes_is_never_done_by_a_look(request, addresses, name):
    assert doors.knock(request, "milos", "get", addresses[name]) == BAD


@pytest.mark.parametrize("path", ["/listings/{}/explode/", "/replies/{}/explode/", "/introductions/{}/explode/"])
def test_a_step_that_does_not_exist_is_not_there(enter, milos, need, path):
    assert enter(milos).post(path.format(need.pk)).status_code == 404


def test_a_public_network_shows_its_lists_to_everybody(visitor, network, need, addresses):
    network.is_public = True
    network.save()
    for name in ("matching:needs", "matching:offers", "matching:listing"):
        page = visitor.get(addresses[name])
        assert page.status_code == 200
        assert b"csrfmiddlewaretoken" not in page.content, "kept for everybody, so it holds nobody's token"


def test_a_closed_one_of_a_public_network_is_gone_for_visitors(visitor, network, need, addresses):
    network.is_public = True
    network.save()
    Listing.objects.filter(pk=need.pk).update(state="closed")
    assert visitor.get(addresses["matching:listing"]).status_code == 404


def test_a_former_representative_finds_nothing_of_ours(enter, milos, addresses):
    client = enter(milos)
    milos.mandates.update(cut_at="2026-01-01T00:00Z")
    shut = ["matching:edit", "matching:listing", "matching:reply", "matching:set_aside", "matching:introduction"]
    assert [client.get(addresses[name]).status_code for name in shut] == [404] * len(shut)
