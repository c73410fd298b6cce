"""Attacks on claims, merges and one-tap links: strangers' claims, wrong purposes, replays, foreign rows, two clicks."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.models import Statement, UsedLink
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.network.actions import claims, endorsements, freshness, mandates, merges
from koinon.network.models import Claim, Endorsement, Mandate, Membership, Merge
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_network(network):
    network.is_public = True
    network.save()
    return network


@pytest.fixture
def shadow(open_network):
    return factories.member(open_network, slug="serres", domain="serres.gr", website="https://serres.gr")


def test_a_visitor_reads_nothing_of_the_claims_of_others(open_network, shadow, visitor, stranger):
    claimant = factories.person()
    other = factories.member(open_network, domain="other.gr")
    factories.claim(network=open_network, organisation=other, state="refused", person=claimant, reason="Known fraud")
    page = visitor.get(reverse("network:claim", args=[shadow.slug])).content.decode()
    assert "Known fraud" not in page
    factories.claim(network=open_network, organisation=shadow, state="waiting", person=claimant)
    for path in (shadow.slug, other.slug):
        page = visitor.get(reverse("network:claim", args=[path])).content.decode()
        assert "waits to be confirmed" not in page
        assert "/withdraw/" not in page


def test_a_stranger_cannot_take_back_confirm_or_refuse_a_claim(open_network, shadow, stranger, rival, milos, enter):
    row = factories.claim(network=open_network, organisation=shadow, state="waiting", person=factories.person())
    own = factories.network()
    factories.coordination(network=own, person=rival)
    for person in (stranger, rival, milos):
        for slug in (open_network.slug, own.slug):
            for step in ("confirm", "refuse", "withdraw"):
                address = reverse("network:claim_decide", args=[slug, row.pk, step])
                assert enter(person).post(address, {"reason": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "waiting"
    assert not Mandate.objects.filter(organisation=shadow).exists()


def test_a_flood_of_claims_stops_and_makes_no_people(open_network, shadow, visitor):
    known = Person.objects.count()
    address = reverse("network:claim", args=[shadow.slug])
    for number in range(15):
        visitor.post(address, {"email": f"a{number}@serres.gr", "name": "A", "position": "Clerk"})
    assert Claim.objects.filter(organisation=shadow).count() <= claims.MOST_A_DAY
    assert Person.objects.count() == known


def test_strangers_cannot_use_up_the_letters_of_the_rightful_person(open_network, shadow, stranger, enter):
    address = reverse("network:claim", args=[shadow.slug])

    def ask(client, email, **place):
        client.post(address, {"email": email, "name": "A", "position": "Clerk"}, **place)
        return Claim.objects.filter(email=email).exists()

    for number in range(9):
        ask(Client(), f"a{number}@serres.gr", REMOTE_ADDR=f"2001:db8::{number + 1}")
        ask(enter(stranger), f"b{number}@serres.gr")
    assert Claim.objects.count() == 2 * claims.MOST_A_DAY, "one network of one asker counts once"
    assert ask(Client(), "anna@serres.gr", REMOTE_ADDR="10.9.9.9")


def test_two_proofs_of_one_organisation_end_in_one_mandate(open_network, shadow, vesa, acting):
    rows = [
        factories.claim(network=open_network, organisation=shadow, state="waiting", person=factories.person())
        for _number in range(2)
    ]
    claims.confirm(by=acting(vesa), claim=rows[0])
    with pytest.raises(ValidationError):
        claims.confirm(by=acting(vesa), claim=rows[1])
    with pytest.raises(ValidationError):
        claims.confirm(by=acting(vesa), claim=rows[0])
    assert Mandate.objects.filter(organisation=shadow).count() == 1


PURPOSES = {
    "network.endorsement": "network:endorsement",
    "network.claim": "network:claim_prove",
    "network.succession": "network:succession_link",
    "network.confirm": "network:confirm_link",
    "network.draft": "network:draft_join",
    "network.invitation": "network:invitation",
    "matching.introduction": "matching:introduction_by_link",
    "matching.outcome": "matching:outcome_by_link",
    "matching.meeting": "matching:meeting_by_link",
    "matching.tie": "matching:tie_by_link",
    "matching.renew": "matching:renew_by_link",
    "accounts.sign_in": "accounts:sign_in",
    "accounts.join": "accounts:join",
}


def at_the_door(there, stranger, enter):
    """Nobody yet where links let people in; elsewhere somebody who is signed in."""
    return Client() if there.startswith("accounts:") else enter(stranger)


def is_refused(answer):
    """Not there, not any more, or asked to sign in first (where links let people in)."""
    asks_to_sign_in = answer.status_code == 302 and answer.headers["Location"] == reverse("accounts:ask_link")
    return answer.status_code in (404, 410) or (asks_to_sign_in and "_auth_user_id" not in answer.client.session)


@pytest.mark.parametrize("there", sorted(PURPOSES.values()))
def test_no_link_of_one_purpose_opens_another_door(there, network, organisation, milos, stranger, enter):
    """Each of our tokens, with every fact a door could ask for, at every address but its own."""
    client, before = at_the_door(there, stranger, enter), Statement.objects.count()
    keys = ("application", "endorsement", "claim", "deputy", "introduction", "outcome", "meeting", "tie", "listing")
    facts = dict.fromkeys(keys, str(organisation.pk)) | {"person": str(milos.pk), "p": str(milos.pk)}
    facts |= {"o": str(organisation.pk), "by": str(milos.pk), "email": milos.email, "invitation": str(organisation.pk)}
    for purpose, own in PURPOSES.items():
        if own == there:
            continue
        address = reverse(there, args=[links.make(purpose, **facts)])
        for answer in (client.get(address), client.post(address, {"says": "yes"})):
            assert is_refused(answer), (purpose, there, answer.status_code)
    assert Statement.objects.count() == before
    assert not UsedLink.objects.exists()


@pytest.mark.parametrize("there", sorted(PURPOSES.values()))
def test_forged_and_cut_links_open_nothing(there, stranger, enter):
    client, before = at_the_door(there, stranger, enter), Statement.objects.count()
    token = links.make(next(purpose for purpose, own in PURPOSES.items() if own == there), person=str(stranger.pk))
    for made in (token[:-1], token[:-4] + "AAAA", "x", "a:b:c", token.replace(":", ".", 1), "eyJuIjoiMSJ9:1:x"):
        answer = client.post(reverse(there, args=[made]))
        assert is_refused(answer), made
    assert Statement.objects.count() == before


def test_an_endorsement_counts_once_however_often_its_link_is_forwarded(network, visitor, stranger, enter):
    factories.admission(network=network, is_endorsed=True)
    application = factories.application(
        network=network, organisation=factories.organisation(), applicant=stranger, state="endorsement", turn="endorser"
    )
    row = factories.endorsement(application=application)
    tokens = [links.make("network.endorsement", endorsement=str(row.pk)) for _number in range(2)]
    said = {"statement": "Fine.", "signed_by": "A"}
    first = visitor.post(reverse("network:endorsement", args=[tokens[0]]), said)
    assert b"Thank" in first.content
    for token in tokens:
        again = visitor.post(reverse("network:endorsement", args=[token]), {**said, "refuse": "1"})
        assert again.status_code == 410
    assert Endorsement.objects.get().state == "endorsed"


def test_the_endorser_reads_no_private_answer_and_no_address(network, visitor, stranger):
    schema = {"language": "en", "parts": [{"key": "p", "titles": {"en": "P"}, "questions": [
        {"key": "secret", "kind": "text", "labels": {"en": "Secret?"}, "required": False},
        {"key": "open", "kind": "text", "labels": {"en": "Open?"}, "required": False, "published": True},
    ]}]}  # fmt: skip
    version = factories.formversion(form=factories.form(network=network), schema=schema)
    answers = {
        key: {"value": f"said {key}", "revision": 1, "by": None, "at": "2026-01-01"} for key in ("secret", "open")
    }
    row = factories.application(
        network=network, organisation=factories.organisation(), applicant=stranger, state="endorsement",
        turn="endorser", version=version, answers=answers, motivation="",
    )  # fmt: skip
    token = links.make("network.endorsement", endorsement=str(factories.endorsement(application=row).pk))
    page = visitor.get(reverse("network:endorsement", args=[token])).content.decode()
    assert "said open" in page
    assert "said secret" not in page
    assert stranger.email not in page


def test_a_stale_endorsement_does_not_move_what_was_decided(network, stranger):
    row = factories.application(network=network, organisation=factories.organisation(), applicant=stranger,
                                state="endorsement", turn="endorser")  # fmt: skip
    held = factories.endorsement(application=row)
    link = links.read("network.endorsement", links.make("network.endorsement", endorsement=str(held.pk)))
    stale = Endorsement.objects.select_related("application__network", "application__organisation").get()
    Endorsement.objects.update(state="withdrawn")
    row.state = "review"
    row.save()
    with pytest.raises(ValidationError):
        endorsements.endorse(by=VISITOR, endorsement=stale, link=link)
    row.refresh_from_db()
    assert row.state == "review"
    assert not row.reviews.exists()


def test_a_coordinator_merges_no_organisations_of_others(network, organisation, vesa, rival, acting, enter):
    elsewhere = factories.network()
    foreign = factories.member(elsewhere)
    factories.coordination(network=elsewhere, person=rival)
    for person, kept, gone in (
        (vesa, organisation, foreign),
        (vesa, foreign, organisation),
        (rival, foreign, organisation),
    ):
        for place in (network, elsewhere):
            with pytest.raises(Refused):
                merges.ask(by=acting(person), network=place, kept=kept, gone=gone)
    address = reverse("network:merge_new", args=[network.slug]) + f"?kept={organisation.slug}&gone={foreign.slug}"
    assert foreign.slug not in str(enter(vesa).post(address, {"why": "x"}).headers)
    assert not Merge.objects.exists()


def test_two_undos_and_an_undo_by_a_stranger(network, organisation, vesa, rival, acting):
    gone = factories.member(network)
    merge = merges.ask(by=acting(vesa), network=network, kept=organisation, gone=gone)
    with pytest.raises(Refused):
        merges.undo(by=acting(rival), merge=merge)
    stale = Merge.objects.get()
    merges.undo(by=acting(vesa), merge=merge)
    with pytest.raises(ValidationError):
        merges.undo(by=acting(vesa), merge=stale)
    gone.refresh_from_db()
    assert gone.merged_into_id is None
    assert Membership.objects.active().filter(organisation=gone).count() == 1


def test_one_network_cannot_agree_for_another(network, organisation, vesa, rival, acting, enter):
    gone, elsewhere = factories.member(network), factories.network()
    factories.membership(network=elsewhere, organisation=gone)
    factories.coordination(network=elsewhere, person=rival)
    merge = merges.ask(by=acting(vesa), network=network, kept=organisation, gone=gone)
    consent = merge.consents.get()
    with pytest.raises(Refused):
        merges.agree(by=acting(vesa), consent=consent)
    enter(vesa).post(reverse("network:merge_move", args=[network.slug, merge.pk, "agree"]))
    merge.refresh_from_db()
    assert (merge.state, merge.consents.get().answer) == ("asked", "")


def test_the_link_of_a_former_speaker_confirms_nothing(network, organisation, milos, visitor):
    token = links.make(freshness.PURPOSE, p=str(milos.pk), o=str(organisation.pk))
    mandates.withdraw(by=machine("test"), mandate=organisation.mandates.get(), why="Left")
    for answer in (visitor.get(reverse("network:confirm_link", args=[token])),
                   visitor.post(reverse("network:confirm_link", args=[token]))):  # fmt: skip
        assert answer.status_code == 410
    assert not Statement.objects.filter(verb=freshness.confirm.verb).exists()
