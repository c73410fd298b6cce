"""Web workers that share what they have loaded, under a supervisor that has loaded nothing.

A process loads the application, forks the workers and ends. What the workers do not touch they share; were it their
supervisor that had loaded, it would hold a copy of all that they do touch (35 MB), and never use it.
"""

import ctypes
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from granian.server import Server

PR_SET_CHILD_SUBREAPER = 36
_log = logging.getLogger("_granian")


class Adopted:
    """A worker that another process has forked; what granian asks of a process of multiprocessing."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self._ended.set()

    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def join(self, timeout: float | None = None) -> None:
        self._ended.wait(timeout)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.is_alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Nursed(Server):
    """Granian whose first workers come out of one process; one that is started again later loads for itself."""

    prepare: Callable[[], None]

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        workers = [
            self._spawn_worker(idx=idx, target=spawn_target, callback_loader=target_loader)
            for idx in range(self.workers)
        ]
        jobs = [(worker.inner._target, worker.inner._args) for worker in workers]
        for worker, pid in zip(workers, fork(self.prepare, jobs), strict=True):
            worker.inner = Adopted(pid)
            _log.info("Started worker-%d with PID: %d", worker.idx + 1, pid)
            worker._watch()
            self.wrks.append(worker)


def adopt() -> bool:
    """Become the parent of processes whose own parent has ended; False where the system cannot do that."""
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def fork(prepare: Callable[[], None], jobs: list[tuple[Callable[..., Any], tuple[Any, ...]]]) -> list[int]:
    """Run `prepare` in a new process and each job in a fork of that; gives their pids when the first has ended.

    Call `adopt` before. Ends this process with a sentence when `prepare` fails; its traceback is on stderr.
    """
    reading, writing = os.pipe()
    nursery = os.fork()
    if not nursery:
        os.close(reading)
        _run(lambda: _bear(prepare, jobs, writing))
    os.close(writing)
    with os.fdopen(reading) as lines:
        pids = [int(line) for line in lines]
    os.waitpid(nursery, 0)
    if len(pids) != len(jobs):
        raise SystemExit("The web application could not be loaded; the reason stands above.")
    return pids


def _bear(prepare: Callable[[], None], jobs: list[tuple[Callable[..., Any], tuple[Any, ...]]], writing: int) -> None:
    prepare()
    for target, given in jobs:
        pid = os.fork()
        if not pid:
            os.close(writing)
            _run(lambda target=target, given=given: target(*given))
        os.write(writing, f"{pid}\n".encode())


def _run(work: Callable[[], Any]) -> None:
    """Do `work` and end this process, without what its parent would do at its end."""
    code = 1
    try:
        work()
        code = 0
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
