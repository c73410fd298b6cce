"""Sentences that the server has prepared go past the cursor, several in one trip: with the same answers and errors."""

import pytest
from django.db import DataError, connection, transaction

from koinon.kit import sentences
from koinon.kit.prepared import Listed, Prepared, Single, answers_to
from koinon.kit.sentences import Sentence, rows_of, rows_of_all
from koinon.network.models import Membership, Organisation
from tests import factories

pytestmark = pytest.mark.django_db
OFTEN = 7
"""psycopg prepares a sentence when it comes for the sixth time."""

members: Listed[Membership] = Listed(
    lambda network: Membership.objects.filter(network=network).select_related("organisation").order_by("pk")
)
slugs: Listed[str] = Listed(lambda keys: Organisation.objects.filter(pk__in=keys).values_list("slug", flat=True))
first: Single[str] = Single(lambda network: slugs_in(network)[:1])
kinds: Prepared[Organisation] = Prepared(lambda kind: Organisation.objects.filter(kind=kind))


def slugs_in(network):
    rows = Organisation.objects.filter(memberships__network=network)
    return rows.order_by("slug").values_list("slug", flat=True)


@pytest.fixture
def trips(monkeypatch):
    """How many sentences went in each trip of several."""
    made, send = [], sentences._sent_together
    monkeypatch.setattr(sentences, "_sent_together", lambda raw, calls: made.append(len(calls)) or send(raw, calls))
    return made


def test_rows_values_and_whether_there_are_any_come_in_one_trip(network, trips):
    there = [factories.member(network, slug=slug, kind="school") for slug in ("a-school", "b-school")]
    asked = [
        (kinds, {"kind": "school"}),
        (members, {"network": network.pk}),
        (slugs, {"keys": []}),
        (first, {"network": network.pk}),
        (kinds, {"kind": "hub"}),
        (slugs, {"keys": [there[1].pk]}),
    ]
    for _ in range(OFTEN):
        schools, rows, none, slug, hubs, one = answers_to(asked)
        assert (schools, none, slug, hubs, one) == (True, [], "a-school", False, ["b-school"])
        assert [row.organisation for row in rows] == there
    assert set(trips) == {3}, "one sentence for all that are short, two for the lists"


def test_each_list_is_a_query_of_its_own_for_those_who_count(network, django_assert_num_queries):
    asked = [(members, {"network": network.pk}), (slugs, {"keys": [network.pk]}), (first, {"network": network.pk})]
    with django_assert_num_queries(3):
        assert answers_to(asked) == [[], [], None]
    with django_assert_num_queries(1):
        assert answers_to(asked[:1]) == [[]]


def test_a_trip_sees_what_its_transaction_has_written(network, trips):
    asked = [(members, {"network": network.pk}), (first, {"network": network.pk})]
    with transaction.atomic():
        for number in range(1, OFTEN + 1):
            factories.member(network, slug=f"hub-{number}")
            rows, slug = answers_to(asked)
            assert (len(rows), slug) == (number, "hub-1")
    assert trips


def divided():
    return Sentence("SELECT 6 / %s::int", (), list), Sentence("SELECT 7 / %s::int", (), list)


def test_an_error_in_a_trip_is_told_and_the_next_trip_is_as_ever(trips):
    six, seven = divided()
    for _ in range(OFTEN):
        assert rows_of_all([(six, ["2"]), (seven, ["7"])]) == [[(3,)], [(1,)]]
    assert set(trips) == {2}
    for asked in ([(six, ["0"]), (seven, ["7"])], [(six, ["2"]), (seven, ["0"])]):
        with pytest.raises(DataError, match="division by zero"), transaction.atomic():
            rows_of_all(asked)
    assert rows_of_all([(six, ["3"]), (seven, ["1"])]) == [[(2,)], [(7,)]]
    assert len(trips) >= 4


@pytest.mark.django_db(transaction=True)
def test_a_broken_trip_leaves_no_connection_behind_that_answers_the_next_question(monkeypatch):
    six, seven = divided()
    for _ in range(OFTEN):
        rows_of_all([(six, ["2"]), (seven, ["7"])])

    def stopped(server, calls):
        for call in calls:
            server.send_query_prepared(call.name, call.values, call.form.formats, 0)
        server.pipeline_sync()
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(sentences, "_conversation", stopped)
        with pytest.raises(KeyboardInterrupt):
            rows_of_all([(six, ["1"]), (seven, ["1"])])
    connection.close_if_unusable_or_obsolete()
    assert rows_of(six, ["2"]) == [(3,)]


def test_one_that_is_not_prepared_yet_sends_all_one_by_one(trips):
    six, seven = divided()
    for _ in range(OFTEN):
        rows_of(six, ["2"])
    assert rows_of_all([(six, ["3"]), (seven, ["7"])]) == [[(2,)], [(1,)]]
    assert rows_of_all([]) == []
    assert trips == []
