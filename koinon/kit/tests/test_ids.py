from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from koinon.kit.ids import floor_of, uuid7


def test_ids_of_one_millisecond_keep_their_order():
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_make_the_same_tick_twice():
    with ThreadPoolExecutor(8) as many:
        made = list(many.map(lambda _: uuid7(), range(5_000)))
    assert len({one.int >> 64 for one in made}) == len(made)


def test_an_id_says_its_version_and_when_it_was_made():
    before = datetime.now(UTC)
    one = uuid7()
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert floor_of(before - timedelta(seconds=1)) < one < floor_of(datetime.now(UTC) + timedelta(seconds=1))
