"""Places: exact counts, several quotas at once, the queue, and what happens when somebody leaves."""

import pytest
from django.core.exceptions import ValidationError

from koinon.events.actions import places
from koinon.events.models import Counter, Hold, Overtaking, Registration
from tests import factories

pytestmark = pytest.mark.django_db


def taken(quota):
    return quota.counters.get().taken


def pending(event, **facts):
    return factories.registration(event=event, state="approval", **facts)


def let_go(row):
    Registration.objects.filter(pk=row.pk).update(state="withdrawn")
    places.free(row)
    return places.move_up(row.event)


def test_a_place_is_held_until_all_are_taken(gathering):
    quota = factories.eventquota(event=gathering, places=2)
    rows = [places.settle(pending(gathering)) for _ in range(3)]
    assert [row.state for row in rows] == ["confirmed", "confirmed", "waiting"]
    assert taken(quota) == 2 == Hold.objects.count()
    assert rows[2].queued_at is not None


def test_all_units_of_all_quotas_or_nothing(gathering):
    whole = factories.eventquota(event=gathering, places=9)
    part = factories.eventquota(event=gathering, rule="chosen", places=1, names={"en": "Workshop"})
    row = pending(gathering, units=2)
    row.chosen.add(part)
    assert places.take(row) == part
    assert (taken(whole), taken(part), Hold.objects.count()) == (0, 0, 0)


def test_more_than_there_are_is_refused_beside_the_field(gathering):
    factories.eventquota(event=gathering, places=2)
    with pytest.raises(ValidationError) as refused:
        places.settle(pending(gathering, units=3))
    assert "units" in refused.value.message_dict


def test_a_withdrawal_is_offered_to_the_first_in_line_at_once(gathering):
    factories.eventquota(event=gathering, places=1)
    first, second, third = (places.settle(pending(gathering)) for _ in range(3))
    assert [row.pk for row in let_go(first)] == [second.pk]
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == ("offered", "waiting")
    assert second.due_at
    assert Counter.objects.get().taken == 1


def test_priority_comes_before_time(gathering):
    factories.eventquota(event=gathering, places=1)
    first, _second = (places.settle(pending(gathering)) for _ in range(2))
    third = places.settle(pending(gathering, priority=1))
    assert [row.pk for row in let_go(first)] == [third.pk]


def test_nobody_overtakes_those_who_wait_for_the_same(gathering):
    """One place is free, but the first in line needs two: the next one waits behind."""
    factories.eventquota(event=gathering, places=2)
    places.settle(pending(gathering))
    assert places.settle(pending(gathering, units=2)).state == "waiting"
    assert places.settle(pending(gathering)).state == "waiting"


def test_whoever_needs_another_quota_passes_and_it_is_kept_why(gathering):
    """Half of the places are kept for women: a woman passes men who wait for the other half."""
    factories.eventquota(event=gathering, places=4)
    kept = factories.eventquota(event=gathering, rule="kept", places=2, facts={"genders": ["woman"]})
    kept.counters.update(capacity=2)
    men = [places.settle(pending(gathering, gender="man")) for _ in range(3)]
    assert [row.state for row in men] == ["confirmed", "confirmed", "waiting"]
    woman = places.settle(pending(gathering, gender="woman"))
    assert woman.state == "confirmed"
    passed = Overtaking.objects.get()
    assert (passed.registration, passed.others, passed.quotas) == (woman, 1, [kept.pk])


def test_at_most_so_many_of_one_organisation(gathering):
    quota = factories.eventquota(event=gathering, rule="each", places=1)
    one, other = factories.organisation(), factories.organisation()
    states = [places.settle(pending(gathering, organisation=home)).state for home in (one, other, one)]
    assert states == ["confirmed", "confirmed", "waiting"]
    assert quota.counters.count() == 2


def test_organisations_that_are_only_written_down_count_too(gathering):
    factories.eventquota(event=gathering, rule="each", places=1)
    said = ["Library of Bar", " library  of BAR"]
    states = [places.settle(pending(gathering, organisation_name=name)).state for name in said]
    assert states == ["confirmed", "waiting"]


def test_other_choices_are_held_or_all_is_as_it_was(gathering):
    one = factories.eventquota(event=gathering, rule="chosen", places=1)
    other = factories.eventquota(event=gathering, rule="chosen", places=1)
    first, second = pending(gathering), pending(gathering)
    first.chosen.add(one)
    second.chosen.add(other)
    first, second = places.settle(first), places.settle(second)
    first.chosen.set([other])
    assert places.exchange(first) == other
    assert (taken(one), taken(other)) == (1, 1)
    let_go(second)
    assert places.exchange(first) is None
    assert (taken(one), taken(other)) == (0, 1)


def test_without_quotas_everybody_comes(gathering):
    assert places.settle(pending(gathering)).state == "confirmed"


def test_who_is_put_in_line_waits_even_if_there_is_room(gathering):
    factories.eventquota(event=gathering, places=1)
    assert places.settle(pending(gathering), "waiting").state == "waiting"
