"""Jobs: queued with the rows, run by a real worker, retried, seen, cancelled, and not lost by kill -9."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app as queue

from koinon.kit import clock, jobs
from koinon.kit.models import Work

pytestmark = pytest.mark.django_db(transaction=True)
RAN = []


@jobs.task("test.note")
def note(*, text):
    RAN.append(text)


@jobs.work("test.count")
def count(track, *, numbers, stop_at=None):
    track.begin(len(numbers))
    for place, _number in enumerate(numbers, start=1):
        if place == stop_at:
            Work.objects.filter(pk=track.work.pk).update(asked_to_stop=True)
        track.step(place)
    return {"sum": sum(numbers)}


@jobs.work("test.break")
def break_down(track):
    raise ValueError("the sheet is torn")


@pytest.fixture(autouse=True)
def quiet():
    RAN.clear()


def work_off():
    """Run everything that waits, in this process, with procrastinate's own worker."""
    import asyncio
    import threading

    problems = []

    def run():
        try:
            asyncio.run(loop())
        except BaseException as problem:
            problems.append(problem)

    async def loop():
        ready = queue.with_connector(queue.connector.get_worker_connector())
        async with ready.open_async():
            await ready.run_worker_async(wait=False, install_signal_handlers=False, queues=["default", "long"])

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(30)
    assert not problems


OLD_WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"


def waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE 'test.%'")
        return cursor.fetchone()[0]


def test_a_job_goes_with_its_transaction():
    def fail():
        with transaction.atomic():
            jobs.later(note, text="gone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    jobs.later(note, text="stays")
    work_off()
    assert RAN == ["stays"]


def test_a_named_job_waits_once():
    for _ in range(3):
        jobs.later(note, once="index:1", text="once")
    assert waiting() == 1
    work_off()
    assert RAN == ["once"]


def test_work_shows_progress_and_result():
    row = jobs.begin(count, numbers=[1, 2, 3])
    work_off()
    row.refresh_from_db()
    assert (row.state, row.done, row.total, row.percent, row.result) == ("done", 3, 3, 100, {"sum": 6})


def test_waiting_work_is_cancelled_at_once_and_running_work_at_its_next_step():
    row = jobs.begin(count, numbers=[1, 2])
    jobs.cancel(row)
    other = jobs.begin(count, numbers=[1, 2, 3], stop_at=2)
    work_off()
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.done) == ("cancelled", 0)
    assert (other.state, other.done) == ("cancelled", 2)


def test_failed_work_says_why_and_is_tried_again():
    row = jobs.begin(break_down)
    work_off()
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "ValueError: the sheet is torn")
    assert waiting() == 1


def test_a_job_of_a_worker_that_was_killed_runs_again():
    jobs.later(note, text="survives")
    with connection.cursor() as cursor:
        cursor.execute(OLD_WORKER)
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])
    assert clock.rescue() == 1
    work_off()
    assert RAN == ["survives"]


def test_the_same_work_is_begun_once_while_it_is_open():
    one, other = uuid4(), uuid4()
    row = jobs.once(count, person=one, numbers=[1])
    assert jobs.once(count, person=one, numbers=[1]) == row
    assert jobs.once(count, person=one, numbers=[1], since=timezone.now() - timedelta(minutes=1)) == row
    others = [
        jobs.once(count, person=one, numbers=[1], since=timezone.now()),
        jobs.once(count, person=one, numbers=[2]),
        jobs.once(count, person=other, numbers=[1]),
        jobs.once(count, person=other, scope=one, numbers=[1]),
    ]
    assert len({row.pk, *(each.pk for each in others)}) == 5
    Work.objects.update(state=Work.State.DONE)
    assert jobs.once(count, person=one, numbers=[1]).pk not in {row.pk, *(each.pk for each in others)}


def test_clicks_at_the_same_instant_begin_it_once():
    person, ready = uuid4(), Barrier(6)

    def click(_number):
        try:
            ready.wait(timeout=20)
            with transaction.atomic():
                return jobs.once(count, person=person, numbers=[1]).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as many:
        begun = list(many.map(click, range(6)))
    assert len(set(begun)) == 1
    assert Work.objects.filter(person=person).count() == 1
