"""The desk asks all its parts at once, and reads those that have something."""

from datetime import date, timedelta

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


def test_a_desk_of_reports_and_introductions_asks_the_same_for_one_and_for_three(
    milos, network, organisation, acting, django_assert_num_queries
):
    from tests import factories

    def one_more(years):
        factories.report(
            membership=organisation.memberships.get(network=network),
            covers_since=date.today() - timedelta(days=365 * (years + 2)),
            covers_until=date.today() - timedelta(days=365 * years + 1),
        )
        factories.introduction(network=network, one=organisation, state="proposed")
        closed = factories.introduction(network=network, one=organisation, state="closed")
        factories.answer(introduction=closed, says="later", again_on=date.today(), asked_again_on=date.today())

    me = acting(milos)
    for number in (1, 2, 3):
        one_more(number)
        queries.waiting_for(me)
        with django_assert_num_queries(4):  # which parts have something; reports; introductions; what was answered
            assert len(queries.waiting_for(me)) == 3 * number


def test_panels_that_say_how_they_begin_are_asked_together(milos, organisation, acting, django_assert_max_num_queries):
    from koinon.network.queries.organisations import lent_panels

    me = acting(milos)
    with django_assert_max_num_queries(7) as asked:
        lent_panels(organisation, me)
    own = [
        each["sql"] for each in asked if 'FROM "network_application"' in each["sql"] or "learning_run" in each["sql"]
    ]
    assert len(own) == 1
