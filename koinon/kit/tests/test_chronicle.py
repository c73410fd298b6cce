"""The chronicle: append-only, sealed, and able to tell when somebody changed the past."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit import chronicle, ids
from koinon.kit.models import Seal, Statement

pytestmark = pytest.mark.django_db


def say(network=None, **counts):
    return chronicle.tell(verb="test.done", actor=uuid.uuid4(), network=network, counts=counts)


def test_a_statement_can_be_read_back():
    key = say(hours=3)
    row = Statement.objects.get(pk=key)
    assert (row.verb, row.counts) == ("test.done", {"hours": 3})


@pytest.mark.parametrize(
    "sql", ["UPDATE kit_statement SET verb = 'x'", "DELETE FROM kit_statement", "TRUNCATE kit_statement"]
)
def test_the_database_refuses_to_change_the_past(sql):
    say()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_counts_hold_no_texts():
    with pytest.raises(TypeError, match="numbers only"):
        chronicle.tell(verb="test.done", actor=uuid.uuid4(), counts={"name": "somebody"})


def test_seals_are_chained_and_prove_the_past():
    network = uuid.uuid4()
    say(network), say(network)
    assert chronicle.seal_all() == 1
    say(network), say()
    assert chronicle.seal_all() == 2
    assert chronicle.seal_all() == 0
    assert list(chronicle.check()) == []
    first, second = Seal.objects.filter(network=network)
    assert bytes(second.previous) == bytes(first.root)
    assert len(first.statements) == 2


@pytest.mark.parametrize("change", ["verb = 'test.undone'", "counts = '{\"hours\": 9}'", "at = now()"])
def test_a_changed_statement_is_found(change):
    key = say(uuid.uuid4(), hours=1)
    chronicle.seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE kit_statement SET {change} WHERE id = %s", [key])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert any("was changed" in problem for problem in chronicle.check())


def test_a_removed_statement_is_found():
    key = say(uuid.uuid4())
    chronicle.seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM kit_statement WHERE id = %s", [key])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert any("gone" in problem for problem in chronicle.check())


def test_a_minute_with_more_than_is_read_at_once_has_one_seal_that_proves_all_of_it(monkeypatch):
    monkeypatch.setattr(chronicle, "AT_ONCE", 2)
    keys = [say(number=number) for number in range(5)]
    assert chronicle.seal_all() == 1
    seal = Seal.objects.get()
    leaves = {row.id: chronicle.leaf(row) for row in Statement.objects.all()}
    assert list(seal.statements) == sorted(keys)
    assert bytes(seal.root) == chronicle.chain(
        chronicle.GENESIS, chronicle.root_of([leaves[key] for key in sorted(keys)])
    )
    assert list(chronicle.check()) == []


def test_statements_lie_in_the_partition_of_their_month():
    key = say()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM kit_statement WHERE id = %s", [key])
        assert cursor.fetchone()[0].startswith("kit_statement_20")


def test_partitions_are_added_once():
    chronicle.add_partitions(14)
    assert chronicle.add_partitions(14) == 0


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_root_changes_with_any_leaf(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = list(leaves)
    other[place] = bytes(32) if leaves[place] != bytes(32) else bytes([1]) * 32
    assert chronicle.root_of(leaves) != chronicle.root_of(other)


def test_ids_sort_by_time_and_are_unique():
    with ThreadPoolExecutor(4) as pool:
        keys = [key for batch in pool.map(lambda _: [ids.uuid7() for _ in range(500)], range(4)) for key in batch]
    assert len(set(keys)) == 2000
    assert all(key.version == 7 and key.variant == uuid.RFC_4122 for key in keys)
