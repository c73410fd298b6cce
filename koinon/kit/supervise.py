"""Runs the processes of one machine together: starts them, notices when one dies, stops them all, also when killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
PATIENCE = 10.0
MOST_RESTARTS = 5
WINDOW = 60.0


@dataclass
class Child:
    """One process: its name, command line, and how often it had to be started lately."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.starts = [at for at in self.starts if at > time.monotonic() - WINDOW] + [time.monotonic()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                list(self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                start_new_session=True,
            )

    def is_hopeless(self) -> bool:
        return len(self.starts) > MOST_RESTARTS

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, until: float) -> None:
        """Wait until `until` (monotonic), then kill the whole group."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Family:
    """The children of one `koinon demo`. Use as a context manager; leaving it stops them all, last started first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[Child] = []
        self.asked_to_stop = False
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, *words: str, **environment: str) -> Child:
        """Start `python -m koinon <words>` as a child called `name`; its output goes to <folder>/<name>.log."""
        command = [sys.executable, "-m", "koinon", *words]
        child = Child(name, command, environment, self.folder / f"{name}.log")
        child.start()
        self.children.append(child)
        return child

    def watch(self) -> str:
        """Wait until asked to stop. A child that dies is started again; returns a sentence if one is hopeless."""
        while not self.asked_to_stop:
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    if child.is_hopeless():
                        return f"{child.name} stops again and again: see {child.log}"
                    child.start()
            time.sleep(0.3)
        return ""

    def __enter__(self) -> "Family":
        signal.signal(signal.SIGTERM, self._asked)
        signal.signal(signal.SIGINT, self._asked)
        signal.signal(signal.SIGHUP, self._asked)
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children):
            child.stop()
        until = time.monotonic() + PATIENCE
        for child in reversed(self.children):
            child.end(until)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop = True


def _die_with_parent() -> None:
    """Linux: when the parent is killed hard, its children are asked to stop too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
