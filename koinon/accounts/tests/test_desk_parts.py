"""The desk asks all its parts at once, and reads those that have something."""

import pytest

from koinon.accounts import queries, seams

pytestmark = pytest.mark.django_db


def test_what_the_desk_shows_is_what_each_part_says(milos, vesa, network, organisation, acting):
    from tests import factories

    factories.application(network=network, organisation=factories.organisation(), state="review")
    for person in (milos, vesa):
        me = acting(person)
        said = [item for lender in seams.desk_items for item in lender(me)]
        assert queries.waiting_for(me) == said
    assert queries.waiting_for(acting(vesa))


def test_every_part_says_how_it_begins_or_asks_nobody_else(milos, acting, django_assert_max_num_queries):
    silent = [lender for lender in seams.desk_items if not hasattr(lender, "ask")]
    me = acting(milos)
    for lender in silent:
        with django_assert_max_num_queries(0):
            assert lender(me) == []


def test_an_empty_desk_is_one_query(milos, acting, django_assert_num_queries):
    me = acting(milos)
    queries.waiting_for(me)
    with django_assert_num_queries(1):
        assert queries.waiting_for(me) == []
