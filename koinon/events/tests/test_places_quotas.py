"""Quotas said, changed and removed while people are registered; who may; what is refused, and in which words."""

import pytest
from django.core.exceptions import ValidationError

from koinon.accounts.queries import actor_of
from koinon.events.actions import places, quotas
from koinon.events.models import Counter, EventQuota, Hold, Overtaking, Registration
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_anna(anna):
    return actor_of(person=anna)


def put(event, rule="all", number=10, quota=None, names=None, **facts):
    return quotas.put(event, rule=rule, places=number, names=names or {}, facts=facts, quota=quota)


def come(event, *people, **facts):
    return [places.settle(factories.registration(event=event, state="approval", **facts)) for _ in people or "1"]


def beside(refused, field="places"):
    return refused.value.message_dict[field][0]


def test_lowering_below_what_is_taken_is_refused_with_the_number(gathering):
    whole = put(gathering, number=5)
    come(gathering, 1, 2, 3)
    with pytest.raises(ValidationError) as refused:
        put(gathering, number=2, quota=whole)
    assert "Taken already: 3." in beside(refused)


def test_more_places_are_offered_at_once(gathering):
    whole = put(gathering, number=1)
    _first, second, third = come(gathering, 1, 2, 3)
    put(gathering, number=2, quota=whole)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == ("offered", "waiting")


def test_a_rule_that_is_new_counts_those_who_are_there(gathering):
    put(gathering, number=9)
    come(gathering, 1, 2, country="ME")
    quota = put(gathering, "most", 3, countries=["ME"])
    assert quota.counters.get().taken == 2
    assert Hold.objects.count() == 4
    come(gathering, 1, country="ME")
    assert come(gathering, 1, country="ME")[0].state == "waiting"
    assert come(gathering, 1, country="RS")[0].state == "confirmed"


def test_a_new_rule_that_does_not_fit_those_who_are_there_is_refused(gathering):
    put(gathering, number=9)
    come(gathering, 1, 2, country="ME")
    with pytest.raises(ValidationError) as refused:
        put(gathering, "most", 1, countries=["ME"])
    assert "Taken already: 2." in beside(refused)


def test_kept_places_leave_the_others_less(gathering):
    put(gathering, number=4)
    kept = put(gathering, "kept", 1, countries=["ME"])
    assert kept.counters.get().capacity == 3
    come(gathering, 1, 2, 3, country="RS")
    assert come(gathering, 1, country="RS")[0].state == "waiting"
    assert come(gathering, 1, country="ME")[0].state == "confirmed"
    assert Overtaking.objects.get().others == 1
    with pytest.raises(ValidationError) as refused:
        put(gathering, "kept", 2, quota=kept, countries=["ME"])
    assert "Taken by others already: 3. So at most 1" in beside(refused)


def test_half_for_women_follows_when_all_are_more(gathering):
    whole = put(gathering, number=5)
    kept = put(gathering, "kept", 0, genders=["woman"], percent=50)
    assert kept.places == 3
    put(gathering, number=8, quota=whole)
    kept.refresh_from_db()
    assert (kept.places, kept.counters.get().capacity) == (4, 4)


@pytest.mark.parametrize(
    ("rule", "facts"), [("kept", {"countries": ["ME"]}), ("most", {"countries": ["ME"], "percent": 10})]
)
def test_kept_places_and_shares_need_a_whole(gathering, rule, facts):
    with pytest.raises(ValidationError) as refused:
        put(gathering, rule, 3, **facts)
    assert "first how many places" in beside(refused)


def test_more_cannot_be_kept_than_there_are(gathering):
    whole = put(gathering, number=4)
    put(gathering, "kept", 3, countries=["ME"])
    with pytest.raises(ValidationError) as refused:
        put(gathering, number=2, quota=whole)
    assert "would keep 3" in beside(refused)


def test_a_rule_for_some_says_for_whom(gathering):
    with pytest.raises(ValidationError) as refused:
        put(gathering, "most", 3)
    assert "for whom" in beside(refused, "rule")


def test_removing_a_rule_gives_its_counter_back_and_moves_the_line(gathering, by_anna):
    put(gathering, number=9)
    quota = put(gathering, "most", 1, countries=["ME"])
    _first, second = come(gathering, 1, 2, country="ME")
    quotas.remove(by=by_anna, event=gathering, quota=quota)
    second.refresh_from_db()
    assert second.state == "offered"
    assert [each.taken for each in Counter.objects.all()] == [2]


def test_a_part_that_people_chose_stays(gathering, by_anna):
    part = put(gathering, "chosen", 3, names={"en": "Workshop"})
    row = factories.registration(event=gathering, state="approval")
    row.chosen.add(part)
    places.settle(row)
    with pytest.raises(ValidationError, match="Chosen by people who come: 1"):
        quotas.remove(by=by_anna, event=gathering, quota=part)


def test_days_of_a_host_keep_their_places(by_anna, gathering):
    slot = factories.visitslot(event=gathering)
    with pytest.raises(ValidationError, match="remove the days first"):
        quotas.remove(by=by_anna, event=gathering, quota=slot.quota)


def test_organisers_only(gathering, petrit, luka, by_anna):
    for person in (petrit, luka):
        with pytest.raises(Refused):
            quotas.set_quota(by=actor_of(person=person), event=gathering, rule="all", places=3, names={}, facts={})
    quotas.set_quota(by=by_anna, event=gathering, rule="all", places=3, names={}, facts={})
    assert Statement.objects.filter(verb="events.quota_set").count() == 1


def test_a_quota_of_another_event_is_not_touched(gathering, by_anna):
    foreign = factories.eventquota(places=7)
    with pytest.raises(EventQuota.DoesNotExist):
        quotas.set_quota(by=by_anna, event=gathering, rule="all", places=1, names={}, facts={}, quota=foreign)
    quotas.remove(by=by_anna, event=gathering, quota=foreign)
    assert EventQuota.objects.filter(pk=foreign.pk, places=7).exists()


def test_a_copy_has_the_rules_and_nobody(gathering):
    put(gathering, number=6)
    put(gathering, "each", 2)
    put(gathering, "kept", 2, countries=["ME"])
    come(gathering, 1, 2)
    target = factories.event()
    quotas.copy(gathering, target)
    assert [each.rule for each in target.quotas.all()] == ["all", "each", "kept"]
    assert sorted(Counter.objects.filter(quota__event=target).values_list("capacity", "taken")) == [(4, 0), (6, 0)]
    assert Registration.objects.filter(event=target).count() == 0
