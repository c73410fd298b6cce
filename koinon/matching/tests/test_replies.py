"""Replies: the cap under a rush, answers with reasons, places that become free."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from koinon.accounts.models import Notice
from koinon.accounts.queries import actor_of
from koinon.kit.verbs import Refused
from koinon.matching.actions import listings, replies
from koinon.matching.models import Listing, Reply
from tests import factories

SAID = {"brings": "Two trainers for a day.", "why": "We did it twice.", "when": "In May", "language": "en"}


@pytest.mark.django_db
def test_another_member_replies(acting, ana, other, need, milos, left):
    made = replies.reply(by=acting(ana), listing=need, organisation=other, person=ana, **SAID)
    need.refresh_from_db()
    assert (made.state, need.replies_taken, left("matching.replied")) == ("new", 1, 1)
    notice = Notice.objects.get(person=milos)
    assert "Other House" in notice.title
    assert need.title in notice.title


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["milos", "vesa", "stranger", "rival"])
def test_nobody_else_replies_in_its_name(request, acting, who, other, need):
    with pytest.raises(Refused, match="another member"):
        replies.reply(by=acting(request.getfixturevalue(who)), listing=need, organisation=other, **SAID)


@pytest.mark.django_db
def test_not_to_ones_own(acting, milos, organisation, need):
    with pytest.raises(Refused):
        replies.reply(by=acting(milos), listing=need, organisation=organisation, **SAID)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["paused", "closed", "expired"])
def test_not_while_it_is_not_open(acting, ana, other, need, state):
    Listing.objects.filter(pk=need.pk).update(state=state)
    with pytest.raises(ValidationError, match="no replies at the moment"):
        replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)
    assert Listing.objects.get(pk=need.pk).replies_taken == 0


@pytest.mark.django_db
def test_once_per_organisation_and_the_place_is_not_lost(acting, ana, other, need):
    replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)
    with pytest.raises(IntegrityError, match="reply_once_per_organisation"), transaction.atomic():
        replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)
    assert Listing.objects.get(pk=need.pk).replies_taken == 1


@pytest.mark.django_db
def test_the_form_says_that_it_is_full_and_keeps_the_words(enter, ana, need):
    Listing.objects.filter(pk=need.pk).update(reply_cap=1, replies_taken=1)
    home = ana.mandates.get().organisation.memberships.get()
    page = enter(ana).post(f"/listings/{need.pk}/reply/", {"brings": "My long answer", "home": home.pk})
    assert b"enough replies" in page.content
    assert b"My long answer" in page.content


@pytest.mark.django_db
def test_taking_it_back_frees_the_place(acting, ana, other, need, left):
    made = replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)
    replies.withdraw(by=acting(ana), reply=made)
    assert Listing.objects.get(pk=need.pk).replies_taken == 0
    assert left("matching.reply_withdrawn") == 1
    replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)


@pytest.mark.django_db
def test_the_way_of_a_reply(acting, ana, other, need, milos, left):
    made = replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)
    by = acting(milos)
    replies.read(by=by, reply=made)
    replies.shortlist(by=by, reply=made)
    replies.accept(by=by, reply=made)
    assert Reply.objects.get(pk=made.pk).state == "accepted"
    assert Notice.objects.filter(person=ana, kind="matching.reply_moved").count() == 2
    assert [left(f"matching.reply_{verb}") for verb in ("read", "shortlisted", "accepted")] == [1, 1, 1]
    with pytest.raises(ValidationError, match="moved on"):
        replies.decline(by=by, reply=made, reason="Too late")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_only_those_who_asked_sort(request, acting, who, need, other):
    made = factories.reply(listing=need, organisation=other)
    with pytest.raises(Refused, match="who asked"):
        replies.accept(by=acting(request.getfixturevalue(who)), reply=made)


@pytest.mark.django_db
def test_declining_needs_a_reason_which_is_told(acting, milos, ana, other, need):
    made = factories.reply(listing=need, organisation=other)
    with pytest.raises(ValidationError, match="a few words"):
        replies.decline(by=acting(milos), reply=made, reason="  ")
    replies.decline(by=acting(milos), reply=made, reason="We found somebody nearer.")
    assert "somebody nearer" in Notice.objects.get(person=ana).text
    for nothing in ({"reason": ""}, {"reason_kind": ""}):
        with pytest.raises(IntegrityError, match="reply_declined_says_why"), transaction.atomic():
            Reply.objects.filter(pk=made.pk).update(**nothing)


@pytest.mark.django_db
def test_replies_are_seen_by_their_two_sides_only(acting, milos, ana, vesa, rival, stranger, need, other):
    made = factories.reply(listing=need, organisation=other)
    seen = [Reply.objects.visible_to(acting(person)).filter(pk=made.pk).exists() for person in (milos, ana)]
    unseen = [Reply.objects.visible_to(acting(person)).exists() for person in (vesa, rival, stranger)]
    assert seen == [True, True]
    assert not any(unseen)


@pytest.mark.django_db(transaction=True)
def test_the_cap_holds_in_a_rush():
    """Eight organisations reply at the same moment to a call with three places."""
    network = factories.network()
    need = factories.listing(network=network, organisation=factories.member(network), reply_cap=3)
    people = [factories.representative(factories.member(network)) for _ in range(8)]
    gate, said = threading.Barrier(8), []

    def rush(person):
        organisation = person.mandates.get().organisation
        by = actor_of(person=person)
        gate.wait(20)
        try:
            replies.reply(by=by, listing=need, organisation=organisation, **SAID)
            said.append("taken")
        except IntegrityError as problem:
            said.append(problem.__cause__.diag.constraint_name)
        finally:
            connection.close()

    threads = [threading.Thread(target=rush, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["listing_cap_holds"] * 5 + ["taken"] * 3
    need.refresh_from_db()
    assert (need.replies_taken, need.replies.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_pausing_stops_replies_that_come_at_the_same_moment(acting):
    """Whoever comes second to a paused call is told so; the counter never runs ahead of the rows."""
    network = factories.network()
    organisation = factories.member(network)
    owner = factories.representative(organisation)
    need = factories.listing(network=network, organisation=organisation)
    people = [factories.representative(factories.member(network)) for _ in range(4)]
    gate = threading.Barrier(5)

    def rush(person):
        by = actor_of(person=person)
        mine = person.mandates.get().organisation
        gate.wait(20)
        try:
            replies.reply(by=by, listing=need, organisation=mine, **SAID)
        except ValidationError:
            pass
        finally:
            connection.close()

    def pause():
        by = actor_of(person=owner)
        gate.wait(20)
        listings.pause(by=by, listing=need)
        connection.close()

    threads = [threading.Thread(target=rush, args=[person]) for person in people] + [threading.Thread(target=pause)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    need.refresh_from_db()
    assert need.state == "paused"
    assert need.replies_taken == need.replies.count()
