"""Matches: seen by their sides only, set aside in silence, gone with what ended; the index that finds them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from koinon.accounts.models import Notice
from koinon.kit import search
from koinon.kit.verbs import Refused, machine
from koinon.matching import queries
from koinon.matching.actions import listings, matches
from koinon.matching.clock import index_listing, match_network
from koinon.matching.clock.index import index_all, marks
from koinon.matching.models import Dismissal, Listing, Match
from tests import factories

pytestmark = pytest.mark.django_db


def seen(me, **options):
    return [(each.mine.title, each.theirs.title) for each in queries.suggestions(me, language="en", **options)]


def test_each_side_sees_it_from_its_own(acting, milos, ana, match):
    assert seen(acting(milos)) == [("A mentor for founders", "We advise founders")]
    assert seen(acting(ana)) == [("We advise founders", "A mentor for founders")]


def test_nobody_else_sees_it(acting, vesa, stranger, rival, match):
    assert [seen(acting(person)) for person in (vesa, stranger, rival)] == [[], [], []]


@pytest.mark.parametrize(
    "change",
    [{"state": "paused"}, {"state": "closed"}, {"until": date.today() - timedelta(days=1)}, {"replies_taken": 10}],
)
@pytest.mark.parametrize("side", ["need", "offer"])
def test_what_ended_or_is_full_vanishes_at_once(acting, milos, match, change, side):
    Listing.objects.filter(pk=getattr(match, side).pk).update(**change)
    assert seen(acting(milos)) == []


def test_so_does_an_organisation_that_left(acting, milos, match, other):
    other.memberships.update(period=factories.DateRange(date(2020, 1, 1), date.today()))
    assert seen(acting(milos)) == []


def test_set_aside_in_silence(acting, milos, ana, organisation, match, left):
    made = matches.dismiss(by=acting(milos), match=match, organisation=organisation, why="theme", note=" not us ")
    assert (seen(acting(milos)), made.note, left("matching.match_set_aside")) == ([], "not us", 1)
    assert len(seen(acting(ana))) == 1, "the other list does not change at once: timing tells nothing"
    assert not Notice.objects.exists()
    matches.undo(by=acting(milos), dismissal=made, organisation=organisation)
    assert len(seen(acting(milos))) == 1


def test_set_aside_once(acting, milos, organisation, match):
    matches.dismiss(by=acting(milos), match=match, organisation=organisation, why="time")
    with pytest.raises(IntegrityError, match="dismissal_once"), transaction.atomic():
        matches.dismiss(by=acting(milos), match=match, organisation=organisation, why="time")


@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_sets_aside_in_its_name(request, acting, who, organisation, match):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        matches.dismiss(by=by, match=match, organisation=organisation, why="time")


@pytest.mark.parametrize("who", ["ana", "stranger", "rival"])
def test_nobody_takes_back_in_its_name(request, acting, who, organisation, match):
    made = factories.dismissal(need=match.need, offer=match.offer)
    with pytest.raises(Refused):
        matches.undo(by=acting(request.getfixturevalue(who)), dismissal=made, organisation=organisation)
    assert Dismissal.objects.exists()


def test_only_the_machine_writes_matches(acting, milos, network):
    with pytest.raises(Refused):
        matches.refresh(by=acting(milos), network=network, found=[])


def test_refreshing_keeps_what_is_found_again_and_tells_of_the_new(network, need, offer, match, milos):
    found = {"need": need.pk, "offer": offer.pk, "score": 2.0, "rank_for_need": 1, "rank_for_offer": 1, "reasons": []}
    third = factories.listing(network=network, organisation=offer.organisation, side="offer")
    more = {**found, "offer": third.pk, "rank_for_need": 2}
    _network, count, new = matches.refresh(by=machine("matcher"), network=network, found=[found, more])
    assert (count, [each.offer_id for each in new]) == (2, [third.pk])
    assert Match.objects.get(offer=offer).pk == match.pk
    matches.refresh(by=machine("matcher"), network=network, found=[more])
    assert list(Match.objects.values_list("offer", flat=True)) == [third.pk]


def test_matches_in_a_page_cost_the_same_for_one_and_for_three(
    enter, milos, network, organisation, other, match, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(milos)
    address = f"/networks/{network.slug}/matches/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(2):
        house = factories.member(network)
        offer = factories.listing(network=network, organisation=house, side="offer")
        factories.match(need=match.need, offer=offer, rank_for_need=number + 2)
    with django_assert_num_queries(len(one)):
        page = client.get(address)
    assert page.content.count(b"k-why") == 3


@pytest.fixture(scope="module")
def encoder():
    """The real encoder of this checkout."""
    import os
    from pathlib import Path

    from koinon.kit.meaning import build
    from koinon.kit.meaning.local import Encoder

    folder = Path(os.environ["KOINON_ENCODER_FOLDER"])
    if not build.is_built(folder):
        pytest.skip("the encoder is not built on this machine")
    return Encoder(folder)


NEEDS = [
    (
        "sq",
        "Kërkojmë mentor për sipërmarrës të rinj",
        "Kemi pesë startape dhe askush nuk i ka mësuar të flasin me investitorë.",
    ),
    (
        "lt",
        "Ieškome partnerių bibliotekos skaitymo savaitei",
        "Norime, kad vaikai keliose šalyse skaitytų tą pačią knygą.",
    ),
    ("mk", "Помош за собирање органски отпад", "Општината сака да почне со компостирање во училиштата."),
    ("el", "Χώρος για πρακτική άσκηση μηχανικών", "Δέκα μαθητές μηχανοτρονικής ψάχνουν επιχείρηση για έναν μήνα."),
]
OFFERS = [
    ("en", "Mentors for young founders", "Experienced entrepreneurs advise start-ups on pitching to investors."),
    ("sl", "Knjižnica, ki bere z otroki", "Povabimo šole in knjižnice iz drugih držav, da z nami berejo isto knjigo."),
    ("nb", "Kompostering i skoler", "Vi viser kommuner hvordan skoler samler og komposterer matavfall."),
    (
        "en",
        "Placements for apprentice mechatronics students",
        "Our company takes students for a month of work in the plant.",
    ),
]


@pytest.fixture
def across(network):
    rows = []
    for side, texts in (("need", NEEDS), ("offer", OFFERS)):
        for language, title, text in texts:
            house = factories.member(network, language=language)
            facts = {"network": network, "organisation": house, "side": side, "language": language}
            rows.append(factories.listing(title=title, text=text, **facts))
    return rows


def test_the_best_offer_is_found_across_languages(network, across, encoder):
    with search.encoder.using(encoder):
        assert index_all(network.pk) == 8
        match_network(network.pk, by=machine("test"))
    best = {row.need.title: row.offer.title for row in Match.objects.filter(rank_for_need=1)}
    assert best == {need[1]: offer[1] for need, offer in zip(NEEDS, OFFERS, strict=True)}
    assert all(row.reasons for row in Match.objects.filter(rank_for_need=1))


def test_of_two_equal_offers_that_of_an_inactive_member_comes_second(network, across, encoder):
    """It is not hidden either: it may still answer what is asked of it."""
    faltering = across[len(NEEDS) + 2]
    words = {"title": faltering.title, "text": faltering.text, "language": "nb", "side": "offer"}
    twin = factories.listing(network=network, organisation=factories.member(network, language="nb"), **words)
    need = across[2]

    def ranks():
        with search.encoder.using(encoder):
            index_all(network.pk)
            match_network(network.pk, by=machine("test"))
        return list(Match.objects.filter(need=need).order_by("rank_for_need").values_list("offer", flat=True))[:2]

    for row, better in ((faltering, twin), (twin, faltering)):
        standing = factories.standing(membership=row.organisation.memberships.get(), state="inactive")
        assert ranks() == [better.pk, row.pk]
        standing.delete()


def test_a_changed_text_has_new_matches_after_its_jobs(acting, network, across, encoder, waiting):
    need, wanted = across[0], OFFERS[2][1]
    with search.encoder.using(encoder):
        index_all(network.pk)
        match_network(network.pk, by=machine("test"))
        words = {"title": "Kompostim në shkolla", "text": "Duam të mbledhim mbeturinat organike të shkollave."}
        listings.edit(by=machine("test"), listing=need, **words)
        for job in waiting("matching.index_listing"):
            index_listing(**job)
        for job in waiting("matching.match_small"):
            from koinon.matching.clock import match_small

            match_small(**job)
    assert Match.objects.get(need=need, rank_for_need=1).offer.title == wanted


def test_a_paused_one_leaves_the_index_and_its_organisation_loses_the_mark(network, need, encoder, waiting):
    with search.encoder.using(encoder):
        index_listing(listing=str(need.pk))
        assert search.find(scope=network.pk, kind="need", text="founders").ids == [need.pk]
        listings.pause(by=machine("test"), listing=need)
        index_listing(listing=str(need.pk))
    assert search.find(scope=network.pk, kind="need").ids == []
    assert marks(network.pk, [need.organisation_id]) == {}
    assert {"organisation": str(need.organisation_id)} in waiting("network.index_organisation")


def test_while_the_encoder_is_away_words_are_found_and_matching_waits(network, need, waiting):
    index_listing(listing=str(need.pk))
    assert search.find(scope=network.pk, kind="need", text="founders").ids == [need.pk]
    assert waiting("matching.index_listing") == [{"listing": str(need.pk)}]
    assert waiting("matching.match_small") == []


def test_what_one_side_set_aside_leaves_both_lists_with_the_night(network, across, encoder):
    with search.encoder.using(encoder):
        index_all(network.pk)
        match_network(network.pk, by=machine("test"))
        first = Match.objects.filter(rank_for_need=1).first()
        factories.dismissal(need=first.need, offer=first.offer)
        match_network(network.pk, by=machine("test"))
    assert not Match.objects.filter(need=first.need, offer=first.offer).exists()
