"""Runs the processes of one machine together: starts them, notices when one dies, stops them all, also when killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
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
    log: Path | None
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; its output goes to its log, without one to ours."""
        self.starts = [at for at in self.starts if at > time.monotonic() - WINDOW] + [time.monotonic()]
        with self.log.open("ab") if self.log else nullcontext() as log:
            self.process = subprocess.Popen(  # noqa: S603
                list(self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

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

    def run(self, *command: str) -> int:
        """Run a command until it ends, or is stopped because somebody asked us to; returns its exit code, or 0."""
        child = Child(command[0], command, {}, None)
        child.start()
        while not (child.has_ended or self.asked_to_stop):
            time.sleep(0.1)
        child.stop()
        child.end(time.monotonic() + PATIENCE)
        return child.process.returncode if child.process and not self.asked_to_stop else 0

    def listen(self) -> None:
        """From now on a request to stop is noted, and breaks nothing off. Entering does this too."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked)

    def watch(self) -> str:
        """Wait until asked to stop. A child that dies is started again; returns a sentence if one is hopeless."""
        while not self.asked_to_stop:
            for child in self.children:
                if child.has_ended:
                    if child.is_hopeless():
                        return f"{child.name} stops again and again: see {child.log}"
                    child.start()
            time.sleep(0.3)
        return ""

    def __enter__(self) -> "Family":
        self.listen()
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
