"""Two organisations become one: places stay, nobody new takes one, organisers read it; undo puts it back."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.events.actions import places, quotas, registering
from koinon.events.models import Counter, Hold, Registration
from koinon.events.queries import waiting as queries
from koinon.events.tests.racing import faults
from koinon.kit.models import Statement
from koinon.network.actions import merges
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(gathering):
    """At most two of one organisation."""
    return quotas.put(gathering, rule="each", places=2)


@pytest.fixture
def pair(network):
    kept = factories.member(network, slug="kept", names={"en": "Hub of the town"})
    return kept, factories.member(network, slug="gone", names={"en": "Town Hub"})


@pytest.fixture
def merged(vesa, acting, network, gathering, rule, pair, anna):
    """Two came from each; then the coordinator finds that they are one."""
    for house in (*pair, *pair):
        assert comes(gathering, house).state == "confirmed"
    return merges.ask(by=acting(vesa), network=network, kept=pair[0], gone=pair[1])


def comes(event, house):
    row = factories.registration(event=event, state="draft", organisation=house, organisation_name=str(house))
    with transaction.atomic():
        return places.settle(row)


def counts(rule):
    return sorted(rule.counters.exclude(taken=0).values_list("capacity", "taken", "over"))


def test_everybody_keeps_their_place_and_nobody_new_gets_one(gathering, rule, pair, merged):
    assert merged.state == "done"
    assert counts(rule) == [(2, 4, 2)]
    assert Registration.objects.filter(organisation=pair[0], state="confirmed").count() == 4
    assert comes(gathering, pair[0]).state == "waiting"
    other = factories.organisation()
    assert comes(gathering, other).state == "confirmed"


def test_only_below_the_rule_there_is_room_again(acting, gathering, rule, pair, merged):
    waits = comes(gathering, pair[0])
    for number, row in enumerate(Registration.objects.filter(state="confirmed").order_by("pk")[:3], 1):
        registering.withdraw(by=acting(row.person), registration=row)
        waits.refresh_from_db()
        assert waits.state == ("offered" if number == 3 else "waiting"), number
    assert counts(rule) == [(2, 2, 0)]
    assert faults(gathering) == []


def test_organisers_read_by_how_many_and_who(enter, anna, gathering, rule, merged):
    (line,) = [each for each in queries.board(gathering) if each.quota == rule]
    assert (line.over, line.free) == (2, 0)
    page = enter(anna).get(reverse("events:quotas", args=[gathering.slug])).content.decode()
    assert "2 too many" in page
    assert "Town Hub" in page
    assert "4 have a place, and there are 2" in Notice.objects.filter(person=anna).latest("made_at").text


def test_the_chronicle_says_how_many_and_no_names(merged):
    said = Statement.objects.filter(verb="events.places_followed").latest("id")
    assert said.counts == {"overfull": 2}


def test_undo_puts_it_back(vesa, acting, gathering, rule, pair, merged):
    merges.undo(by=acting(vesa), merge=merged)
    assert counts(rule) == [(2, 2, 0), (2, 2, 0)]
    assert faults(gathering) == []
    assert Hold.objects.count() == 4


def test_who_is_one_too_many_may_still_change_what_they_said(acting, gathering, rule, merged):
    row = Registration.objects.filter(state="confirmed").first()
    registering.change(by=acting(row.person), registration=row, country="ME", gender="woman", care={"food": "No nuts"})
    assert row.care.food == "No nuts"
    assert counts(rule) == [(2, 4, 2)]


def test_other_rules_may_change_and_this_one_may_not_become_narrower(gathering, rule, merged):
    quotas.put(gathering, rule="all", places=30)
    quotas.put(gathering, rule="each", places=3, quota=rule)
    assert counts(rule) == [(3, 4, 1)]
    with pytest.raises(ValidationError, match="One organisation has 4 already"):
        quotas.put(gathering, rule="each", places=2, quota=rule)


def test_no_counter_is_overfull_without_saying_so(rule, merged):
    counter = Counter.objects.get(quota=rule, taken=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Counter.objects.filter(pk=counter.pk).update(taken=F("taken") + 1)
