"""Real processes that wait for each other and then do something at the same instant, each on its own connection."""

import multiprocessing
import os
import traceback

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from koinon.events.actions import counting, places, quotas
from koinon.events.models import HOLDING, REGISTRATION_STEPS, Hold, Registration
from koinon.events.queries import places as queries

FORK = multiprocessing.get_context("fork")
PATIENCE = 60


def race(*acts):
    """Each act in a process of its own, all let go at once; what each gave (or the code of what refused it).

    An act that takes an argument gets the barrier, to wait for the others a second time in its middle.
    """
    let_go_of_connections()
    start = FORK.Barrier(len(acts))
    pipes = [FORK.Pipe(duplex=False) for _ in acts]
    started = [
        FORK.Process(target=_run, args=(act, start, pipe[1]), daemon=True)
        for act, pipe in zip(acts, pipes, strict=True)
    ]
    for each in started:
        each.start()
    said = [reader.recv() if reader.poll(PATIENCE) else "no answer" for reader, _writer in pipes]
    for each in started:
        each.join(PATIENCE)
    failed = [each for each in said if isinstance(each, str) and each.startswith("Traceback")]
    assert not failed, failed[0]
    return said


def let_go_of_connections():
    """Before processes are made, so that none inherits a connection of another."""
    connections.close_all()
    connection.close_pool()


def _run(act, start, answer):
    try:
        connection.ensure_connection()
        start.wait(PATIENCE)
        answer.send(act(start) if act.__code__.co_argcount > len(act.__defaults__ or ()) else act())
    except ValidationError as refused:
        answer.send(getattr(refused, "code", None) or "refused")
    except IntegrityError as problem:
        answer.send(problem.__cause__.diag.constraint_name)
    except OperationalError as problem:
        answer.send(type(problem.__cause__).__name__)
    except BaseException:
        answer.send(traceback.format_exc())
    finally:
        connection.close()
        os._exit(0)


@transaction.atomic
def settle(key):
    """As a registration that was just sent does."""
    return places.settle(Registration.objects.select_related("event").get(pk=key)).state


@transaction.atomic
def put(event, **facts):
    """A quota, as the organiser says it."""
    return quotas.put(event, **facts)


@transaction.atomic
def leave(key):
    """As somebody does who withdraws, whatever state they are in."""
    row = Registration.objects.select_related("event").get(pk=key)
    event = places.hold(row.event)
    row.refresh_from_db(fields=["state"])
    REGISTRATION_STEPS.move(row, "withdrawn", due_at=None)
    places.free(row)
    places.move_up(event)
    return "withdrawn"


def faults(event):
    """What is not as it ought to be: counters, holds and states differ, one too many, a place nobody was offered."""
    room = queries.room(event)
    ought = counting.right(room)
    wrong = counting.wrong(room, ought)
    holding = Hold.objects.filter(registration__event=event).exclude(registration__state__in=HOLDING)
    lost = room.served(queries.line(event))
    return [each for each in (ought.overfull({}), wrong, list(holding), lost) if each]
