"""Work that does not belong in a page: queued in the same transaction as the rows, retried, seen, cancelled.

@jobs.task("matching.embed")             a short job, must be idempotent; jobs.later(embed, listing=…)
@jobs.every("*/1 * * * *", "kit.seal")   a job of the clock
@jobs.work("network.intake")             a long one: the first argument is a Track with progress and cancel
"""

import functools
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from koinon.kit.models import WORK_STEPS, Work
from koinon.kit.sentences import Said

log = structlog.get_logger(__name__)
RETRY = RetryStrategy(max_attempts=6, exponential_wait=3)


class Cancelled(Exception):  # noqa: N818  (it reads as a sentence)
    """The person asked the work to stop."""


class Track:
    """Progress of one piece of work, written in its own short transactions so that everybody sees it."""

    def __init__(self, work: Work) -> None:
        self.work = work

    def begin(self, total: int) -> None:
        Work.objects.filter(pk=self.work.pk).update(total=total, done=0)
        self.work.total, self.work.done = total, 0

    def step(self, done: int) -> None:
        """Write how far it got; raises Cancelled when somebody asked to stop."""
        row = Work.objects.filter(pk=self.work.pk)
        row.update(done=min(done, self.work.total or done))
        if row.values_list("asked_to_stop", flat=True).first():
            raise Cancelled


def task(name: str, *, queue_name: str = "default") -> Callable[..., Any]:
    """Declare a short job called `name`; it may run twice, so it must be idempotent."""

    def decorate(function: Callable[..., Any]) -> Any:
        return queue.task(name=name, queue=queue_name, retry=RETRY)(_connected(function))

    return decorate


def every(cron: str, name: str) -> Callable[..., Any]:
    """Declare a job of the clock; `cron` has five fields, in UTC. It never runs twice at the same time."""

    def decorate(function: Callable[[], Any]) -> Any:
        @functools.wraps(function)
        def tick(timestamp: int) -> None:
            function()

        declared = queue.task(name=name, queue="clock", queueing_lock=name, lock=name)(_connected(tick))
        return queue.periodic(cron=cron)(declared)

    return decorate


def work(name: str) -> Callable[..., Any]:
    """Declare long work: `function(track, **arguments) -> dict` (the result). It may be killed and run again."""

    def decorate(function: Callable[..., dict[str, Any]]) -> Any:
        def run(work_id: str) -> None:
            _run(function, UUID(work_id))

        return queue.task(name=name, queue="long", retry=RETRY)(_connected(run))

    return decorate


def later(job: Any, *, once: str = "", delay: int = 0, **arguments: Any) -> None:
    """Queue a short job in this transaction. `once` names it: while one of that name waits, no other is added."""
    options: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay else {}
    if not once:
        job.configure(**options).defer(**arguments)
    elif not _waiting({"name": once}):
        with suppress(AlreadyEnqueued), transaction.atomic():  # somebody may add it between the question and this
            job.configure(queueing_lock=once, **options).defer(**arguments)


_waiting = Said("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %(name)s AND status = 'todo'")


def begin(job: Any, *, person: UUID | None = None, scope: UUID | None = None, **arguments: Any) -> Work:
    """Queue long work and return its row, which pages show."""
    row = Work.objects.create(task=job.name, arguments=arguments, person=person, scope=scope)
    job.configure(lock=f"work:{row.pk}").defer(work_id=str(row.pk))
    return row


def once(
    job: Any, *, person: UUID | None, scope: UUID | None = None, since: datetime | None = None, **arguments: Any
) -> Work:
    """Like begin, but while the same work of this person is open (and began after `since`), that one is given.

    Two clicks at the same instant come one after the other: the second waits until the first is written down.
    """
    same = Work.objects.filter(task=job.name, arguments=arguments, person=person, scope=scope)
    still = same.filter(state__in=[Work.State.WAITING, Work.State.RUNNING])
    with transaction.atomic():
        with connection.cursor() as cursor:
            turn = f"{job.name} {person} {scope}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn])
        row = (still.filter(created_at__gt=since) if since else still).first()
        return row or begin(job, person=person, scope=scope, **arguments)


def cancel(row: Work) -> None:
    """Ask to stop: waiting work ends at once, running work at its next step."""
    changed = Work.objects.filter(pk=row.pk, state=Work.State.WAITING).update(
        state=Work.State.CANCELLED, ended_at=timezone.now()
    )
    if not changed:
        Work.objects.filter(pk=row.pk, state=Work.State.RUNNING).update(asked_to_stop=True)


def _run(function: Callable[..., dict[str, Any]], key: UUID) -> None:
    row = Work.objects.get(pk=key)
    if row.is_over and row.state != Work.State.FAILED:
        return
    Work.objects.filter(pk=key).update(state=Work.State.RUNNING, started_at=timezone.now(), problem="")
    try:
        result = function(Track(row), **row.arguments)
    except Cancelled:
        _end(key, Work.State.CANCELLED)
    except Exception as problem:
        _end(key, Work.State.FAILED, problem=f"{type(problem).__name__}: {problem}")
        log.exception("work failed", task=row.task, work=str(key))
        raise
    else:
        _end(key, Work.State.DONE, result=result or {})


def _end(key: UUID, state: str, **changes: Any) -> None:
    Work.objects.filter(pk=key).update(state=state, ended_at=timezone.now(), **changes)


def _connected(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a dead database connection no second job: after each job the connection goes back to the pool."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as problem:
            where = traceback.extract_tb(problem.__traceback__)[-1]  # its words may hold an address, its place does not
            log.warning(
                "job failed",
                job=function.__qualname__,
                problem=type(problem).__name__,
                at=f"{where.name}:{where.lineno}",
            )
            raise
        finally:
            if not connection.in_atomic_block:
                connection.close()

    return run


__all__ = ["WORK_STEPS", "Cancelled", "Track", "begin", "cancel", "every", "later", "once", "task", "work"]
