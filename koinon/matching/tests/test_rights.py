"""Rights of a class of membership hold where one writes offers and needs and replies."""

from datetime import date, timedelta

import pytest

from koinon.kit.verbs import Refused, machine
from koinon.matching import rules
from koinon.matching.actions import ballots, listings
from koinon.network.models import Membership
from tests import factories

pytestmark = pytest.mark.django_db


def held(network, organisation, *rights):
    row = factories.membershipclass(network=network, rights=list(rights))
    Membership.objects.filter(organisation=organisation).update(in_class=row)


def post(me, network, organisation, side):
    facts = {"title": "A", "text": "We look for somebody who knows.", "language": "en", "kind": "expertise"}
    until = date.today() + timedelta(days=60)
    return listings.post(by=me, network=network, organisation=organisation, side=side, until=until, **facts)


def test_a_class_that_may_only_offer_writes_no_need_and_no_reply(network, organisation, milos, acting):
    me, other = acting(milos), factories.member(network)
    need = factories.listing(network=network, organisation=other)
    assert rules.may_reply(by=me, listing=need, organisation=organisation)
    held(network, organisation, "offer")
    assert post(me, network, organisation, "offer").pk
    with pytest.raises(Refused):
        post(me, network, organisation, "need")
    assert not rules.may_reply(by=me, listing=need, organisation=organisation)
    held(network, organisation, "offer", "need", "reply")
    assert post(me, network, organisation, "need").pk
    assert rules.may_reply(by=me, listing=need, organisation=organisation)


def test_a_vote_asks_members_whose_class_may_vote(network, organisation):
    other = factories.member(network)
    cluster = factories.cluster(network=network, origin="founded")
    for each in (organisation, other):
        factories.clustermember(cluster=cluster, organisation=each, state="member")
    held(network, other, "offer")
    assert ballots.open_ballot(by=machine("clock"), cluster=cluster).voters == [organisation.pk]
