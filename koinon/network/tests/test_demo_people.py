"""The people of the demo by network and role; nobody who is not of the demo is among them."""

import pytest

from koinon.network.demo import people
from tests import factories

pytestmark = pytest.mark.django_db


def test_people_stand_by_network_and_role_and_the_chosen_ones_first(network, vesa, django_assert_num_queries):
    begin = next(iter(people._one_click()))
    coordinator = factories.coordinator(network, name="Coordinator", is_demo=True, email=begin)
    member = factories.member(network, names={"en": "Municipality"})
    speaker = factories.representative(member, name="Speaker", is_demo=True)
    factories.membership(network=factories.network(slug="zz"), organisation=member)
    with django_assert_num_queries(5):
        first, here, there = people.groups()
    assert [(row.person, row.role) for row in first.people] == [(coordinator.pk, "Coordinator")]
    assert first.is_first
    assert {row.person for row in here.people} == {coordinator.pk, speaker.pk}
    assert [row.role for row in there.people] == ["Representative, Municipality"]
    assert vesa.pk not in {row.person for group in (first, here, there) for row in group.people}
